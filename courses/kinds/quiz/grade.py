"""What the rubric looks at in a quiz: each question with its mark. Pure."""

from typing import Any

from courses.grading.evidence import Evidence, Part
from courses.kinds.quiz.marking import joined, mark, verdict
from courses.kinds.quiz.refusals import title_of
from courses.kinds.quiz.schema import Multiple, Number, Question, QuizAnswer, QuizSpec, Single, Words, key_of
from courses.kinds.work import Work
from courses.texts import both, localise

PARTS = {
    "question": both(
        "every question; `question.<id>` is one of them",
        "chaque question ; `question.<id>` est l'une d'elles",
    )
}


def evidence(spec: QuizSpec, answer: QuizAnswer, work: Work) -> Evidence:
    parts: list[Part] = []
    for question in spec.questions:
        given = answer.answers.get(question.id)
        text, where, facts = _words_of(question, given), f"question-{question.id}", _facts(question, given)
        parts += [Part("question", text, where, facts), Part(f"question.{question.id}", text, where, facts)]
    return Evidence(tuple(parts), work.results)


def _facts(question: Question, given: Any) -> dict[str, Any]:
    marked = mark(question, given)
    return {
        "score": marked.score,
        "points": question.points,
        "feedback": joined([verdict(marked), *marked.said]),
        "own_words": isinstance(question, Number | Words),
    }


def _words_of(question: Question, given: Any) -> str:
    """The answer as text, for criteria that read."""
    if isinstance(question, Single | Multiple):
        keys = given if isinstance(given, list) else [given]
        chosen = (option.text for option in question.options if key_of(option.text) in keys)
        return "\n".join(localise(text, "en") for text in chosen)
    return given if isinstance(given, str) else ""


def similarity_key(spec: QuizSpec, answer: QuizAnswer, work: Work) -> str:
    """What was typed freely; the same option chosen twice says nothing."""
    typed = (answer.answers.get(question.id) for question in spec.questions if isinstance(question, Words))
    return "\n".join(str(text) for text in typed if text)


def default_rubric(spec: QuizSpec) -> dict[str, Any]:
    """A line per question, weighted by its points."""
    return {
        "items": [
            {
                "id": question.id,
                "title": dict(title_of(spec, question)),
                "criterion": "answers",
                "params": {"of": f"question.{question.id}"},
                "weight": question.points,
            }
            for question in spec.questions
        ]
    }
