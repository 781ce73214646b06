"""Statements whose SQL is made once.

Django writes a query set's SQL anew each time it is asked, which takes ten times as long as the database needs to
answer it from an index. A dispatch asks the same dozen questions after every job.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.sql import UpdateQuery

RowT = TypeVar("RowT", bound=Model)


class Given(Expression):
    """A value that is given when the statement is run: the one at this place."""

    def __init__(self, place: int, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.place = place

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)

    def value(self, values: Sequence[Any]) -> Any:
        return self.output_field.get_db_prep_value(values[self.place], connection)


class _Statement:
    def __init__(self, sql: str, params: Sequence[Any]) -> None:
        self.sql, self.params = sql, tuple(params)

    def bound(self, values: Sequence[Any]) -> list[Any]:
        return [one.value(values) if isinstance(one, Given) else one for one in self.params]


class _Select(_Statement):
    def __init__(self, rows: "QuerySet[Any, Any]") -> None:
        compiler = rows.query.get_compiler(rows.db)
        try:
            super().__init__(*compiler.as_sql())
        except EmptyResultSet as error:
            raise ValueError("a prepared statement may ask for something") from error
        chosen = [column[0] for column in compiler.select]
        self.converters = [(place, *both) for place, both in compiler.get_converters(chosen).items()]

    def run(self, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.bound(values))
            rows = cursor.fetchall()
        return [self._converted(row) for row in rows] if self.converters else rows

    def _converted(self, row: Sequence[Any]) -> tuple[Any, ...]:
        cells = list(row)
        for place, converters, expression in self.converters:
            for convert in converters:
                cells[place] = convert(cells[place], expression, connection)
        return tuple(cells)


_statements: dict[Hashable, Any] = {}
_models: dict[Hashable, Any] = {}  # by name


def select(name: Hashable, build: Callable[[], "QuerySet[Any, Any]"], *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a `values_list` query set that is built once for this name; `Given(n)` in it means `values[n]`.

    Columns come in the order of the names given to `values_list`, annotations included.
    """
    key = (connection.vendor, name)
    if key not in _statements:
        _statements[key] = _Select(build())
    rows: list[tuple[Any, ...]] = _statements[key].run(values)
    return rows


def objects(name: Hashable, build: Callable[[], "QuerySet[RowT]"], *values: Any) -> list[RowT]:
    """The rows of a query set of whole models, as objects."""
    key = (connection.vendor, name)
    if key not in _statements:
        rows = build()
        _statements[key] = _Select(rows.values_list(*[field.attname for field in rows.model._meta.concrete_fields]))
        _models[name] = rows.model
    model = _models[name]
    names = [field.attname for field in model._meta.concrete_fields]
    return [model.from_db(connection.alias, names, row) for row in _statements[key].run(values)]


def update(name: Hashable, build: Callable[[], tuple["QuerySet[Any, Any]", dict[str, Any]]], *values: Any) -> int:
    """Change rows by a statement that is built once for this name from (which, changes); returns how many."""
    key = (connection.vendor, name)
    if key not in _statements:
        rows, changes = build()
        query: Any = rows.order_by().query.chain(UpdateQuery)  # the stubs know no class to chain to
        query.add_update_values(changes)
        _statements[key] = _Statement(*query.get_compiler(rows.db).as_sql())
    statement: _Statement = _statements[key]
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.bound(values))
        count: int = cursor.rowcount
        return count
