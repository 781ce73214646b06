"""`manage.py up`, step by step."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType

from django.conf import settings
from django.db import connections

from athanor.accounts.demo import DemoAccount
from athanor.config import bundle, embedded_redis, env
from athanor.launch import (
    content,
    demo_accounts,
    model_servers,
    ports,
    prepare,
    probes,
    redis_server,
    services,
    terminal,
)
from athanor.launch.console import Stopwatch, report, say
from athanor.launch.run_lock import AlreadyRunning, RunLock
from athanor.launch.service import Service
from athanor.launch.supervisor import Supervisor


class CannotStart(Exception):
    """Something the site cannot run without is missing; the message says what to do."""


KNOWN_TROUBLE = (AlreadyRunning, CannotStart, ports.NoPort, prepare.NoDatabase, redis_server.NoRedis)


def up() -> int:
    """Start everything, watch it until asked to stop, stop it. Returns the exit code."""
    lock = RunLock(settings.VAR / "up.lock")
    try:
        lock.acquire()
        _log_to_file()
        _settle_redis_address()
        with terminal.own_foreground(below_make=env.is_below_make()):
            _supervise(Supervisor(settings.VAR / "services.json"), lock)
    except KNOWN_TROUBLE as trouble:
        say(str(trouble))
        return 1
    finally:
        lock.release()
    return 0


def _supervise(supervisor: Supervisor, lock: RunLock) -> None:
    _listen_to_signals(supervisor)
    try:
        _start_and_watch(supervisor, lock)
    finally:
        supervisor.stop(services.STOP_ORDER)
    say("Athanor has stopped.")


def _log_to_file() -> None:
    """The console is for people; what libraries want to tell goes to a log as for every other process."""
    path = settings.VAR / "log" / "up.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=path, level=logging.INFO, format="{asctime} {levelname} {name}: {message}", style="{", force=True
    )


def _listen_to_signals(supervisor: Supervisor) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        supervisor.ask_to_stop()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def _start_and_watch(supervisor: Supervisor, lock: RunLock) -> None:
    watch = Stopwatch()
    with ports.listen(settings.PORT) as listener:
        place = _take_place(listener)
        lock.describe(pid=os.getpid(), url=place.url)
        accounts = _start(supervisor, place, listener)
        if not supervisor.stopping:
            _welcome(place, accounts, watch)
            _build_editors(supervisor, place)
        connections.close_all()
        supervisor.watch()
        say("Stopping…")


def _build_editors(supervisor: Supervisor, place: services.Place) -> None:
    """From npm, the first time; without it pages have plain text areas and tables, and nobody has to wait."""
    if not bundle.is_built():
        report("editors", "being built from npm; until then text areas are plain and plots are tables")
        supervisor.add(services.editors(place))


def _take_place(listener: socket.socket) -> services.Place:
    port = ports.port_of(listener)
    if port != settings.PORT:
        say(f"Port {settings.PORT} is taken by another program: using {port}. (Choose one with PORT=…)")
    return services.Place(settings.ROOT, settings.VAR, port)


def _start(supervisor: Supervisor, place: services.Place, listener: socket.socket) -> list[DemoAccount]:
    """The slow starters first; what they do not need is prepared meanwhile."""
    model_port = model_servers.choose_port(place.var)
    supervisor.add(services.model(place, model_port, settings.GGUF))
    image_port = model_servers.choose_port(place.var, "diffusion")
    supervisor.add(services.diffusion(place, image_port))
    _start_redis(supervisor, place)
    prepare.check_database()
    prepare.before_web(between=supervisor.tick)
    if supervisor.stopping:
        return []
    supervisor.add(services.web(place, listener.fileno()))
    supervisor.add(services.worker(place))
    supervisor.add(services.beat(place))
    content.load_starter_courses()
    model_port = _settle(
        supervisor, place, "model", model_port, lambda port: services.model(place, port, settings.GGUF)
    )
    image_port = _settle(supervisor, place, "diffusion", image_port, lambda port: services.diffusion(place, port))
    model_servers.register_ollama()
    model_servers.register_embedded(model_port)
    model_servers.register_diffusion(image_port)
    accounts = demo_accounts.make(place.var, place.url) if settings.DEMO else []
    late = supervisor.wait_until_ready()
    if "web" in late and not supervisor.stopping:
        raise CannotStart(f"The web server did not become ready. Its log: {place.log('web')}")
    return accounts


def _settle(
    supervisor: Supervisor, place: services.Place, name: str, port: int, service: Callable[[int], Service]
) -> int:
    """Wait for a model server; another port when somebody was faster on this one. Returns its port."""
    is_late = supervisor.wait_until_ready(name) != []
    if not is_late or supervisor.exit_code(name) != services.PORT_IS_TAKEN or supervisor.stopping:
        return port
    another = model_servers.choose_port(place.var, name)
    supervisor.add(service(another))
    supervisor.wait_until_ready(name)
    return another


def _settle_redis_address() -> None:
    if not settings.REDIS_IS_EMBEDDED:
        return
    redis_server.configure(settings.VAR)
    if embedded_redis.url(settings.VAR) != settings.REDIS_URL:
        # The settings were read before the address was chosen: begin again with the right ones.
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606


def _start_redis(supervisor: Supervisor, place: services.Place) -> None:
    if not settings.REDIS_IS_EMBEDDED:
        if not probes.redis_answers(settings.REDIS_URL):
            raise CannotStart("REDIS_URL names a Redis that does not answer. Start it, or leave REDIS_URL empty.")
        report("redis", "answers · REDIS_URL")
        return
    supervisor.add(services.redis(place, redis_server.find_binary(), redis_server.configuration_file(place.var)))


def _welcome(place: services.Place, accounts: list[DemoAccount], watch: Stopwatch) -> None:
    say()
    say(f"Athanor is ready: {place.url}")
    say(f"  started in {watch} · Ctrl-C stops it · logs in {place.var / 'log'}")
    say()
    if accounts:
        demo_accounts.show(accounts)
