"""Reference pictures of an exercise. Pure."""

from collections.abc import Callable
from functools import cache, partial
from io import BytesIO

from PIL import Image

from courses.kinds.image.schema import ImageSpec, Target
from workers.backends.requests import ImageRequest
from workers.engines import diffusion


def exhibits(spec: ImageSpec, asset: Callable[[str], bytes]) -> dict[str, Callable[[], bytes]]:
    """PNG bytes by the name under which pages ask for them; reading one raises KeyError when its file is gone."""
    return {f"target-{number}": target_png(target, asset) for number, target in enumerate(spec.targets)}


def target_png(target: Target, asset: Callable[[str], bytes]) -> Callable[[], bytes]:
    return partial(drawn, target.draw) if target.draw else partial(_as_png, asset, target.asset)


@cache
def drawn(request: ImageRequest) -> bytes:
    """The first picture of the embedded engine: the same on every machine, whatever server the student's come from."""
    return diffusion.draw(request)[0]


def _as_png(asset: Callable[[str], bytes], path: str) -> bytes:
    data = asset(path)
    with Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
        image.thumbnail((1024, 1024))
        written = BytesIO()
        image.convert("RGB").save(written, "PNG")
    return written.getvalue()
