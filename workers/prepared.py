"""Statements whose SQL is made once.

Django writes a query set's SQL anew each time it is asked, which takes ten times as long as the database needs to
answer it from an index. A dispatch asks the same dozen questions after every job.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import CharField, Expression, Field, FloatField, IntegerField, Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery

RowT = TypeVar("RowT", bound=Model)
_PLAIN = frozenset({int, float, str})  # databases take these as they are


class Given(Expression):
    """A value that is given when the statement is run: the one at this place."""

    def __init__(self, place: int, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.place = place
        self.plain = isinstance(output_field, CharField | IntegerField | FloatField)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)

    def value(self, values: Sequence[Any], connection: Any) -> Any:
        value = values[self.place]
        if self.plain and type(value) in _PLAIN:
            return value
        # As it is saved: no value is NULL, also where JSON has a null of its own.
        return self.output_field.get_db_prep_save(value, connection)


class _Statement:
    def __init__(self, sql: str, params: Sequence[Any]) -> None:
        self.sql, self.params = sql, tuple(params)

    def bound(self, values: Sequence[Any], connection: Any) -> list[Any]:
        return [one.value(values, connection) if isinstance(one, Given) else one for one in self.params]


class _Select(_Statement):
    def __init__(self, rows: "QuerySet[Any, Any]") -> None:
        self.compiler: Any = rows.query.get_compiler(rows.db)
        try:
            super().__init__(*self.compiler.as_sql())
        except EmptyResultSet as error:
            raise ValueError("a prepared statement may ask for something") from error
        chosen = [column[0] for column in self.compiler.select]
        self.converters = [(place, *both) for place, both in self.compiler.get_converters(chosen).items()]

    def run(self, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        here = connections[connection.alias]  # the proxy would look it up for each value
        with here.cursor() as cursor:
            cursor.execute(self.sql, self.bound(values, here))
            rows = cursor.fetchall()
        return [self._converted(row, here) for row in rows] if self.converters else rows

    def _converted(self, row: Sequence[Any], connection: Any) -> tuple[Any, ...]:
        cells = list(row)
        for place, converters, expression in self.converters:
            for convert in converters:
                cells[place] = convert(cells[place], expression, connection)
        return tuple(cells)


class _Objects(_Select):
    """Whole models, with what `select_related` names."""

    def __init__(self, rows: "QuerySet[Any, Any]") -> None:
        super().__init__(rows)
        info, chosen = self.compiler.klass_info, self.compiler.select
        self.model, places = info["model"], info["select_fields"]
        self.start, self.end = places[0], places[-1] + 1
        self.names = [column[0].target.attname for column in chosen[self.start : self.end]]
        populators: Any = get_related_populators  # Django 6, which the stubs describe, wants one thing more
        self.related = populators(info, chosen, rows.db)

    def make(self, row: Sequence[Any]) -> Any:
        found = self.model.from_db(connection.alias, self.names, row[self.start : self.end])
        for related in self.related:
            related.populate(row, found)
        return found


class _Insert(_Statement):
    def __init__(self, model: type[Model], *, ignore: bool) -> None:
        meta, quote = model._meta, connection.ops.quote_name
        self.fields = [field for field in meta.concrete_fields if field is not meta.auto_field]
        columns = ", ".join(quote(str(field.column)) for field in self.fields)
        conflict = OnConflict.IGNORE if ignore else None
        ends = [connection.ops.on_conflict_suffix_sql(self.fields, conflict, [], [])]
        if meta.auto_field is not None:
            ends.append(f"RETURNING {quote(str(meta.auto_field.column))}")
        begins = connection.ops.insert_statement(on_conflict=conflict)
        places = ", ".join(["%s"] * len(self.fields))
        super().__init__(f"{begins} {quote(meta.db_table)} ({columns}) VALUES ({places}) {' '.join(ends)}", ())

    def values(self, row: Model) -> list[Any]:
        return [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in self.fields]


_statements: dict[Hashable, Any] = {}


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
    """The rows of a query set of whole models, as objects; `select_related` and `select_for_update` work."""
    key = (connection.vendor, name)
    if key not in _statements:
        _statements[key] = _Objects(build())
    statement: _Objects = _statements[key]
    return [statement.make(row) for row in statement.run(values)]


def insert(row: Model, *, ignore: bool = False) -> bool:
    """Save a new row, without signals. `ignore`: a row that breaks a constraint is left out; returns whether it was in.

    Only for models whose key is automatic or given.
    """
    model = type(row)
    key = (connection.vendor, "insert", model, ignore)
    if key not in _statements:
        _statements[key] = _Insert(model, ignore=ignore)
    statement: _Insert = _statements[key]
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.values(row))
        given = cursor.fetchone() if model._meta.auto_field else None
        made = bool(cursor.rowcount) if model._meta.auto_field is None else given is not None
    if given is not None:
        row.pk = given[0]
    row._state.adding, row._state.db = not made, connection.alias  # noqa: SLF001 - as `from_db` does
    return made


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
        cursor.execute(statement.sql, statement.bound(values, connections[connection.alias]))
        count: int = cursor.rowcount
        return count
