"""The Forge adapter against a scripted server: what the server does well, badly, and behind one's back."""

import asyncio
import json
import tracemalloc
from base64 import b64decode, b64encode
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from tests.workers.backends.scripted import Break, Hang, Script, ScriptedServer, document
from workers.backends import errors, loop, pictures
from workers.backends.adapters.forge import Forge, watching
from workers.backends.backend import Delta, Endpoint, Patience
from workers.backends.requests import ChatRequest, ImageRequest, ImageResult, Message

QUICK = Patience(connect=5, first=1, between=1, probe=5)
PATH = "/sdapi/v1/txt2img"
SAMPLERS = [{"name": "Euler a", "aliases": ["k_euler_a"], "options": {}}, {"name": "DPM++ 2M", "aliases": []}]
SCHEDULERS = [
    {"name": "automatic", "label": "Automatic", "aliases": None},
    {"name": "karras", "label": "Karras", "default_rho": 7.0, "need_inner_model": False},
]
CHECKPOINTS = [
    {
        "title": "turbo.safetensors [e869ac7d69]",
        "model_name": "turbo",
        "hash": "e869ac7d69",
        "sha256": "e869" * 16,
    },
    {"title": "other.safetensors", "model_name": "other", "hash": None, "sha256": None},
]


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def forge(server: ScriptedServer) -> ScriptedServer:
    """An idle server that has something."""
    for name, value in {
        "samplers": SAMPLERS,
        "schedulers": SCHEDULERS,
        "sd-models": CHECKPOINTS,
        "options": {"sd_model_checkpoint": "turbo.safetensors [e869ac7d69]"},
        "progress": progress(0, job_count=0),
    }.items():
        server.play(f"/sdapi/v1/{name}", document(value))
    server.play("/sdapi/v1/interrupt", document({}))
    return server


def progress(share: float, *, job_count: int = 1, stamp: str = "1", image: str | None = None, **state: Any) -> Any:
    told = {"job_count": job_count, "job_timestamp": stamp, "sampling_step": 1, **state}
    return {"progress": share, "eta_relative": 1.0, "state": told, "current_image": image, "textinfo": None}


def file_of(image: Image.Image | None = None, kind: str = "PNG", **options: Any) -> bytes:
    written = BytesIO()
    (image or Image.new("RGB", (64, 64), (200, 30, 30))).save(written, kind, **options)
    return written.getvalue()


def answer(*files: bytes, **info: Any) -> Script:
    told = {"seed": 7, "all_seeds": [7, 8], "steps": 4, "cfg_scale": 2.0, "sampler_name": "Euler a", **info}
    images = [b64encode(file).decode() for file in files]
    return document({"images": images, "parameters": {}, "info": json.dumps(told)})


def _deaf(_: Delta) -> None:
    pass


def draw(server: ScriptedServer, model: str = "turbo", **asked: Any) -> ImageResult:
    request = ImageRequest(**{"prompt": "a cat", "width": 64, "height": 64, "seed": 7, **asked})
    result = loop.run(Forge(Endpoint(server.url, patience=QUICK)).run(model=model, request=request, emit=_deaf))
    assert isinstance(result, ImageResult)
    return result


def test_a_picture_is_encoded_anew_and_kept(forge: ScriptedServer) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("parameters", "steps: 99, secret")
    sent = file_of(pnginfo=notes, icc_profile=b"profile")
    told = {"sd_model_name": "turbo", "version": "f2.0", "extra_generation_params": {"Schedule type": "Karras"}}
    forge.play(PATH, answer(sent, **told))
    result = draw(forge)
    (picture,) = result.pictures
    kept = pictures.read(picture.digest)
    assert (picture.width, picture.height, picture.size, picture.seed) == (64, 64, len(kept), 7)
    assert b"secret" not in kept
    assert b"profile" not in kept
    assert Image.open(BytesIO(kept)).getpixel((3, 3)) == (200, 30, 30)
    assert result.parameters["sampler"] == "Euler a"
    assert result.parameters["scheduler"] == "Karras"
    assert result.parameters["checkpoint"] == "turbo"


def test_what_is_sent_touches_no_shared_state(forge: ScriptedServer) -> None:
    script = forge.play(PATH, answer(file_of()))
    draw(forge, negative_prompt="dog", scheduler="Karras", steps=9, cfg_scale=1.5)
    (sent,) = script.requests
    assert sent["override_settings"] == {"sd_model_checkpoint": "turbo.safetensors [e869ac7d69]"}
    assert sent["override_settings_restore_afterwards"] is False
    assert sent["save_images"] is False
    assert (sent["scheduler"], sent["seed"], sent["steps"], sent["cfg_scale"]) == ("karras", 7, 9, 1.5)
    assert {"script_name", "alwayson_scripts", "init_images", "force_task_id"}.isdisjoint(sent)


