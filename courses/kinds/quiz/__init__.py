"""Questions with known answers: choice, number, short text, ordering, matching."""

from pydantic import BaseModel

from courses.kinds.kind import ExerciseKind
from courses.kinds.quiz import grade, imagine, plan, public, reading, schema, view
from courses.texts import both

KIND: ExerciseKind[schema.QuizSpec, BaseModel, schema.QuizAnswer, schema.QuizReference] = ExerciseKind(
    label=both("Quiz", "Questionnaire"),
    icon="check-circle",
    spec=schema.QuizSpec,
    answer=schema.QuizAnswer,
    reference=schema.QuizReference,
    parts=grade.PARTS,
    plan=plan.plan,
    evidence=grade.evidence,
    similarity_key=grade.similarity_key,
    imagine=imagine.imagine,
    public=public.public,
    read_form=reading.read_form,
    view=view.view,
    default_rubric=grade.default_rubric,
)
