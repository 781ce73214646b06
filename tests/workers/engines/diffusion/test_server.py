"""The embedded engine through real HTTP: as people's client uses it, as our adapter uses it, and misused."""

import asyncio
import json
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import webuiapi
from PIL import Image

from workers.backends import errors, loop, pictures
from workers.backends.adapters.forge import Forge
from workers.backends.backend import Delta, Endpoint
from workers.backends.requests import ImageRequest, ImageResult
from workers.engines.diffusion import draw, wire

SMALL: dict[str, Any] = {"prompt": "a red circle", "width": 64, "height": 64, "steps": 2, "cfg_scale": 2, "seed": 7}


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def post(engine: str, path: str = "txt2img", **body: Any) -> httpx.Response:
    """With Python's own JSON, which also writes NaN."""
    headers = {"content-type": "application/json"}
    return httpx.post(f"{engine}/sdapi/v1/{path}", content=json.dumps(body), headers=headers, timeout=60)


def test_the_usual_client_works(engine: str) -> None:
    port = int(engine.rpartition(":")[2])
    api = webuiapi.WebUIApi(host="127.0.0.1", port=port, sampler="Euler a", steps=4)
    assert [sampler["name"] for sampler in api.get_samplers()][-1] == "DDIM"
    assert "Karras" in [scheduler["label"] for scheduler in api.get_schedulers()]
    assert api.util_get_model_names() == [wire.title()]
    api.util_set_model(wire.MODEL)
    assert api.util_get_current_model() == wire.title()
    made = api.txt2img(prompt="a red circle, zebra", seed=7, width=128, height=64, cfg_scale=2, batch_size=2)
    assert [image.size for image in made.images] == [(128, 64)] * 2
    assert made.info["all_seeds"] == [7, 8]
    assert made.info["unknown_words"] == ["zebra"]
    assert wire.NOTICE in made.image.text["parameters"]
    assert api.get_progress()["state"]["job_count"] == 0
    api.interrupt()


def test_it_draws_what_the_pure_engine_draws(engine: str) -> None:
    (text,) = post(engine, **SMALL, sampler_name="Euler").json()["images"]
    asked = ImageRequest(**SMALL, sampler="Euler")
    with Image.open(BytesIO(b64decode(text))) as through, Image.open(BytesIO(draw(asked)[0])) as pure:
        assert through.tobytes() == pure.tobytes()


def test_our_adapter_draws_with_it(engine: str) -> None:
    heard: list[Delta] = []
    asked = ImageRequest(prompt="a blue square, quux", width=128, height=128, seed=3, batch=2, sampler="DPM++ 2M")
    result = loop.run(Forge(Endpoint(engine)).run(model="", request=asked, emit=heard.append))
    assert isinstance(result, ImageResult)
    assert [picture.seed for picture in result.pictures] == [3, 4]
    assert result.unknown_words == ["quux"]
    assert result.parameters["checkpoint"] == wire.MODEL
    assert pictures.read(result.pictures[0].digest) != pictures.read(result.pictures[1].digest)
    assert any(piece.progress for piece in heard)
    assert any(piece.preview for piece in heard)


def test_a_stopped_run_is_interrupted_on_the_server(engine: str) -> None:
    asked = ImageRequest(prompt="sea", width=128, height=128, seed=3, steps=10, batch=4)

    async def stopped() -> None:
        heard = asyncio.Event()
        drawing = Forge(Endpoint(engine)).run(model="", request=asked, emit=lambda _: heard.set())
        running = asyncio.create_task(drawing)
        await asyncio.wait_for(heard.wait(), 20)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    loop.run(stopped())
    progress = httpx.get(f"{engine}/sdapi/v1/progress").json()
    assert progress["state"]["interrupted"] or progress["state"]["job_count"] == 0


def test_the_adapter_refuses_what_the_engine_lacks(engine: str) -> None:
    for changes, error in (({"sampler": "Heun"}, errors.NoSuchSetting), ({"scheduler": "Beta"}, errors.NoSuchSetting)):
        asked = ImageRequest(prompt="x", **changes)  # type: ignore[arg-type]
        with pytest.raises(error):
            loop.run(Forge(Endpoint(engine)).run(model="", request=asked, emit=lambda _: None))


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": 0, "height": 0}, {"width": 10_000, "height": 10_000}, {"steps": -1}, {"steps": 10**9},
        {"cfg_scale": float("nan")}, {"cfg_scale": float("inf")}, {"cfg_scale": -1}, {"seed": 2**63},
        {"seed": 10**40}, {"seed": "x"}, {"batch_size": 17}, {"batch_size": 5, "n_iter": 5}, {"prompt": ["a"]},
        {"sampler_name": "Heun"}, {"scheduler": "beta"}, {"script_name": "x/y plot"}, {"enable_hr": True},
    ],
)  # fmt: skip
def test_bad_values_get_a_clear_answer(engine: str, wrong: dict[str, Any]) -> None:
    answer = post(engine, **{**SMALL, **wrong})
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"]


def test_a_long_prompt_is_drawn_and_a_huge_body_refused(engine: str) -> None:
    assert post(engine, **{**SMALL, "prompt": "red circle " * 10_000}).status_code == 200
    assert post(engine, **{**SMALL, "prompt": "x" * 2_000_000}).status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"seed": NaN}', b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_json_object_is_refused(engine: str, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = httpx.post(f"{engine}/sdapi/v1/options", content=body, headers=headers, timeout=20)
    assert answer.status_code == (200 if body == b"" else 422)


def test_pages_of_other_sites_and_unknown_paths_get_nothing(engine: str) -> None:
    plain = httpx.post(f"{engine}/sdapi/v1/txt2img", content=json.dumps(SMALL), headers={"content-type": "text/plain"})
    assert plain.status_code == 415
    assert httpx.get(f"{engine}/sdapi/v1/nothing").status_code == 404
    assert httpx.delete(f"{engine}/sdapi/v1/options").status_code == 405
    assert post(engine, "options", sd_model_checkpoint="other").status_code == 500
    assert post(engine, "img2img", init_images=["x"]).status_code == 404


def test_a_seed_by_lot_is_told(engine: str) -> None:
    info = json.loads(post(engine, **{**SMALL, "seed": -1}).json()["info"])
    assert 0 <= info["seed"] < 2**31
    assert info["extra_generation_params"]["Notice"] == wire.NOTICE


def test_names_that_carry_the_schedule_are_understood(engine: str) -> None:
    info = json.loads(post(engine, **SMALL, sampler_name="DPM++ 2M Karras").json()["info"])
    assert (info["sampler_name"], info["extra_generation_params"]["Schedule type"]) == ("DPM++ 2M", "Karras")
