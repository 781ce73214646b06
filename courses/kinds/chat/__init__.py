"""A conversation with a language model."""

from courses.kinds.chat import grade, imagine, plan, public, schema
from courses.kinds.chat.form import ChatForm
from courses.kinds.kind import ExerciseKind
from courses.texts import both

KIND = ExerciseKind(
    label=both("Chat", "Conversation"),
    icon="chat",
    spec=schema.ChatSpec,
    run=schema.ChatRun,
    answer=schema.ChatAnswer,
    reference=schema.ChatReference,
    form=ChatForm,
    parts=grade.PARTS,
    plan_run=plan.plan_run,
    plan=plan.plan,
    evidence=grade.evidence,
    draft_evidence=grade.draft_evidence,
    similarity_key=grade.similarity_key,
    imagine=imagine.imagine,
    public=public.public,
)