def test_user_and_password_are_sent_as_basic_authentication(forge: ScriptedServer) -> None:
    script = forge.play(PATH, answer(file_of()))
    endpoint = Endpoint(forge.url, api_key="user:pass", patience=QUICK)
    request = ImageRequest(prompt="x", width=64, height=64)
    loop.run(Forge(endpoint).run(model="", request=request, emit=_deaf))
    assert b64decode(script.request_headers[0]["authorization"].removeprefix("Basic ")) == b"user:pass"
    assert script.requests[0]["seed"] == -1
    assert "override_settings" not in script.requests[0]


def test_a_grid_before_the_pictures_is_left_out(forge: ScriptedServer) -> None:
    grid = file_of(Image.new("RGB", (128, 64)))
    forge.play(PATH, answer(grid, file_of(), file_of(), index_of_first_image=1))
    result = draw(forge, batch=2)
    assert [(one.width, one.seed) for one in result.pictures] == [(64, 7), (64, 8)]


@pytest.mark.parametrize(
    ("changes", "error", "named"),
    [
        ({"sampler": "DPM++ 9X"}, errors.NoSuchSetting, "Euler a, DPM++ 2M"),
        ({"scheduler": "Linear"}, errors.NoSuchSetting, "Automatic, Karras"),
        ({"model": "unknown"}, errors.ModelMissing, "turbo, other"),
    ],
)
def test_what_the_server_would_replace_silently_is_refused_with_the_list(
    forge: ScriptedServer, changes: dict[str, Any], error: type[errors.BackendError], named: str
) -> None:
    script = forge.play(PATH, answer(file_of()))
    with pytest.raises(error) as caught:
        draw(forge, **changes)
    assert named in caught.value.detail
    assert script.requests == []


def test_aliases_of_samplers_and_hashes_of_checkpoints_are_known(forge: ScriptedServer) -> None:
    script = forge.play(PATH, answer(file_of()))
    draw(forge, model="e869ac7d69", sampler="k_euler_a")
    assert script.requests[0]["override_settings"]["sd_model_checkpoint"].startswith("turbo")


def test_an_old_server_without_schedulers_takes_only_automatic(forge: ScriptedServer) -> None:
    forge.play("/sdapi/v1/schedulers", document({"detail": "Not Found"}, status=404))
    script = forge.play(PATH, answer(file_of()))
    draw(forge)
    assert "scheduler" not in script.requests[0]
    with pytest.raises(errors.NoSuchSetting):
        draw(forge, scheduler="Karras")


PNG = file_of()


@pytest.mark.parametrize(
    "wrong",
    [
        PNG[: len(PNG) // 2], b"", b"<html><body>Welcome</body></html>", b"GIF89a", b"\x89PNG\r\n\x1a\n",
        file_of(kind="BMP"), file_of(Image.new("L", (4096, 4096))), file_of(Image.new("1", (20_000, 20_000))),
    ],
    ids=["truncated", "empty", "web page", "gif", "only the mark", "bmp", "large", "bomb"],
)  # fmt: skip
def test_what_is_no_picture_is_the_servers_fault(forge: ScriptedServer, wrong: bytes) -> None:
    forge.play(PATH, answer(wrong))
    with pytest.raises(errors.ServerFault):
        draw(forge)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_other_formats_become_png(forge: ScriptedServer, kind: str) -> None:
    forge.play(PATH, answer(file_of(kind=kind)))
    assert pictures.read(draw(forge).pictures[0].digest).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "script",
    [
        document({"images": None, "info": "{}"}), document({"images": [], "info": ""}), document([1, 2]),
        document({"images": ["!!!"], "info": "{}"}), document({"images": ["AAAA"], "info": "no json"}),
        document({"images": ["AAAA"], "info": '{"seed": NaN}'}), Script(body=[b'{"images": ["AAA']), Script(body=[]),
        document({"images": [1, 2], "info": "{}"}),
    ],
)  # fmt: skip
def test_nonsense_is_the_servers_fault(forge: ScriptedServer, script: Script) -> None:
    forge.play(PATH, script)
    with pytest.raises(errors.ServerFault):
        draw(forge)


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (document({"error": "OutOfMemoryError", "message": "CUDA out of memory"}, status=500), errors.ServerFault),
        (document({"detail": "Incorrect username or password"}, status=401), errors.Misconfigured),
        (document({"detail": [{"loc": ["body", "steps"], "msg": "no"}]}, status=422), errors.RequestRefused),
        (Script(body=[b"<html>hi</html>"], content_type="text/html"), errors.Misconfigured),
        (Script(body=[b'{"images": ["AA', Break()]), errors.Interrupted),
        (Script(mute=True), errors.TookTooLong),
        (Script(body=[b"{", Hang()]), errors.Interrupted),
    ],
)  # fmt: skip
def test_refusals_and_broken_connections_are_sorted(
    forge: ScriptedServer, script: Script, error: type[errors.BackendError]
) -> None:
    forge.play(PATH, script)
    with pytest.raises(error) as caught:
        draw(forge)
    assert type(caught.value) is error


