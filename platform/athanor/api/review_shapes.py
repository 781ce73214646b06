"""What the API reads and answers about marking."""

from typing import Any

from rest_framework import serializers

from courses.review.comments import LIMIT

Out = serializers.Serializer


class WorkLine(Out[Any]):
    """A piece in the queue. Where marking is blind, `student`, `number` and `submitted_at` are null."""

    id = serializers.UUIDField()
    course = serializers.SlugField(source="exercise.module.course.slug")
    module = serializers.SlugField(source="exercise.module.slug")
    exercise = serializers.SlugField(source="exercise.slug")
    student = serializers.CharField(source="student.username", allow_null=True)
    number = serializers.IntegerField(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField(), source="review_reasons", help_text="Why to look.")
    released_at = serializers.DateTimeField(allow_null=True)
    assigned_to = serializers.CharField(source="assignment.grader.username", allow_null=True, default=None)


class WorkPage(Out[Any]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = WorkLine(many=True)


class DecisionIn(Out[Any]):
    reason = serializers.CharField(max_length=4000, help_text="The student reads it.")
    seen_score = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="`id` of the mark as you read it; 409 if it changed."
    )
    changes = serializers.DictField(
        child=serializers.FloatField(min_value=0, max_value=1), required=False, help_text="Scores by id of criterion."
    )
    value = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=0, max_value=1, help_text="The whole mark."
    )


class ApprovalIn(Out[Any]):
    seen_score = serializers.IntegerField(required=False, allow_null=True, default=None)


class UndoneOut(Out[Any]):
    attempt = serializers.UUIDField(source="attempt_id")


class CommentIn(Out[Any]):
    text = serializers.CharField(max_length=LIMIT)
    anchor = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=160,
        help_text="The place; empty: the whole.",
    )
    region = serializers.ListField(
        child=serializers.FloatField(min_value=0, max_value=1), required=False, allow_null=True, default=None,
        min_length=4, max_length=4, help_text="x, y, width, height of a picture, each 0..1 of its side.",
    )  # fmt: skip


class CommentOut(Out[Any]):
    id = serializers.IntegerField()
    by = serializers.CharField(source="by.username")
    anchor = serializers.CharField(allow_blank=True)
    region = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    text = serializers.CharField()
    created_at = serializers.DateTimeField()
