"""Do the reference answers of a course get the marks that their author declared? No model, no database."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from courses.catalog.schema import Reference
from courses.catalog.tree import BadCourse, CourseTree, ExerciseTree, ModuleTree, Problem
from courses.grading.assessment import assess
from courses.kinds.registry import all_kinds


def check_references(tree: CourseTree) -> int:
    """How many were checked. Raises BadCourse for those that got another mark."""
    checks = [
        _problem(tree, module, exercise, number)
        for module, exercise in taught(tree)
        for number in range(len(exercise.file.references))
    ]
    problems = [problem for problem in checks if problem is not None]
    if problems:
        raise BadCourse(problems)
    return len(checks)


def mark_of(exercise: ExerciseTree, reference: Reference, asset: Callable[[str], bytes]) -> float | None:
    """What the rubric gives; None when it withholds the mark. `asset` reads a file of the course."""
    kind = all_kinds()[exercise.file.kind]
    answer, work = kind.imagine(exercise.spec, kind.reference.model_validate(reference.work))
    return assess(exercise.rubric, kind.evidence(exercise.spec, answer, replace(work, asset=asset))).score


def taught(tree: CourseTree) -> Iterator[tuple[ModuleTree, ExerciseTree]]:
    for module in tree.modules:
        for exercise in module.exercises:
            yield module, exercise


def file_of(tree: CourseTree, module: ModuleTree, exercise: ExerciseTree) -> str:
    return f"{tree.slug}/{module.position:02}-{module.slug}/exercises/{exercise.slug}.yml"


def _problem(tree: CourseTree, module: ModuleTree, exercise: ExerciseTree, number: int) -> Problem | None:
    reference = exercise.file.references[number]
    got = mark_of(exercise, reference, tree.read_asset)
    if reference.score is None:
        fits = got is None
    else:
        fits = got is not None and reference.score[0] - 1e-9 <= got <= reference.score[1] + 1e-9
    if fits:
        return None
    file = file_of(tree, module, exercise)
    declared = "no mark" if reference.score is None else f"{reference.score[0]:g} to {reference.score[1]:g}"
    said = "no mark" if got is None else f"{got:.3f}"
    line = exercise.reference_lines[number]
    return Problem(file, line, f"the reference {reference.name!r} gets {said}; declared: {declared}")
