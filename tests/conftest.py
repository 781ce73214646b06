"""What every test may use: a real Redis, a real browser, and nothing beyond this machine."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from athanor.launch import redis_server
from athanor.launch.probes import redis_answers
from tests.browsers import FLAGS, find_browser

LONGEST_START = 10.0  # seconds


@pytest.fixture(scope="session", autouse=True)
def redis_url() -> Iterator[str]:
    """The Redis of this test process, as the settings name it: embedded, or a database of REDIS_URL."""
    if not settings.REDIS_IS_EMBEDDED:
        assert redis_answers(settings.REDIS_URL), "REDIS_URL does not answer"
        yield settings.REDIS_URL
        return
    var = Path(settings.VAR)
    redis_server.configure(var)
    with (var / "redis.log").open("wb") as log:
        process = subprocess.Popen(
            [redis_server.find_binary(), str(redis_server.configuration_file(var))], stdout=log, stderr=log
        )
    try:
        wait_for_redis(settings.REDIS_URL)
        yield settings.REDIS_URL
    finally:
        process.kill()
        process.wait()


def wait_for_redis(url: str) -> None:
    deadline = time.monotonic() + LONGEST_START
    while not redis_answers(url):
        assert time.monotonic() < deadline, "Redis did not start"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Threads of web servers keep their connections to PostgreSQL; a database that is in use cannot be removed."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )


@pytest.fixture(autouse=True)
def empty_redis(redis_url: str) -> Iterator[None]:
    """No rate limit, cached value or message of one test reaches the next."""
    yield
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium. Its event loop occupies the thread: no async test in the same module, please."""
    program = find_browser()
    if program is None:
        message = "no Chromium or Chrome on this machine"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    # Playwright's loop makes Django believe that the ORM is used from a coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            running = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
            yield running
            running.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser profile; a script that fails on any page fails the test."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert errors == []
