"""Whatever a picture and its record are: a score between 0 and 1 or none, no exception, twice the same."""

from functools import cache, partial
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from courses.grading.criterion import Status
from courses.grading.evidence import Evidence, Part
from courses.grading.registry import all_criteria

PICTURE_PARAMS: dict[str, dict[str, Any]] = {
    "image_atoms": {"atoms": [{"id": "dog", "question": "Is there a dog?"}]},
    "image_blank": {},
    "image_brightness": {"least": 0.2, "margin": 0.1},
    "image_colourful": {"least": 30, "over": "mean"},
    "image_colours": {"colours": [{"colour": "red"}, {"colour": "#102030", "region": "top"}]},
    "image_composition": {"things": [{"form": "circle", "colour": "red", "place": "left"}], "total": 1},
    "image_contrast": {"least": 20, "most": 80, "margin": 5},
    "image_different": {},
    "image_grid": {},
    "image_noise": {},
    "image_one_factor": {"factors": ["steps"]},
    "image_parameters": {"rules": [{"name": "steps", "least": 1, "most": 8, "margin": 4}]},
    "image_prompt": {"of": "picture", "required": ["paris"], "forbidden": ["heron"], "most": 20},
    "image_seed": {},
    "image_sharp": {},
    "image_similar": {"to": "picture"},
    "image_size": {"least": 64, "aspect": "1:1"},
    "image_symmetry": {},
    "image_tileable": {},
}


@cache
def tiny(width: int, height: int) -> bytes:
    """A PNG of noise; of no pixels: no PNG at all."""
    if not width:
        return b"<html>502 Bad Gateway</html>"
    written = BytesIO()
    pixels = np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(written, "PNG")
    return written.getvalue()


values = st.none() | st.booleans() | st.integers(-5, 10**12) | st.floats() | st.text(max_size=3)
names = st.sampled_from(["steps", "cfg_scale", "seed", "sampler", "size", "prompt", "digest", "alias"])
sizes = st.sampled_from([(1, 1), (1, 40), (9, 5), (33, 40), (0, 0)])
parts = st.builds(
    lambda text, facts, size: Part("picture", text, "picture-1-0", facts, partial(tiny, *size)),
    st.sampled_from(["", "paris", "\ud800 (heron:1.2)", ":" * 90]),
    st.dictionaries(names, values, max_size=4),
    sizes,
)
results = st.sampled_from([{}, {"pictures": [{"digest": "x"}]}, {"pictures": []}, {"text": '{"answer": []}'}])
evidences = st.builds(
    lambda pictures, result: Evidence(tuple(pictures), {"criterion:x": result, "criterion:x:dog": result}),
    st.lists(parts, max_size=3),
    results,
)


@pytest.mark.parametrize("slug", sorted(PICTURE_PARAMS))
@given(evidence=evidences)
@settings(max_examples=25, deadline=None)
def test_criterion_never_fails_and_stays_in_range(slug: str, evidence: Evidence) -> None:
    criterion = all_criteria()[slug]
    params = criterion.params.model_validate(PICTURE_PARAMS[slug])

    list(criterion.jobs(params, evidence, "criterion:x"))
    finding = criterion.assess(params, evidence, "criterion:x")

    assert finding == criterion.assess(params, evidence, "criterion:x")
    if finding.status in (Status.UNSCORED, Status.ERROR):
        assert finding.score is None
    else:
        assert finding.score is not None
        assert 0.0 <= finding.score <= 1.0
