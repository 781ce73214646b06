"""The short way for plain letters says what the long way says."""

import base64
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from courses.grading.criteria import forbidden
from courses.grading.folding import SIGNS, fold

texts = st.text(st.one_of(st.characters(max_codepoint=127), st.sampled_from("éÉœŒﬁß’« \u00a0İǅ")))


def by_definition(text: str, *, case: bool, accents: bool) -> tuple[str, list[int]]:
    pieces = []
    for letter in text:
        plain = unicodedata.normalize("NFKD" if accents else "NFKC", letter.translate(SIGNS))
        plain = "".join(sign for sign in plain if not (accents and unicodedata.combining(sign)))
        pieces.append(plain.casefold() if case else plain)
    return "".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece]


@given(texts, st.booleans(), st.booleans())
def test_folded_text_and_its_places(text: str, case: bool, accents: bool) -> None:
    folded = fold(text, case=case, accents=accents)

    assert (folded.text, list(folded.origin)) == by_definition(text, case=case, accents=accents)


@given(st.text("ab é€", min_size=1, max_size=8), st.lists(st.text("Az09+/", max_size=9), max_size=4), st.integers(0, 4))
def test_what_hides_in_one_run_is_seen_in_all_at_once(secret: str, others: list[str], place: int) -> None:
    coded = base64.b64encode(secret.encode()).decode()
    text = " ".join([*others[:place], coded, *others[place:]])
    runs = list(forbidden.CODED.finditer(text))
    together = list(forbidden._at_once(runs))

    for run in runs:
        for offset, plain in enumerate(forbidden._decoded(run.group())):
            letters = forbidden._plain_letters(plain)
            assert any(letters in each for each in together), (run.group(), offset)


@given(texts)
def test_letters_without_places_are_those_with_places(text: str) -> None:
    assert forbidden._plain_letters(text) == forbidden._letters(fold(text)).text
