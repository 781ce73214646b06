"""A course with two exercises on the model server that can be held, and a student for each moment."""

from dataclasses import dataclass

PEOPLE = 8

MAKE = """
from athanor.accounts.models import ApiKey, User
from tests.factories import make_course, make_exercise, make_module, make_student
from workers.backends.services import register
server = register(name="held", adapter="openai", url="http://127.0.0.1:{port}", slots=16, aliases={{"held": ""}})
course = make_course(slug="chaos", title={{"en": "Chaos"}})
module = make_module(course=course, slug="m")
talk = make_exercise(module=module, slug="talk", spec={{"alias": "held"}})
probe = {{"id": "one", "turns": ["Say hello."]}}
spec = {{"alias": "held", "student_system": {{"max_chars": 500}}, "probes": [probe]}}
params = {{"of": "probe", "terms": ["hello"]}}
rubric = {{"items": [{{"id": "hello", "title": {{"en": "Says hello"}}, "criterion": "contains", "params": params}}]}}
probes = make_exercise(module=module, slug="probes", spec=spec, rubric=rubric)
people = [make_student(course=course, username=f"chaos{{n}}") for n in range({people})]
keys = [ApiKey.make(user=one, name="chaos")[1] for one in people]
[keys, server.health]
"""

READ = """
from courses.attempts.models import Attempt, Score
from workers.scheduling.models import Job, Spending
def told(pk):
    attempt = Attempt.objects.get(pk=pk)
    jobs = list(Job.objects.filter(subject=attempt.subject))
    lines = list(Spending.objects.filter(job__in=[job.pk for job in jobs]))
    return {{
        "state": attempt.state,
        "reasons": attempt.review_reasons,
        "released": attempt.released_at is not None,
        "scores": [[one.origin, one.value] for one in Score.objects.filter(attempt=attempt)],
        "jobs": [[job.state, (job.result or {{}}).get("text"), job.error] for job in jobs],
        "tries": [job.tries for job in jobs],
        "spent": sorted([str(one.owner_id), one.tokens, one.settled] for one in lines),
        "student": str(attempt.student_id),
        "attempts": Attempt.objects.filter(student=attempt.student, exercise=attempt.exercise).count(),
    }}
{{pk: told(pk) for pk in {attempts!r}}}
"""


@dataclass(frozen=True)
class Told:
    """What the database holds of one attempt in the end."""

    state: str
    reasons: list[str]
    released: bool
    scores: list[list[object]]
    jobs: list[list[object]]
    tries: list[int]
    spent: list[list[object]]
    student: str
    attempts: int
