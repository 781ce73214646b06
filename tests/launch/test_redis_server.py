import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from athanor.config import embedded_redis
from athanor.launch import redis_server
from athanor.launch.probes import answers_redis, redis_answers
from athanor.launch.service import Service
from athanor.launch.supervisor import Supervisor
from tests.conftest import wait_for_redis


@contextmanager
def running(var: Path) -> Iterator[str]:
    configuration = redis_server.configuration_file(var)
    process = subprocess.Popen([redis_server.find_binary(), str(configuration)], stdout=subprocess.DEVNULL)
    try:
        wait_for_redis(embedded_redis.url(var))
        yield embedded_redis.url(var)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def short_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="a-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)


def test_embedded_redis_listens_on_a_private_socket(short_folder: Path) -> None:
    redis_server.configure(short_folder)
    with running(short_folder) as url:
        assert url == f"unix://{short_folder}/redis.sock"
        assert stat.S_IMODE((short_folder / "redis.sock").stat().st_mode) == 0o700


def test_too_long_path_gives_a_port_with_a_password(short_folder: Path) -> None:
    var = short_folder / ("long" * 30)
    var.mkdir()
    redis_server.configure(var)
    with running(var) as url:
        assert url.startswith("redis://:")
        without_password = "redis://127.0.0.1:" + url.rpartition(":")[2]
        assert not redis_answers(without_password)
    assert stat.S_IMODE(embedded_redis.address_file(var).stat().st_mode) == 0o600
    assert stat.S_IMODE(redis_server.configuration_file(var).stat().st_mode) == 0o600


def test_address_is_kept_from_start_to_start(short_folder: Path) -> None:
    var = short_folder / ("long" * 30)
    var.mkdir()
    redis_server.configure(var)
    first = embedded_redis.url(var)
    redis_server.configure(var)
    assert embedded_redis.url(var) == first


def test_without_any_redis_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(redis_server.NoRedis, match=r"apt install redis-server.*REDIS_URL"):
        redis_server.find_binary()


def test_broken_file_is_put_aside_and_redis_starts(short_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    redis_server.configure(short_folder)
    (short_folder / "redis" / "appendonly.aof").write_text("this is no command\n" * 3)
    url = embedded_redis.url(short_folder)
    service = Service(
        "redis", (redis_server.find_binary(), str(redis_server.configuration_file(short_folder))),
        answers_redis(url), {}, folder=short_folder, log=short_folder / "redis.log",
        repair=redis_server.put_aside_broken_file,
    )  # fmt: skip
    supervisor = Supervisor(short_folder / "services.json")
    supervisor.add(service)
    try:
        assert supervisor.wait_until_ready() == []
    finally:
        supervisor.stop([])
    assert capsys.readouterr().out.startswith(
        "  redis        its file was broken and was put aside (*.broken); no work is lost\n"
    )
    assert (short_folder / "redis" / "appendonly.broken").read_text().startswith("this is no command")
