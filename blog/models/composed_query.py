"""Queries that are composed once: the ORM takes longer to write a short statement than the database to execute it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery, UpdateQuery


class Parameter(Expression):
    """Stands in a query for the value that it is given by this name when it is executed."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


class NumbersField(Field):  # type: ignore[type-arg]  # not generic at run time
    """Numbers as one value: an array, or JSON where a database has none."""

    def get_db_prep_value(self, value: Iterable[int], connection: Any, prepared: bool = False) -> Any:
        return [*value] if connection.vendor == "postgresql" else json.dumps([*value])


class Numbers(Parameter):
    """Stands for as many numbers as are given, among which `__in` looks: one value, whatever their count."""

    def __init__(self, name: str) -> None:
        super().__init__(name, NumbersField())

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        if connection.vendor == "postgresql":
            return "(SELECT unnest(%s::bigint[]))", (self,)
        return "(SELECT value FROM json_each(%s))", (self,)


class ComposedSubquery(Expression):
    """The rows of a queryset without Parameters, as what `__in` looks among: a statement that is composed once.

    `build` makes the queryset, of one column, which is read by `field`; it is called as for a ComposedQuery.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any]], field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.build = build
        self.composed: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return self.composed.get(connection.vendor) or self.compose(connection)

    def compose(self, connection: Any) -> tuple[str, tuple[Any, ...]]:
        sql, parameters = self.build().query.get_compiler(connection=connection).as_sql()
        composed = self.composed[connection.vendor] = f"({sql})", tuple(parameters)
        return composed


class Composed(NamedTuple):
    """A queryset with its statement, what to put into it (values and Parameters), and how its columns are read."""

    queryset: Any
    compiler: Any
    sql: str
    parameters: tuple[Any, ...]
    converters: dict[int, Any]


class ComposedQuery[M: Model, Row]:
    """A query with Parameters. Call it with their values for the list of its rows: objects, tuples, or values.

    `build` makes the queryset. It is called once for each kind of database, since they differ in their SQL.
    """

    def __init__(self, build: Callable[[], QuerySet[M, Row]]) -> None:
        self.build = build
        self.composed: dict[str, Composed] = {}

    def __call__(self, **values: Any) -> list[Row]:
        connection: Any = connections[DEFAULT_DB_ALIAS]
        composed = self.composed.get(connection.vendor) or self.compose(connection)
        filled = [fill_in(one, values, connection) for one in composed.parameters]
        # Copies, since another thread may be executing the same query.
        compiler, queryset = copy.copy(composed.compiler), composed.queryset.all()
        compiler.connection, compiler.as_sql = connection, lambda: (composed.sql, filled)
        compiler.get_converters = lambda columns: composed.converters
        queryset.query.get_compiler = lambda using: compiler
        return cast("list[Row]", list(queryset._iterable_class(queryset)))

    def first(self, **values: Any) -> Row | None:
        """The first row, or None without one."""
        return next(iter(self(**values)), None)

    def compose(self, connection: Any) -> Composed:
        queryset = self.build().using(DEFAULT_DB_ALIAS)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
        composed = self.composed[connection.vendor] = Composed(queryset, compiler, sql, tuple(parameters), converters)
        return composed


class ComposedUpdate[M: Model]:
    """An update with Parameters. Call it with their values.

    `build` makes the queryset of the rows and the new value of each field; it is called once, as for a ComposedQuery.
    """

    def __init__(self, build: Callable[[], tuple[QuerySet[M, Any], dict[str, Any]]]) -> None:
        self.build = build
        self.composed: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def __call__(self, **values: Any) -> None:
        connection: Any = connections[DEFAULT_DB_ALIAS]
        sql, parameters = self.composed.get(connection.vendor) or self.compose(connection)
        with connection.cursor() as cursor:
            cursor.execute(sql, [fill_in(one, values, connection) for one in parameters])

    def compose(self, connection: Any) -> tuple[str, tuple[Any, ...]]:
        queryset, changes = self.build()
        query: Any = queryset.query.chain(UpdateQuery)
        query.add_update_values(changes)
        sql, parameters = query.get_compiler(connection=connection).as_sql()
        composed = self.composed[connection.vendor] = (sql, tuple(parameters))
        return composed


class ComposedInsert[M: Model]:
    """Stores new rows of a model as `bulk_create` does; the statement for a single one is composed once.

    `unique` names a column: a row that is there already with the same value of it is found instead.
    """

    def __init__(self, model: type[M], *, unique: str = "") -> None:
        self.model, self.unique = model, unique
        self.composed: dict[tuple[str, bool], tuple[str, list[Field[Any, Any]]]] = {}

    def __call__(self, rows: Iterable[M]) -> list[M]:
        rows = list(rows)
        if len(rows) == 1:
            self.insert(rows[0])
        elif rows:
            names = [self.unique] if self.unique else None
            self.model._base_manager.bulk_create(
                rows, update_conflicts=bool(names), unique_fields=names, update_fields=names
            )
        return rows

    def insert(self, row: M) -> None:
        connection: Any = connections[DEFAULT_DB_ALIAS]
        is_numbered = row.pk is not None
        sql, fields = self.composed.get((connection.vendor, is_numbered)) or self.compose(connection, row)
        with connection.cursor() as cursor:
            values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
            cursor.execute(sql, values)
            if not is_numbered:
                row.pk = cursor.fetchone()[0]
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS

    def compose(self, connection: Any, row: M) -> tuple[str, list[Field[Any, Any]]]:
        meta = self.model._meta
        fields = [field for field in meta.concrete_fields if row.pk is not None or not field.primary_key]
        conflict: dict[str, Any] = {}
        if self.unique:
            names = [meta.get_field(self.unique)]
            conflict = {"on_conflict": OnConflict.UPDATE, "update_fields": names, "unique_fields": names}
        query: Any = InsertQuery(self.model, **conflict)
        query.insert_values(fields, [row])
        compiler = query.get_compiler(connection=connection)
        compiler.returning_fields = [] if row.pk is not None else [meta.pk]
        [(sql, _)] = compiler.as_sql()
        self.composed[connection.vendor, row.pk is not None] = sql, fields
        return sql, fields


def fill_in(parameter: Any, values: dict[str, Any], connection: Any) -> Any:
    """What the database is given in the place of `parameter`, which may be a value already."""
    if not isinstance(parameter, Parameter):
        return parameter
    return parameter.output_field.get_db_prep_value(values[parameter.name], connection)
