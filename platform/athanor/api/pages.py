"""Long lists, a page at a time."""

from functools import cache
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import inline_serializer
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import IntegerField, Serializer, URLField


class Pages(LimitOffsetPagination):
    default_limit = 50
    max_limit = 200


@cache  # two shapes of one name would be two components
def page_of(serializer: type[Serializer[Any]]) -> Any:
    """The shape of one page of such rows, for the OpenAPI schema."""
    shape: dict[str, Any] = {
        "count": IntegerField(),
        "next": URLField(allow_null=True),
        "previous": URLField(allow_null=True),
        "results": serializer(many=True),
    }
    return inline_serializer(f"PageOf{serializer.__name__}", shape)


def paginated(request: Request, rows: QuerySet[Any], serializer: type[Serializer[Any]]) -> Response:
    """{"count", "next", "previous", "results"}; `?limit=` (at most 200) and `?offset=`."""
    pages = Pages()
    page = pages.paginate_queryset(rows, request)
    return pages.get_paginated_response(serializer(page, many=True).data)
