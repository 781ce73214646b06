"""The OpenAPI schema as a file, and as a page: rendered here, without anybody's scripts."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView

schema = SpectacularAPIView.as_view(api_version="v1")
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    parameters: tuple[Mapping[str, Any], ...]
    body: str  # the name of a component, or empty
    answers: tuple[tuple[str, str], ...]  # status, name of a component
    refusals: tuple[str, ...]  # statuses; their shape is always the same


@dataclass(frozen=True, slots=True)
class Component:
    name: str
    description: str
    json: str


@login_required
def page(request: HttpRequest) -> HttpResponse:
    document = _document()
    context = {
        "operations": list(_operations(document)),
        "components": list(_components(document)),
        "base": request.build_absolute_uri("/")[:-1],
    }
    return render(request, "api/docs.html", context)


@cache
def _document() -> dict[str, Any]:
    generator: Any = SchemaGenerator  # has no types
    document: dict[str, Any] = generator(api_version="v1").get_schema(request=None, public=True)
    return document


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield _operation(path, method, methods[method])


def _operation(path: str, method: str, found: Mapping[str, Any]) -> Operation:
    content = found.get("requestBody", {}).get("content", {})
    answers = [(status, _component_of(answer.get("content", {}))) for status, answer in found["responses"].items()]
    return Operation(
        id=found["operationId"],
        method=method.upper(),
        path=path,
        summary=found.get("summary", ""),
        parameters=tuple(found.get("parameters", ())),
        body=_component_of(content),
        answers=tuple(answer for answer in answers if answer[0] < "400"),
        refusals=tuple(sorted(status for status, _component in answers if status >= "400")),
    )


def _component_of(content: Mapping[str, Any]) -> str:
    """The name of the component that a body refers to, also of the rows of a list."""
    for media in content.values():
        shape = media.get("schema", {})
        reference = shape.get("$ref") or shape.get("items", {}).get("$ref") or ""
        return str(reference).rpartition("/")[2]
    return ""


def _components(document: Mapping[str, Any]) -> Iterator[Component]:
    for name, shape in document["components"]["schemas"].items():
        rest = {key: value for key, value in shape.items() if key != "description"}
        yield Component(name, shape.get("description", ""), json.dumps(rest, indent=2, ensure_ascii=False))
