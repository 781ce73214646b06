"""The clock: Celery's beat, without the code of the site.

Beat only needs to know when which task is due, and sends its name. Loading every model for that would take longer than
starting Redis, the model server and the clock together.
"""

import logging
import signal
import sys
from types import FrameType

from celery.beat import Service

from athanor.config.celery_app import app


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="{asctime} {levelname} {name}: {message}", style="{")
    signal.signal(signal.SIGTERM, _end)
    Service(app, schedule_filename=app.conf.beat_schedule_filename).start()


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)  # beat catches it, and keeps what it knows


if __name__ == "__main__":
    main()
