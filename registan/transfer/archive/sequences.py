"""The numbers that a database gives next: a restored site must not give one again that a deleted row had."""

from __future__ import annotations

from django.apps import apps
from django.db import connection
from django.db.models import AutoField, Model

from registan.transfer.archive.table_rules import RULES

READ = {
    "postgresql": "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)",
    "sqlite": "SELECT seq FROM sqlite_sequence WHERE name = %s AND %s <> ''",
}
SET_POSTGRES = """
    SELECT setval(pg_get_serial_sequence(%s, %s), GREATEST(%s, 1, (SELECT COALESCE(MAX({key}), 1) FROM {table})))
"""


def numbered_models() -> list[type[Model]]:
    models = [apps.get_model(label) for label, rule in RULES.items() if rule.is_kept]
    return [model for model in models if isinstance(model._meta.pk, AutoField) or is_big(model)]


def is_big(model: type[Model]) -> bool:
    return model._meta.pk is not None and model._meta.pk.get_internal_type() in {"BigAutoField", "AutoField"}


def read_sequences() -> dict[str, int]:
    """The last number that each table has given, where it has given one."""
    found = {}
    with connection.cursor() as cursor:
        for model in numbered_models():
            table, key = model._meta.db_table, str(model._meta.pk and model._meta.pk.column)
            cursor.execute(READ[connection.vendor], [table, key])
            if (row := cursor.fetchone()) and row[0]:
                found[table] = int(row[0])
    return found


def set_sequences(sequences: dict[str, int]) -> None:
    """Go on from these numbers; from the largest in a table where it is larger."""
    with connection.cursor() as cursor:
        for model in numbered_models():
            table, key = model._meta.db_table, str(model._meta.pk and model._meta.pk.column)
            last = sequences.get(table, 0)
            if connection.vendor == "sqlite":
                cursor.execute("UPDATE sqlite_sequence SET seq = max(seq, %s) WHERE name = %s", [last, table])
                if not cursor.rowcount and last:
                    cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
            elif last:
                cursor.execute(SET_POSTGRES.format(key=key, table=table), [table, key, last])
