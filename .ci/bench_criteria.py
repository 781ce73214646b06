"""How long criteria take for one picture of 512 × 512 pixels, the first time (nothing remembered).

python .ci/bench_criteria.py
"""

import statistics
import sys
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]

from courses.grading.evidence import Evidence, Part  # noqa: E402  # needs the path above
from courses.grading.registry import all_criteria  # noqa: E402  # needs the path above
from tests.courses.grading.test_picture_properties import PICTURE_PARAMS  # noqa: E402  # needs the path above
from workers.backends.requests import ImageRequest  # noqa: E402  # needs the path above
from workers.engines.diffusion import draw  # noqa: E402  # needs the path above

PIXELS = [slug for slug in PICTURE_PARAMS if slug not in ("image_atoms", "image_prompt", "image_seed")]
FACTS = {"steps": 4, "cfg_scale": 2.0, "seed": 1, "prompt": "a mountain at sunset"}
TRIES = 5


def main() -> None:
    drawn = [draw(ImageRequest(prompt="a mountain at sunset", seed=seed))[0] for seed in range(2 * TRIES)]
    for slug in PIXELS:
        found = [seconds(slug, drawn[2 * n : 2 * n + 2]) for n in range(TRIES)]
        print(f"{slug:20} {1000 * statistics.median(found):7.1f} ms")


def seconds(slug: str, pngs: list[bytes]) -> float:
    """Fresh copies of the bytes with another ending, so that no cache knows them."""
    fresh = [png + slug.encode() for png in pngs]  # decoders stop at the end of the picture
    used = fresh if slug in PAIRS else fresh[:1]
    parts = tuple(Part("picture", "", "picture-1-0", FACTS, partial(bytes, png)) for png in used)
    criterion = all_criteria()[slug]
    params = criterion.params.model_validate(PICTURE_PARAMS[slug])
    begun = time.perf_counter()
    criterion.assess(params, Evidence(parts), "criterion:x")
    return time.perf_counter() - begun


PAIRS = ("image_different", "image_one_factor", "image_grid")

if __name__ == "__main__":
    main()
