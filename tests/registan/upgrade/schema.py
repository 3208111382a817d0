"""Reads the schema of a database: every table, column, constraint, index, trigger and function, by name."""

import re
from typing import Any

SQLITE_OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
SQLITE_COLUMNS = """
    SELECT o.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
    FROM sqlite_master AS o, pragma_table_xinfo(o.name) AS c WHERE o.type = 'table' AND o.name NOT LIKE 'sqlite_%'
"""
POSTGRES_QUERIES = {
    "column": """
        SELECT table_name || '.' || column_name, udt_name, character_maximum_length, numeric_precision, is_nullable,
            column_default, collation_name, is_identity, is_generated
        FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "constraint": """
        SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid), convalidated
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
    "index": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": """
        SELECT tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid), tgenabled::text
        FROM pg_trigger WHERE NOT tgisinternal
    """,
    "function": "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "sequence": "SELECT sequencename, data_type, increment_by FROM pg_sequences WHERE schemaname = 'public'",
}

# `IN` on a varchar is first stored as the cast of a list, and after a dump as a list of casts.
CAST_LIST = re.compile(r"\(ARRAY\[([^]]*)\]\)::text\[\]")

type Schema = dict[str, str]


def read_schema(cursor: Any, vendor: str) -> Schema:
    """Everything in the database as `kind name` and its definition in one line."""
    schema = read_postgres(cursor) if vendor == "postgresql" else read_sqlite(cursor)
    return {name: " ".join(definition.split()) for name, definition in schema.items()}


def read_sqlite(cursor: Any) -> Schema:
    """The definition of a table holds its constraints; SQLite's own indexes behind these have none."""
    cursor.execute(SQLITE_OBJECTS)
    schema = {f"{kind} {name}": sql for kind, name, sql in cursor.fetchall()}
    cursor.execute(SQLITE_COLUMNS)
    return schema | {f"column {table}.{column}": str(rest) for table, column, *rest in cursor.fetchall()}


def read_postgres(cursor: Any) -> Schema:
    schema = {}
    for kind, query in POSTGRES_QUERIES.items():
        cursor.execute(query)
        schema |= {f"{kind} {name}": CAST_LIST.sub(cast_items, f"{rest}") for name, *rest in cursor.fetchall()}
    return schema


def cast_items(cast: re.Match[str]) -> str:
    return f"ARRAY[{', '.join(f'({item})::text' for item in cast[1].split(', '))}]"
