"""Queries that are composed once: the ORM takes longer to write a short statement than the database to execute it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.sql import UpdateQuery


class Parameter(Expression):
    """Stands in a query for the value that it is given by this name when it is executed."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


class Composed(NamedTuple):
    """A queryset with its statement, and what to put into it: values and Parameters."""

    queryset: Any
    compiler: Any
    sql: str
    parameters: tuple[Any, ...]


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
        queryset.query.get_compiler = lambda using: compiler
        return cast("list[Row]", list(queryset._iterable_class(queryset)))

    def first(self, **values: Any) -> Row | None:
        """The first row, or None without one."""
        return next(iter(self(**values)), None)

    def compose(self, connection: Any) -> Composed:
        queryset = self.build().using(DEFAULT_DB_ALIAS)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        composed = self.composed[connection.vendor] = Composed(queryset, compiler, sql, tuple(parameters))
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


def fill_in(parameter: Any, values: dict[str, Any], connection: Any) -> Any:
    """What the database is given in the place of `parameter`, which may be a value already."""
    if not isinstance(parameter, Parameter):
        return parameter
    return parameter.output_field.get_db_prep_value(values[parameter.name], connection)
