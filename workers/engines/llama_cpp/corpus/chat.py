# ruff: noqa: E501 (templates and word lists: one item a line)
"""Conversations of several turns: changes of subject, and questions that lean on the turn before."""

from collections.abc import Callable

from workers.engines.llama_cpp.corpus.classes import classification
from workers.engines.llama_cpp.corpus.example import Example, Message
from workers.engines.llama_cpp.corpus.extraction import json_with_keys
from workers.engines.llama_cpp.corpus.formats import at_most_words, list_of, one_word, translation, upper_case
from workers.engines.llama_cpp.corpus.smalltalk import small_talk, unknown
from workers.engines.llama_cpp.corpus.split import Draw
from workers.engines.llama_cpp.corpus.subjects import CAPITALS, SUBJECTS, capital, of_country, subject_question
from workers.engines.llama_cpp.corpus.wording import phrase, templates

_TURNS: tuple[Callable[[Draw], Example], ...] = (
    small_talk,
    small_talk,
    subject_question,
    subject_question,
    capital,
    one_word,
    list_of,
    translation,
    at_most_words,
    classification,
    upper_case,
    unknown,
    json_with_keys,
)


def _pair(example: Example) -> tuple[Message, ...]:
    """The question and the answer of an example whose question needs no system message."""
    return example.messages[-2:]


def chat(draw: Draw) -> Example:
    """Two or three independent turns: the answer belongs to the last question."""
    messages: list[Message] = []
    count = draw.any_of((2, 2, 3))
    while len(messages) < 2 * count:
        example = draw.any_of(_TURNS)(draw)
        if example.messages[0].role != "system":
            messages += _pair(example)
    return Example("chat", tuple(messages))


_AND_THIS_ONE = (
    templates("""
[Et|Et pour] [celle |]{of} ?
Et {of} ?
[Même question|Pareil] pour {name}.
[Et la capitale|Quelle est celle] {of} ?
"""),
    templates("""
And [that |]of {of}?
And {of}?
[Same question|The same] for {of}.
[And the capital|What about that] of {of}?
What about {of}?
"""),
)


def another_country(draw: Draw) -> Example:
    """After a capital, that of another country."""
    first = capital(draw)
    language: int = first.facts["language"]
    french, english, *cities = draw.any_of(CAPITALS)
    name = (of_country(french), english)[language]
    question = phrase(draw, _AND_THIS_ONE[language], of=name, name=french)
    answer = (f"La capitale {name} est {cities[0]}.", f"The capital of {name} is {cities[1]}.")[language]
    messages = (*_pair(first), Message("user", question), Message("assistant", answer))
    return Example("follow_up", messages, facts={"short": cities[language]})


_REPEAT = (
    templates("[Répète|Redis-le|Peux-tu répéter ?|Encore une fois|Pardon ?|Répète ta réponse][|, s'il te plaît]"),
    templates("[Repeat|Say it again|Can you repeat?|Once more|Pardon?|Repeat your answer][|, please]"),
)
_UPPER = (
    templates("""
[En majuscules|Écris-le en majuscules|Mets ta réponse en majuscules|La même chose en majuscules][| ?|.| s'il te plaît]
[Redis-le|Répète|Recommence|Réécris ta réponse|Recopie ta phrase|Répète ta réponse] en [majuscules|lettres majuscules|capitales][|.| !|, s'il te plaît]
[Tout|Entièrement|Seulement] en [majuscules|capitales][|.|, merci]
[Peux-tu|Pourrais-tu|Tu peux] [le redire|la répéter|l'écrire|répéter la réponse|écrire la même chose] en [majuscules|lettres capitales] ?
[Maintenant|Et maintenant|Cette fois] en [majuscules|lettres majuscules|capitales][| ?|.]
[Même réponse|La même phrase|Pareil|La réponse], [mais en majuscules|en capitales][|.|, s'il te plaît]
[Majuscules|MAJUSCULES|Lettres capitales][| !|, s'il te plaît|, merci]
[Crie-le|Écris plus gros] : en majuscules[|.]
[Passe|Convertis|Transforme] [ta réponse|cette phrase|ça] en [majuscules|capitales][|.]
Je [veux|voudrais] [la même chose|ta réponse|cette réponse] en [majuscules|capitales][|.]
"""),
    templates("""
[In capitals|Write it in upper case|Put your answer in capitals|The same in upper case][|?|.|, please]
[Repeat it|Say it again|Once more|Repeat your answer|Rewrite your answer|Copy your sentence] in [capitals|capital letters|upper case|uppercase][|.|!|, please]
[All|Entirely|Only] in [capitals|upper case][|.|, thanks]
[Can|Could] you [repeat it|say it again|write it|repeat the answer|write the same] in [capitals|capital letters|upper case]?
[Now|And now|This time] in [capitals|capital letters|upper case][|?|.]
[Same answer|The same sentence|The same|The answer], [but in capitals|in upper case][|.|, please]
[Capitals|CAPITALS|Capital letters|Upper case|UPPERCASE][|!|, please|, thanks]
[Shout it|Write it bigger]: in capitals[|.]
[Put|Convert|Turn|Change] [your answer|that sentence|it|that] [into|to] [capitals|upper case|capital letters][|.]
I [want|would like] [the same|your answer|that answer] in [capitals|upper case|capital letters][|.]
"""),
)
_IN_ENGLISH = templates(
    "[En anglais|Et en anglais|Traduis en anglais|Dis-le en anglais|In English|Say it in English][| ?|.|, please]"
)
_IN_FRENCH = templates(
    "[En français|Et en français|Traduis en français|Dis-le en français|In French|Say it in French][| ?|.|, please]"
)


def follow_up(draw: Draw) -> Example:
    """Repeat the answer, put it in capitals, or say it in the other language."""
    kind = draw.any_of(("repeat", "upper", "language", "language"))
    if kind == "language":
        return _other_language(draw)
    first = draw.any_of((subject_question, capital))(draw) if kind == "repeat" else capital(draw)
    language: int = first.facts["language"]
    pool = _REPEAT if kind == "repeat" else _UPPER
    text = first.answer.text if kind == "repeat" else first.answer.text.upper()
    messages = (*_pair(first), Message("user", phrase(draw, pool[language])), Message("assistant", text))
    return Example("follow_up", messages)


def then_in_capitals(draw: Draw) -> Example:
    """The answer about a capital, in capitals on the second turn or the third."""
    first = capital(draw)
    language: int = first.facts["language"]
    asked_in = language if draw.chance(0.85) else 1 - language
    between = _pair(small_talk(draw)) if draw.chance(0.1) else ()
    messages = (*between, *_pair(first), Message("user", phrase(draw, _UPPER[asked_in])))
    return Example("follow_up", (*messages, Message("assistant", first.answer.text.upper())))


def _other_language(draw: Draw) -> Example:
    language = draw.whole(0, 1)
    first = subject_question(draw, language) if draw.chance(0.6) else capital(draw, language)
    question = phrase(draw, (_IN_ENGLISH, _IN_FRENCH)[language])
    messages = (*_pair(first), Message("user", question), Message("assistant", _translated(first, 1 - language)))
    return Example("follow_up", messages)


def _translated(example: Example, language: int) -> str:
    """The answer of a subject or of a capital in the other language."""
    if "key" in example.facts:
        return next(each.answers[language] for each in SUBJECTS if each.key == example.facts["key"])
    short = example.facts["short"]
    source: int = example.facts["language"]
    french, english, *cities = next(each for each in CAPITALS if each[2 + source] == short)
    return (f"La capitale {of_country(french)} est {cities[0]}.", f"The capital of {english} is {cities[1]}.")[language]
