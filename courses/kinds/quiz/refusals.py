"""What a student may be told instead of an acceptance. Pure."""

from courses.kinds.quiz.schema import Question, QuizSpec
from courses.kinds.work import Refusal
from courses.texts import Text, both


def title_of(spec: QuizSpec, question: Question) -> Text:
    """The question's own name, else its number in the author's order."""
    number = next(place for place, each in enumerate(spec.questions, start=1) if each.id == question.id)
    return question.title or both("Question {n}", "Question {n}", n=number)


def nothing_to_submit() -> Refusal:
    return Refusal(
        "nothing_to_submit",
        both("No question has an answer yet: answer at least one.", "Aucune question n'a de réponse : donnez-en une."),
    )


def changed() -> Refusal:
    text = both(
        "This quiz was changed after you opened it. Reload the page: the answers that still fit are kept.",
        "Ce questionnaire a changé depuis que vous l'avez ouvert. Rechargez la page : "
        "les réponses encore valables sont gardées.",
    )
    return Refusal("changed", text)


def not_a_number(title: Text) -> Refusal:
    text = {
        "en": f"{_in(title, 'en')}: this is not a number. Write for example 12.5, 1,200 or 3e-4. "
        "Nothing was handed in.",
        "fr": f"{_in(title, 'fr')} : ce n'est pas un nombre. Écrivez par exemple 12,5, 1 200 ou 3e-4. "
        "Rien n'a été rendu.",
    }
    return Refusal("not_a_number", text)


def same_place(title: Text) -> Refusal:
    text = {
        "en": f"{_in(title, 'en')}: two items have the same place. Give each its own. Nothing was handed in.",
        "fr": f"{_in(title, 'fr')} : deux éléments ont la même place. Donnez à chacun la sienne. Rien n'a été rendu.",
    }
    return Refusal("same_place", text)


def wrong_shape(title: Text) -> Refusal:
    text = {
        "en": f"{_in(title, 'en')}: the answer does not have the form that this question asks for.",
        "fr": f"{_in(title, 'fr')} : la réponse n'a pas la forme que demande cette question.",
    }
    return Refusal("wrong_shape", text)


def _in(text: Text, language: str) -> str:
    return text.get(language) or next(iter(text.values()))
