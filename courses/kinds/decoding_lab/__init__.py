"""A model seen token by token: splitting text, next-token distributions, samplers, masks."""

from courses.kinds.decoding_lab import form, grade, imagine, plan, public, schema, view
from courses.kinds.kind import ExerciseKind
from courses.texts import both

KIND = ExerciseKind(
    label=both("Decoding lab", "Laboratoire de décodage"),
    icon="flask",
    spec=schema.LabSpec,
    run=schema.LabRun,
    answer=schema.LabAnswer,
    reference=schema.LabReference,
    form=form.LabForm,
    parts=grade.PARTS,
    plan_run=plan.plan_run,
    plan=plan.plan,
    evidence=grade.evidence,
    draft_evidence=grade.draft_evidence,
    similarity_key=grade.similarity_key,
    imagine=imagine.imagine,
    public=public.public,
    read_form=form.read_form,
    view=view.view,
    default_rubric=grade.default_rubric,
)
