"""The endless stream of examples: each family with its share."""

from collections.abc import Callable, Iterator

from workers.engines.llama_cpp.corpus import calling, extraction, formats, secret_words, smalltalk, subjects, summaries
from workers.engines.llama_cpp.corpus.chat import another_country, chat, follow_up
from workers.engines.llama_cpp.corpus.classes import classification
from workers.engines.llama_cpp.corpus.example import Example
from workers.engines.llama_cpp.corpus.split import Draw, Split

FAMILIES: tuple[tuple[Callable[[Draw], Example], float], ...] = (
    (calling.one_call, 16.0),
    (calling.several_calls, 3.0),
    (calling.no_call, 5.0),
    (calling.call_in_prompt, 5.0),
    (calling.after_result, 2.0),
    (subjects.subject_question, 13.0),
    (subjects.capital, 4.0),
    (subjects.arithmetic, 4.0),
    (smalltalk.small_talk, 3.5),
    (smalltalk.unknown, 2.0),
    (formats.one_word, 5.0),
    (formats.list_of, 7.0),
    (formats.upper_case, 4.0),
    (formats.repeat, 2.5),
    (formats.at_most_words, 3.0),
    (formats.other_language, 2.0),
    (formats.persona, 1.5),
    (formats.translation, 4.0),
    (extraction.json_with_keys, 10.0),
    (extraction.json_from_pairs, 1.5),
    (extraction.one_value, 3.0),
    (summaries.summary_points, 9.0),
    (summaries.summary_sentence, 1.5),
    (classification, 6.0),
    (secret_words.kept_secret, 3.5),
    (secret_words.harmless_beside_secret, 2.0),
    (secret_words.open_secret, 1.0),
    (chat, 4.0),
    (follow_up, 2.0),
    (another_country, 1.0),
)


def draw_examples(split: Split, *, seed: int) -> Iterator[Example]:
    """Examples of all families without end, the same ones for the same seed."""
    draw = Draw(split, seed)
    makers = [maker for maker, _ in FAMILIES]
    weights = [weight for _, weight in FAMILIES]
    while True:
        yield draw.rng.choices(makers, weights)[0](draw)
