"""The services of one machine: what to run and how to see that it is ready."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from athanor.config import env
from athanor.launch import bundling, probes, redis_server
from athanor.launch.service import Service

WORKER_THREADS = 128  # above the slots of all servers together: a thread without a job costs nothing
MODEL_SLOTS = 4
PORT_IS_TAKEN = 3  # exit code of the model servers
PACE = 0.15  # seconds that the image engine gives to a step, so that students see pictures come into being
STOP_ORDER = (("web", "beat"), ("worker",), ("model", "diffusion"), ("redis",))


@dataclass(frozen=True)
class Place:
    """Where the services of this launcher live."""

    root: Path  # of the source tree
    var: Path  # state
    port: int  # of the site

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self, name: str) -> Path:
        return self.var / "log" / f"{name}.log"

    def environment(self) -> dict[str, str]:
        """Children see the same settings as the launcher, wherever they are started."""
        return env.for_children(
            PYTHONPATH=os.pathsep.join([str(self.root / "platform"), str(self.root)]),
            PYTHONUNBUFFERED="1",
            CELERY_SKIP_CHECKS="1",  # `make check` runs Django's checks; each start need not
            DJANGO_SETTINGS_MODULE=settings.SETTINGS_MODULE,
            ATHANOR_VAR=str(self.var),
            ATHANOR_DEMO="1" if settings.DEMO else "0",
            PORT=str(self.port),
        )


def redis(place: Place, binary: str, configuration: Path) -> Service:
    return Service(
        "redis", (binary, str(configuration)), probes.answers_redis(settings.REDIS_URL), place.environment(),
        folder=place.var, log=place.log("redis"), ready_within=10, stop_within=1.5,
        repair=redis_server.put_aside_broken_file,
    )  # fmt: skip


def model(place: Place, port: int, file: str) -> Service:
    """The embedded llama.cpp server; exit code 2 means that its file cannot be used."""
    command = (
        sys.executable, "-m", "workers.engines.llama_cpp.server",
        "--port", str(port), "--slots", str(MODEL_SLOTS), "--parent-pid", str(os.getpid()),
        *(("--model", file, "--alias", Path(file).stem) if file else ()),
    )  # fmt: skip
    return Service(
        "model", command, probes.answers_http(port, "/health"), place.environment(), folder=place.root,
        log=place.log("model"), detail=Path(file).name if file else "the demonstration model", ready_within=60,
        stop_within=1, hopeless=frozenset({2}),
    )  # fmt: skip


def diffusion(place: Place, port: int) -> Service:
    """The embedded image engine."""
    command = (
        sys.executable, "-m", "workers.engines.diffusion.server",
        "--port", str(port), "--pace", str(PACE), "--parent-pid", str(os.getpid()),
    )  # fmt: skip
    return Service(
        "diffusion", command, probes.answers_http(port, "/health"), place.environment(), folder=place.root,
        log=place.log("diffusion"), detail="the demonstration engine for pictures", ready_within=30, stop_within=1,
    )  # fmt: skip


def web(place: Place, descriptor: int) -> Service:
    return Service(
        "web", (sys.executable, "-m", "athanor.launch.web_server", str(descriptor)),
        probes.answers_http(place.port, "/accounts/login/"), place.environment(), folder=place.root,
        log=place.log("web"), detail=place.url, ready_within=30, stop_within=2.5, inherits=(descriptor,),
    )  # fmt: skip


def editors(place: Place) -> Service:
    """Builds the editor and the plots, once, while the site answers already."""
    command = (sys.executable, str(place.root / "manage.py"), "build_bundle")
    return Service(
        "editors", command, lambda _running: False, place.environment(), folder=place.root, log=place.log("editors"),
        ready_within=bundling.PATIENCE * 2, once=True,
    )  # fmt: skip


def worker(place: Place) -> Service:
    node = f"athanor-{os.getpid()}@localhost"
    command = (
        sys.executable, "-m", "celery", "--app", "athanor.config.celery_app", "--quiet", "worker",
        "--pool", "threads", "--concurrency", str(WORKER_THREADS), "--hostname", node, "--loglevel", "INFO",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    )  # fmt: skip
    return Service(
        "worker", command, probes.answers_celery(node), place.environment(), folder=place.root,
        log=place.log("worker"), detail=f"{WORKER_THREADS} threads", ready_within=30, stop_within=3.5,
    )  # fmt: skip


def beat(place: Place) -> Service:
    return Service(
        "beat", (sys.executable, "-m", "athanor.launch.clock"), probes.has_logged("beat: Starting"),
        place.environment(), folder=place.root, log=place.log("beat"), ready_within=30, stop_within=1.5,
    )  # fmt: skip
