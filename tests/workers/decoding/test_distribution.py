"""Softmax, entropy, top-p and draws, whatever the logits are."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.decoding import distribution as d
from workers.decoding.outline import Outline, outline

LOGITS = st.lists(st.integers(-4000, 4000), min_size=1, max_size=60).map(lambda many: np.array(many) / 100)
TEMPERATURES = st.floats(0.05, 5)
SHARES = st.floats(0.01, 1)


@settings(max_examples=50)
@given(LOGITS, st.floats(-100, 100))
def test_softmax_sums_to_one_and_forgets_a_shift(logits: d.Scores, shift: float) -> None:
    logprobs = d.log_softmax(logits)
    assert np.exp(logprobs).sum() == pytest.approx(1)
    assert logprobs == pytest.approx(d.log_softmax(logits + shift), abs=1e-9)


@settings(max_examples=50)
@given(LOGITS, TEMPERATURES)
def test_entropy_lies_between_nothing_and_all_alike_and_grows_with_temperature(logits: d.Scores, low: float) -> None:
    cold, warm = d.entropy(d.tempered(logits, low)), d.entropy(d.tempered(logits, low * 1.5))
    assert -1e-9 <= cold <= math.log2(len(logits)) + 1e-9
    assert cold <= warm + 1e-9


@settings(max_examples=50)
@given(LOGITS, SHARES)
def test_nucleus_is_the_smallest_set_that_reaches_its_share(logits: d.Scores, top_p: float) -> None:
    probabilities = np.exp(d.log_softmax(logits))
    kept = d.nucleus(d.log_softmax(logits), top_p)
    assert probabilities[kept].sum() >= top_p - 1e-6
    assert probabilities[kept[:-1]].sum() < top_p
    assert probabilities[kept].min() >= np.delete(probabilities, kept).max(initial=0)


@settings(max_examples=50)
@given(LOGITS, TEMPERATURES, st.integers(1, 10), SHARES, st.floats(0, 1, exclude_max=True))
def test_only_survivors_are_drawn(logits: d.Scores, warm: float, top_k: int, top_p: float, place: float) -> None:
    left = d.survivors(logits, temperature=warm, top_k=top_k, top_p=top_p)
    assert np.exp(left).sum() == pytest.approx(1)
    assert 1 <= np.isfinite(left).sum() <= top_k
    assert np.isfinite(left[d.draw(left, place)])
    assert np.isfinite(left[int(np.argmax(logits))])


@settings(max_examples=50)
@given(LOGITS)
def test_greedy_takes_the_first_of_the_best(logits: d.Scores) -> None:
    left = d.survivors(logits, temperature=0)
    assert d.draw(left, 0.999) == int(np.argmax(d.log_softmax(logits)))


def test_draws_follow_the_probabilities() -> None:
    left = d.log_softmax(np.log([0.2, 0.5, 0.3]))
    assert [d.draw(left, place) for place in (0, 0.49, 0.51, 0.79, 0.81, 0.999)] == [1, 1, 2, 2, 0, 0]
    assert d.number(7, 3) == d.number(7, 3) != d.number(7, 4)


def test_bias_moves_one_token_and_a_mask_may_leave_none() -> None:
    scores = np.zeros(4)
    assert int(np.argmax(d.biased(scores, {2: 5.0}))) == 2
    with pytest.raises(ValueError, match="no token"):
        d.log_softmax(d.masked(scores, np.zeros(4, dtype=bool)))


@settings(max_examples=50)
@given(st.lists(st.floats(-12, 0), min_size=30, max_size=400).map(np.array), st.floats(0.3, 3), SHARES)
def test_outline_says_the_same_as_the_whole(logits: d.Scores, temperature: float, top_p: float) -> None:
    logprobs = d.log_softmax(logits)
    best, tail = outline(logprobs, 20)
    told = Outline(logprobs[best].tolist(), tail)
    exact = d.tempered(logprobs, temperature)

    assert told.entropy() == pytest.approx(d.entropy(logprobs), abs=0.03)
    assert told.at(1.0)[0] == pytest.approx(np.exp(logprobs[best]).tolist(), rel=1e-4)
    assert told.at(temperature)[0] == pytest.approx(np.exp(exact[best]).tolist(), rel=0.03)
    assert sum(map(sum, told.at(temperature))) == pytest.approx(1)
    count, whole = told.nucleus(1.0, top_p), len(d.nucleus(logprobs, top_p))
    assert count is None or abs(count - whole) <= 1
