"""What the API reads. What a kind asks for is checked by the kind's own schema, behind these."""

from typing import Any

from rest_framework import serializers

from athanor.api.fields import ObjectField


class JoinIn(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=64)


class ObjectIn(serializers.Serializer[Any]):
    """A JSON object, whatever its fields."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError({"body": ["A JSON object is expected."]})
        return data

    def to_representation(self, instance: Any) -> Any:
        return instance


class RunIn(ObjectIn):
    """The `run_schema` of the exercise says what is expected. For a chat: `text`, `parent`, `options`, `system`."""

    text = serializers.CharField(required=False)
    parent = serializers.UUIDField(required=False, allow_null=True)  # type: ignore[assignment]  # DRF takes it off the class
    options = ObjectField(required=False)


class AnswerIn(ObjectIn):
    """The `answer_schema` of the exercise says what is expected. For a chat: `leaf`, `system`, `note`."""

    leaf = serializers.UUIDField(required=False, allow_null=True)


class DraftIn(ObjectIn):
    """Whatever the client wants to find again."""
