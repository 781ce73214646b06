"""Small output fields that several answers share."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from courses.texts import localise


@extend_schema_field(OpenApiTypes.STR)
class LocalisedField(serializers.Field[Any, Any, Any, Any]):
    """A text that is kept per language, in the language of the request (else in one that exists)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Mapping[str, str]) -> str:
        return localise(value or {}, get_language() or "en")


@extend_schema_field(OpenApiTypes.OBJECT)
class ObjectField(serializers.JSONField):
    """A JSON object whose fields the kind or the criterion decides."""
