"""Long lists, a page at a time."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer


class Pages(LimitOffsetPagination):
    default_limit = 50
    max_limit = 200


def paginated(request: Request, rows: QuerySet[Any], serializer: type[Serializer[Any]]) -> Response:
    """{"count", "next", "previous", "results"}; `?limit=` (at most 200) and `?offset=`."""
    pages = Pages()
    page = pages.paginate_queryset(rows, request)
    return pages.get_paginated_response(serializer(page, many=True).data)
