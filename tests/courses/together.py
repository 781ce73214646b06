"""Several requests at the same moment, each with its own connection."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def run_together(count: int, work: Callable[..., Any], arguments: list[Any] | None = None) -> list[Any]:
    """Threads that begin at the same moment; what each returned or raised."""
    barrier, results = threading.Barrier(count), [None] * count

    def one(number: int) -> None:
        try:
            barrier.wait()
            results[number] = work(arguments[number]) if arguments else work()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
