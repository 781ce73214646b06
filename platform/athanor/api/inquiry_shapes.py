"""What the API reads and answers about requests for another look at a mark, and about notices."""

from typing import Any

from rest_framework import serializers

from athanor.api.fields import LocalisedField, ObjectField
from courses.inquiries.models import Message
from courses.inquiries.services import LIMIT
from courses.notices.models import Kind

Out = serializers.Serializer


class InquiryIn(Out[Any]):
    criterion = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=80, help_text="Its id; empty: the whole mark."
    )
    text = serializers.CharField(max_length=LIMIT)


class MessageIn(Out[Any]):
    text = serializers.CharField(max_length=LIMIT)


class InquiryAnswerIn(Out[Any]):
    text = serializers.CharField(max_length=LIMIT, help_text="The reason: the student reads it.")
    seen_score = serializers.IntegerField(help_text="`score` of the request as you read it.")
    changes = serializers.DictField(
        child=serializers.FloatField(min_value=0, max_value=1), required=False, help_text="Scores by id of criterion."
    )
    value = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=0, max_value=1, help_text="The whole mark."
    )
    may_lower = serializers.BooleanField(required=False, default=False, help_text="Instructors only.")


class MessageOut(Out[Any]):
    kind = serializers.ChoiceField(Message.Kind.choices)
    author = serializers.CharField(allow_null=True)
    text = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class InquiryLine(Out[Any]):
    id = serializers.UUIDField()
    attempt = serializers.UUIDField(source="attempt_id")
    criterion = serializers.CharField(allow_blank=True)
    state = serializers.CharField(help_text="open, answered or withdrawn")
    outcome = serializers.CharField(allow_blank=True, help_text="kept or changed; empty: not answered")
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class InquiryOut(InquiryLine):
    score = serializers.IntegerField(allow_null=True, help_text="The mark that counts now.")
    finding = ObjectField(allow_null=True, help_text="The criterion as it stands now.")
    messages = MessageOut(many=True)


class NoticeOut(Out[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.choices)
    title = LocalisedField()
    body = LocalisedField()
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NoticesReadIn(Out[Any]):
    notice = serializers.IntegerField(required=False, allow_null=True, default=None, help_text="Empty: all of them.")


class NoticesReadOut(Out[Any]):
    read = serializers.IntegerField(help_text="How many were unread.")
