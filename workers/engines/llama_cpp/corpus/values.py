"""Draw the values that sentences speak of: names, made-up words, dates, prices."""

from workers.engines.llama_cpp.corpus import vocabulary
from workers.engines.llama_cpp.corpus.split import Draw, Pool, Split

FRENCH, ENGLISH = 0, 1
LANGUAGES = (FRENCH, ENGLISH)


def invented_word(draw: Draw) -> str:
    """A word that no vocabulary holds, so that copying is learnt and not memory."""
    return "".join(draw.any_of(vocabulary.SYLLABLES) for _ in range(draw.whole(2, 4)))


def invented_name(draw: Draw) -> str:
    return invented_word(draw).capitalize()


def first_name(draw: Draw) -> str:
    return invented_name(draw) if draw.chance(0.15) else draw.pick(vocabulary.FIRST_NAMES)


def last_name(draw: Draw) -> str:
    return invented_name(draw) if draw.chance(0.2) else draw.pick(vocabulary.LAST_NAMES)


def full_name(draw: Draw) -> str:
    return f"{first_name(draw)} {last_name(draw)}"


def invented_words(draw: Draw) -> str:
    """One made-up word, now and then two: values of several words must be copied whole."""
    return " ".join(invented_word(draw) for _ in range(draw.any_of((1, 1, 2))))


def city(draw: Draw, language: int) -> str:
    """A city; in training often a made-up one, so that names are copied and not known."""
    invented = 0.3 if draw.split is Split.TRAIN else 0.12
    return invented_words(draw).title() if draw.chance(invented) else draw.pick(vocabulary.CITIES)[language]


def of(draw: Draw, pool: Pool[tuple[str, str]], language: int) -> str:
    """A word of a bilingual vocabulary."""
    return draw.pick(pool)[language]


def without_article(text: str) -> str:
    """``la natation`` becomes ``natation``."""
    for article in ("la ", "le ", "les ", "l'"):
        if text.startswith(article):
            return text[len(article) :]
    return text


def email(draw: Draw) -> str:
    name = draw.pick(vocabulary.FIRST_NAMES).lower()
    plain = name.translate(str.maketrans("éèëïôàâê", "eeeioaae"))
    return f"{plain}@{invented_word(draw)}.{draw.any_of(('com', 'fr', 'org', 'net'))}"


def number(draw: Draw) -> int:
    """A whole number of 1 to 5 digits, short ones more often."""
    return draw.whole(0, 10 ** draw.any_of((1, 2, 2, 2, 3, 3, 4)))


def decimal(draw: Draw) -> float:
    """A number with one or two decimals that are not all zero."""
    return draw.whole(0, 10 ** draw.any_of((1, 2, 2, 3))) + draw.any_of((0.5, 0.25, 0.75, 0.1, 0.2, 0.9, 0.99, 0.3))


def iso_date(draw: Draw) -> str:
    return f"20{draw.whole(20, 31)}-{draw.whole(1, 12):02d}-{draw.whole(1, 28):02d}"


def clock(draw: Draw) -> str:
    return f"{draw.whole(7, 22):02d}:{draw.any_of(('00', '15', '30', '45'))}"
