"""Is it ready? Each probe answers within a fraction of a second and never raises."""

import http.client
from collections.abc import Callable

import redis

from athanor.config.celery_app import app as celery_app
from athanor.launch.ports import LOOPBACK
from athanor.launch.service import Running

PATIENCE = 0.5  # seconds


def answers_http(port: int, path: str) -> Callable[[Running], bool]:
    """Whether GET `path` gives a status below 500."""

    def probe(_running: Running) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return probe


def answers_redis(url: str) -> Callable[[Running], bool]:
    def probe(_running: Running) -> bool:
        return redis_answers(url)

    return probe


def redis_answers(url: str) -> bool:
    client = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=None)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def answers_celery(node: str) -> Callable[[Running], bool]:
    """Whether the worker of this name takes orders from the broker."""

    def probe(running: Running) -> bool:
        if " ready." not in running.new_log():
            return False  # asking earlier would only wait for nothing
        try:
            return bool(celery_app.control.ping(destination=[node], timeout=PATIENCE, limit=1))
        except (OSError, redis.RedisError):
            return False

    return probe


def has_logged(marker: str) -> Callable[[Running], bool]:
    """Whether this start has written `marker` to its log."""

    def probe(running: Running) -> bool:
        return marker in running.new_log()

    return probe
