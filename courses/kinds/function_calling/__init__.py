"""Function calls of a language model: definitions, prompt pipelines, tool loops, results made elsewhere."""

from courses.kinds.function_calling import grade, imagine, plan, public, reading, report, schema, view
from courses.kinds.function_calling.form import FunctionCallingForm
from courses.kinds.kind import ExerciseKind
from courses.texts import both

KIND = ExerciseKind(
    label=both("Function calling", "Appel de fonctions"),
    icon="code",
    spec=schema.FunctionCallingSpec,
    run=schema.FunctionCallingRun,
    answer=schema.FunctionCallingAnswer,
    reference=schema.FunctionCallingReference,
    form=FunctionCallingForm,
    parts=grade.PARTS,
    plan_run=plan.plan_run,
    plan=plan.plan,
    evidence=grade.evidence,
    draft_evidence=grade.draft_evidence,
    similarity_key=grade.similarity_key,
    imagine=imagine.imagine,
    public=public.public,
    read_form=reading.read_form,
    view=view.view,
    report=report.report,
)
