"""The ASGI entry point: `uvicorn athanor.config.asgi:application`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "athanor.config.settings")
django.setup(set_prefix=False)

from athanor.config import threads  # noqa: E402
from athanor.config.handler import Handler  # noqa: E402 - its parts want the applications to be known

threads.take_short_turns()
application = Handler()
