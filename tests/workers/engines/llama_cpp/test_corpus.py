import gc
import itertools
import json
import random
from collections.abc import Callable

import jsonschema_rs
import pytest

from workers.engines.llama_cpp.corpus import calling, extraction, formats, secret_words, subjects, summaries
from workers.engines.llama_cpp.corpus.example import Example
from workers.engines.llama_cpp.corpus.functions import KNOWN, UNSEEN, Function
from workers.engines.llama_cpp.corpus.mixture import FAMILIES, draw_examples
from workers.engines.llama_cpp.corpus.render import render, render_text
from workers.engines.llama_cpp.corpus.split import Draw, Pool, Split, split_of
from workers.engines.llama_cpp.corpus.wording import expand, parse_template, templates, wordings
from workers.engines.llama_cpp.grading import is_right, right_arguments

MAKERS = [maker for maker, _ in FAMILIES]


@pytest.mark.parametrize("split", list(Split))
@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_family_makes_whole_conversations(maker: Callable[[Draw], Example], split: Split) -> None:
    draw = Draw(split, 3)
    for _ in range(25):
        example = maker(draw)
        text = render_text(example)
        assert example.messages[-1].role == "assistant"
        assert text.endswith("<|end|>")
        assert "{{" not in text
        assert "\\n" not in text


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_expected_answer_is_graded_as_right(maker: Callable[[Draw], Example]) -> None:
    draw = Draw(Split.TRAIN, 5)
    for _ in range(40):
        example = maker(draw)
        *_, answer = render(example)
        check = right_arguments if example.answer.calls else is_right
        assert check(example, answer.text), render_text(example)


def test_same_seed_gives_the_same_examples() -> None:
    first, again = (list(itertools.islice(draw_examples(Split.TRAIN, seed=4), 50)) for _ in range(2))
    other = list(itertools.islice(draw_examples(Split.TRAIN, seed=5), 50))
    assert first == again
    assert first != other


def test_splits_share_no_wording() -> None:
    pool = Pool([f"wording {number}" for number in range(200)])
    train, validation, test = (set(pool.parts[split]) for split in Split)
    assert train | validation | test == set(pool.items)
    assert not train & validation
    assert not train & test
    assert 100 < len(train) < 190


def test_train_never_draws_a_held_out_wording() -> None:
    draw = Draw(Split.TRAIN, 1)
    pool = templates("\n".join(f"line {number}" for number in range(60)))
    held_out = {line for line in pool.items if split_of(line) is not Split.TRAIN}
    assert held_out
    assert not held_out & {draw.pick(pool) for _ in range(2000)}


def test_no_wording_of_training_is_one_that_is_held_out() -> None:
    """Two templates with choices may give the same words: then the words would be in both splits."""
    pools = [pool for pool in gc.get_objects() if type(pool) is Pool and any("[" in str(each) for each in pool.items)]
    assert len(pools) > 100
    for pool in pools:
        held_out = {subjects.plain(each) for each in wordings(pool, Split.VALIDATION, Split.TEST)}
        assert not held_out & {subjects.plain(each) for each in wordings(pool, Split.TRAIN)}


def test_general_questions_leave_held_out_ones_alone() -> None:
    draw = Draw(Split.TRAIN, 2)
    for _ in range(600):
        subject = draw.any_of(subjects.SUBJECTS)
        assert subjects.plain(subjects.ask_about(draw, draw.whole(0, 1), subject)) not in subject.held_out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Qu'est-ce que un token ?", "Qu'est-ce qu'un token ?"),
        ("On parle de le softmax.", "On parle du softmax."),
        ("On parle de Ollama.", "On parle d'Ollama."),
        ("On parle de la graine.", "On parle de la graine."),
    ],
)
def test_french_words_are_joined(text: str, said: str) -> None:
    assert subjects.elide(text) == said


@pytest.mark.parametrize("function", KNOWN, ids=lambda function: function.name)
def test_a_known_function_has_many_wordings_to_learn_from(function: Function) -> None:
    for language in (0, 1):
        pools = (function.phrases[language], function.sentences[language])
        assert sum(split_of(line) is Split.TRAIN for pool in pools for line in pool.items) >= 10


