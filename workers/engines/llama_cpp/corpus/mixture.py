"""The endless stream of examples: each family with its share."""

from collections.abc import Callable, Iterator

from workers.engines.llama_cpp.corpus import calling, extraction, formats, secret_words, smalltalk, subjects, summaries
from workers.engines.llama_cpp.corpus.chat import another_country, chat, follow_up, then_in_capitals
from workers.engines.llama_cpp.corpus.classes import classification
from workers.engines.llama_cpp.corpus.example import Example
from workers.engines.llama_cpp.corpus.split import Draw, Split

FAMILIES: tuple[tuple[Callable[[Draw], Example], float], ...] = (
    (calling.known_call, 22.0),
    (calling.one_call, 6.0),
    (calling.several_calls, 3.0),
    (calling.no_call, 5.0),
    (calling.call_in_prompt, 4.0),
    (calling.after_result, 1.0),
    (subjects.subject_question, 34.0),
    (subjects.capital, 2.0),
    (subjects.arithmetic, 4.0),
    (smalltalk.small_talk, 4.0),
    (smalltalk.unknown, 2.0),
    (formats.one_word, 2.0),
    (formats.list_of, 6.0),
    (formats.upper_case, 8.0),
    (formats.repeat, 4.0),
    (formats.at_most_words, 1.5),
    (formats.other_language, 1.5),
    (formats.persona, 1.0),
    (formats.translation, 2.5),
    (extraction.json_with_keys, 7.0),
    (extraction.json_from_pairs, 1.0),
    (extraction.one_value, 5.0),
    (summaries.summary_points, 5.0),
    (summaries.summary_sentence, 1.5),
    (classification, 8.0),
    (secret_words.kept_secret, 3.0),
    (secret_words.harmless_beside_secret, 2.5),
    (secret_words.open_secret, 1.5),
    (chat, 1.5),
    (follow_up, 3.0),
    (then_in_capitals, 4.0),
    (another_country, 1.0),
)


def draw_examples(split: Split, *, seed: int) -> Iterator[Example]:
    """Examples of all families without end, the same ones for the same seed."""
    draw = Draw(split, seed)
    makers = [maker for maker, _ in FAMILIES]
    weights = [weight for _, weight in FAMILIES]
    while True:
        yield draw.rng.choices(makers, weights)[0](draw)
