"""What the API answers, as serializers: they make the JSON and the OpenAPI schema alike."""

from typing import Any

from rest_framework import serializers

from athanor.api.fields import LocalisedField, ObjectField
from courses.attempts.models import Attempt
from courses.catalog.models import Exercise

Out = serializers.Serializer


class ErrorBody(Out[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    fields = ObjectField(required=False)  # type: ignore[assignment]  # the word that clients expect


class Error(Out[Any]):
    error = ErrorBody()


# --- people ------------------------------------------------------------------------------------------------------


class EnrolmentOut(Out[Any]):
    course = serializers.SlugField(source="course.slug")
    title = LocalisedField(source="course.title")
    role = serializers.CharField()
    joined_at = serializers.DateTimeField()


class PersonOut(Out[Any]):
    username = serializers.CharField()
    name = serializers.CharField(source="display_name")
    language = serializers.CharField()
    time_zone = serializers.CharField()
    enrolments = EnrolmentOut(many=True, source="active_enrolments")


# --- what is taught ----------------------------------------------------------------------------------------------


class CourseOut(Out[Any]):
    slug = serializers.SlugField()
    title = LocalisedField()
    summary = LocalisedField()


class LessonLine(Out[Any]):
    slug = serializers.SlugField()
    title = LocalisedField()


class ExerciseLine(Out[Any]):
    slug = serializers.SlugField()
    title = LocalisedField()
    kind = serializers.CharField()
    points = serializers.DecimalField(max_digits=6, decimal_places=2, coerce_to_string=False)
    due_at = serializers.DateTimeField(allow_null=True)


class ModuleOut(Out[Any]):
    slug = serializers.SlugField()
    title = LocalisedField()
    summary = LocalisedField()
    lessons = LessonLine(many=True)
    exercises = ExerciseLine(many=True)


class CourseTreeOut(CourseOut):
    modules = ModuleOut(many=True, source="tree")


class LessonOut(LessonLine):
    body = LocalisedField(help_text="Markdown.")


class CriterionOut(Out[Any]):
    """One line of the rubric. A hidden criterion has no id and a general title."""

    id = serializers.CharField()
    title = LocalisedField()
    weight = serializers.FloatField()
    share = serializers.FloatField(help_text="Of all weights, 0..1.")
    gate = ObjectField(allow_null=True)
    visibility = serializers.ChoiceField(["public", "category", "hidden"])
    live = serializers.BooleanField()
    members = serializers.ListField(child=ObjectField())


class CreditOut(Out[Any]):
    """Work accepted after `begins`, up to and at `ends`, keeps `credit` of its mark; on a smooth line it falls on."""

    begins = serializers.DateTimeField(allow_null=True)
    ends = serializers.DateTimeField(allow_null=True)
    credit = serializers.FloatField()
    falls_to = serializers.FloatField(allow_null=True)


class DeadlineOut(Out[Any]):
    """The dates of the person who asks. `everybody` is the due date of the others; `reasons` say why it differs."""

    opens_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    everybody = serializers.DateTimeField(allow_null=True)
    reasons = serializers.ListField(child=LocalisedField())
    credit = CreditOut(many=True, source="line", help_text="Empty where lateness costs nothing.")


class ExerciseOut(ExerciseLine):
    """`spec` has nothing in it that is hidden from students; `run_schema` and `answer_schema` are JSON schemas of what
    to send. Where nothing is run, `run_schema` is null."""

    statement = LocalisedField(help_text="Markdown.")
    pass_mark = serializers.FloatField()
    attempt_limit = serializers.IntegerField(allow_null=True)
    attempts_left = serializers.IntegerField(allow_null=True)
    release = serializers.ChoiceField(Exercise.Release.choices)
    opens_at = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    deadline = DeadlineOut()
    archived = serializers.BooleanField()
    spec = ObjectField()
    run_schema = ObjectField(allow_null=True)
    answer_schema = ObjectField()
    rubric = CriterionOut(many=True, source="rubric_outline")


# --- work --------------------------------------------------------------------------------------------------------


class WaitingOut(Out[Any]):
    position = serializers.IntegerField()
    ahead = serializers.IntegerField()
    eta = serializers.ListField(child=serializers.FloatField(), allow_null=True, help_text="Seconds: from, to.")
    reason = serializers.CharField()


class FailureOut(Out[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class RunOut(Out[Any]):
    """One interactive run. `result` is what the model answered, also the part that was there when it was stopped."""

    id = serializers.UUIDField()
    parent = serializers.UUIDField(allow_null=True)  # type: ignore[assignment]  # DRF takes it off the class
    payload = ObjectField()
    state = serializers.CharField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    result = ObjectField(allow_null=True)
    failure = FailureOut(allow_null=True)
    model = serializers.CharField(allow_blank=True)
    manifest = ObjectField()
    answered_by = serializers.CharField(allow_blank=True, help_text="In words: which server, and why that one.")
    waiting = WaitingOut(allow_null=True)


class AttemptLine(Out[Any]):
    id = serializers.UUIDField()
    course = serializers.SlugField(source="exercise.module.course.slug")
    module = serializers.SlugField(source="exercise.module.slug")
    exercise = serializers.SlugField(source="exercise.slug")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(Attempt.State.choices)
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    graded_at = serializers.DateTimeField(allow_null=True)
    released_at = serializers.DateTimeField(allow_null=True)


WHOSE = ("student", "number", "created_at", "submitted_at")  # null where work is marked blind


class AttemptOut(AttemptLine):
    number = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField(allow_null=True)
    student = serializers.CharField(source="student.username", allow_null=True)
    draft = ObjectField()
    answer = ObjectField(allow_null=True)
    runs = RunOut(many=True, source="run_rows")


class ScoreOut(Out[Any]):
    """The mark as this person may see it. `value` is 0..1; null while a person must decide."""

    id = serializers.IntegerField(source="score_id", help_text="For `seen_score` of a decision.")
    value = serializers.FloatField(allow_null=True)
    points = serializers.DecimalField(max_digits=7, decimal_places=2, allow_null=True, coerce_to_string=False)
    raw = serializers.FloatField(allow_null=True, help_text="Before lateness; null where it plays no part.")
    late_credit = serializers.FloatField(help_text="What lateness leaves of it, 0..1.")
    due_at = serializers.DateTimeField(allow_null=True)
    passed = serializers.BooleanField(allow_null=True)
    human = serializers.BooleanField()
    decided_by = serializers.CharField(allow_null=True, source="decided_by.username", default=None)
    reason = serializers.CharField(allow_blank=True)
    findings = serializers.ListField(child=ObjectField())
    created_at = serializers.DateTimeField()


class ScoreStateOut(Out[Any]):
    """`score` is null while there is nothing to see: not graded yet, or not released."""

    state = serializers.ChoiceField(Attempt.State.choices)
    released = serializers.BooleanField()
    score = ScoreOut(allow_null=True)


# --- machines ----------------------------------------------------------------------------------------------------


class ServerOut(Out[Any]):
    name = serializers.CharField(source="server.name")
    health = serializers.CharField()
    paused = serializers.BooleanField()
    slots = serializers.IntegerField()
    busy = serializers.IntegerField()
    loaded = serializers.ListField(child=serializers.CharField(), help_text="Names of models.")
    demonstration = serializers.BooleanField(source="server.demonstration")


class QueueOut(Out[Any]):
    pool = serializers.CharField()
    running = serializers.IntegerField()
    queued = serializers.IntegerField()
    servers = ServerOut(many=True)