@pytest.mark.parametrize("subject", subjects.SUBJECTS, ids=lambda subject: subject.key)
def test_a_subject_has_several_wordings_to_learn_from(subject: subjects.Subject) -> None:
    for pool in subject.questions:
        assert len(wordings(pool, Split.TRAIN)) >= 6


def test_unseen_functions_are_in_no_training_example() -> None:
    names = {each.name for each in UNSEEN}
    assert not names & {each.name for each in KNOWN}
    for example in itertools.islice(draw_examples(Split.TRAIN, seed=6), 400):
        assert not names & {tool.name for tool in example.tools}


def test_choices_nest_and_slots_are_filled_after_them() -> None:
    rng = random.Random(1)
    found = {expand("[a|b[1|2]] {x}", rng, {"x": "[q|r]"}) for _ in range(60)}
    assert found == {"a [q|r]", "b1 [q|r]", "b2 [q|r]"}


@pytest.mark.parametrize("template", ["[a|b", "a]b", "a|b"])
def test_template_with_loose_marks_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="unmatched bracket"):
        parse_template(template)


def test_calls_fit_the_schema_of_their_function() -> None:
    draw = Draw(Split.TRAIN, 8)
    for _ in range(300):
        example = calling.one_call(draw)
        (call,) = example.answer.calls
        tool = next(each for each in example.tools if each.name == call.name)
        jsonschema_rs.validate(tool.as_openai()["function"]["parameters"], call.arguments)
        assert list(call.arguments) == [name for name in tool.properties if name in call.arguments]


def test_json_answers_fit_their_schema() -> None:
    draw = Draw(Split.TRAIN, 9)
    for _ in range(200):
        example = extraction.json_with_keys(draw)
        jsonschema_rs.validate(example.schema, json.loads(example.answer.text))


def test_extracted_values_stand_in_the_text() -> None:
    draw = Draw(Split.TRAIN, 10)
    for _ in range(200):
        example = extraction.json_with_keys(draw)
        text = " ".join(message.text for message in example.messages[:-1]).lower()
        for value in json.loads(example.answer.text).values():
            assert value is None or str(value).lower() in text


def test_kept_secret_is_in_no_answer() -> None:
    draw = Draw(Split.TRAIN, 11)
    for _ in range(200):
        example = secret_words.kept_secret(draw)
        assert example.facts["secret"] in example.messages[0].text
        assert all(message.role != "assistant" or message.text for message in example.messages)
        assert all(
            example.facts["secret"] not in message.text for message in example.messages if message.role == "assistant"
        )


def test_summary_uses_every_required_term() -> None:
    draw = Draw(Split.TRAIN, 12)
    for _ in range(200):
        example = summaries.summary_points(draw)
        answer = example.answer.text
        assert len(answer.splitlines()) == example.facts["count"]
        assert all(term.lower() in answer.lower() for term in example.facts["terms"])


@pytest.mark.parametrize(
    ("left", "sign", "right", "steps", "result"),
    [
        (47, "+", 38, "47 + 38 = 77 + 8 = 85", 85),
        (82, "-", 47, "82 - 47 = 42 - 7 = 35", 35),
        (30, "+", 9, "30 + 9 = 39", 39),
        (7, "x", 8, "7 x 8 = 56", 56),
    ],
)
def test_calculation_by_steps(left: int, sign: str, right: int, steps: str, result: int) -> None:
    assert subjects.by_steps(left, sign, right) == (steps, result)


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("la France", "de la France"),
        ("le Japon", "du Japon"),
        ("les États-Unis", "des États-Unis"),
        ("Cuba", "de Cuba"),
    ],
)
def test_country_after_of(country: str, said: str) -> None:
    assert subjects.of_country(country) == said


@pytest.mark.parametrize(
    ("style", "text"),
    [("bullets", "- a\n- b"), ("commas", "a, b"), ("numbers", "1. a\n2. b"), ("json", '["a","b"]')],
)
def test_items_in_each_style(style: str, text: str) -> None:
    assert formats.join_items(["a", "b"], style) == text