def test_an_endless_answer_is_refused_before_it_fills_the_memory(forge: ScriptedServer) -> None:
    block = b"A" * 1_000_000
    forge.play(PATH, Script(body=[b'{"images": ["', *[block] * 200]))
    tracemalloc.start()
    try:
        with pytest.raises(errors.ServerFault, match="more than"):
            draw(forge)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


def test_a_bomb_is_refused_before_it_is_unpacked(forge: ScriptedServer) -> None:
    bomb = file_of(Image.new("L", (8000, 8000)))
    assert len(bomb) < 100_000
    tracemalloc.start()
    try:
        with pytest.raises(pictures.NotAPicture):
            pictures.accept(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000


def test_a_chat_is_none_of_its_tasks(forge: ScriptedServer) -> None:
    request = ChatRequest(messages=[Message(role="user", content="hi")])
    with pytest.raises(errors.WrongTask):
        loop.run(Forge(Endpoint(forge.url)).run(model="", request=request, emit=_deaf))


def test_the_probe_lists_checkpoints_samplers_and_schedulers(forge: ScriptedServer) -> None:
    probe = loop.run(Forge(Endpoint(forge.url, patience=QUICK)).probe())
    turbo, other = probe.models
    assert (turbo.name, turbo.capabilities, turbo.loaded, other.loaded) == ("turbo", ("image",), True, False)
    assert turbo.digest == "e869" * 16
    assert turbo.details["samplers"] == ["Euler a", "DPM++ 2M"]
    assert turbo.details["schedulers"] == ["Automatic", "Karras"]


def test_something_else_is_no_forge(server: ScriptedServer) -> None:
    for name in ("samplers", "schedulers", "sd-models", "options"):
        server.play(f"/sdapi/v1/{name}", document({"hello": "world"}))
    with pytest.raises(errors.ServerFault):
        loop.run(Forge(Endpoint(server.url, patience=QUICK)).probe())


@pytest.fixture
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "SECONDS_BETWEEN", 0.01)


def _stop(forge: ScriptedServer, before: Any, during: Any) -> tuple[list[Delta], int]:
    """Start a picture that never ends, stop it after something was heard or a while; the pieces, the interrupts."""
    heard: list[Delta] = []
    interrupt = forge.play("/sdapi/v1/interrupt", document({}))
    forge.play("/sdapi/v1/progress", document(before))
    script = forge.play(PATH, Script(mute=True))
    request = ImageRequest(prompt="x", width=64, height=64)

    async def stopped() -> None:
        running = asyncio.create_task(Forge(Endpoint(forge.url)).run(model="", request=request, emit=heard.append))
        await asyncio.to_thread(script.begun.wait, 2)
        forge.play("/sdapi/v1/progress", document(during))
        await asyncio.sleep(0.2)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    loop.run(stopped())
    return heard, len(interrupt.requests)


@pytest.mark.usefixtures("_often")
def test_progress_and_previews_are_told_and_stopping_interrupts(forge: ScriptedServer) -> None:
    image = b64encode(file_of(Image.new("RGB", (512, 512)))).decode()
    heard, interrupts = _stop(forge, progress(0, job_count=0, stamp="1"), progress(0.25, stamp="2", image=image))
    assert interrupts == 1
    assert {piece.progress for piece in heard} == {0.25}
    previews = [piece.preview for piece in heard if piece.preview]
    assert len(previews) == 1  # the same one is not sent again
    assert Image.open(BytesIO(previews[0])).size == (192, 192)


@pytest.mark.usefixtures("_often")
def test_the_job_of_somebody_else_is_never_interrupted(forge: ScriptedServer) -> None:
    heard, interrupts = _stop(forge, progress(0.5, stamp="theirs"), progress(0.6, stamp="theirs"))
    assert (heard, interrupts) == ([], 0)


@pytest.mark.usefixtures("_often")
def test_our_job_after_somebody_elses_is_ours(forge: ScriptedServer) -> None:
    heard, interrupts = _stop(forge, progress(0.5, stamp="theirs"), progress(0.1, stamp="ours"))
    assert heard
    assert interrupts == 1


@pytest.mark.usefixtures("_often")
def test_a_server_that_tells_nonsense_about_its_progress_still_paints(forge: ScriptedServer) -> None:
    for told in ([], {"progress": None}, {"progress": 7, "state": {"job_count": 1}, "current_image": "no"}):
        forge.play("/sdapi/v1/progress", document(told))
        forge.play(PATH, answer(file_of()))
        assert draw(forge).pictures
