"""Pictures from text."""

from courses.kinds.image import form, grade, imagine, plan, public, schema, targets, view
from courses.kinds.kind import ExerciseKind
from courses.texts import both

KIND = ExerciseKind(
    label=both("Image", "Image"),
    icon="image",
    spec=schema.ImageSpec,
    run=schema.ImageRun,
    answer=schema.ImageAnswer,
    reference=schema.ImageReference,
    form=form.ImageForm,
    parts=grade.PARTS,
    plan_run=plan.plan_run,
    plan=plan.plan,
    evidence=grade.evidence,
    draft_evidence=grade.draft_evidence,
    similarity_key=grade.similarity_key,
    similarity_pictures=grade.similarity_pictures,
    imagine=imagine.imagine,
    public=public.public,
    read_form=form.read_form,
    view=view.view,
    exhibits=targets.exhibits,
)
