"""Values of rows as JSON and back: the same on both databases, readable without us (docs/permanence.md)."""

from __future__ import annotations

import base64
import datetime
import decimal
import json
import uuid
from typing import Any

from django.db.models import BinaryField, Field, ForeignKey, JSONField


def encode_row(row: dict[str, Any]) -> bytes:
    """A row, by its columns, as one line. Times are in UTC (ISO 8601), bytes in base64, decimals as text."""
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=encode_value)
    return text.encode() + b"\n"


def encode_value(value: Any) -> Any:
    """What JSON has no type for. Raises TypeError for what no column of ours holds."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID | decimal.Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} has no form in an archive")


def decode_value(field: Field[Any, Any], value: Any) -> Any:
    """The value that this column had. Raises ValidationError or ValueError for what it cannot hold."""
    if value is None or isinstance(field, JSONField):
        return value
    if isinstance(field, BinaryField):
        return base64.b64decode(value)
    while isinstance(field, ForeignKey):
        field = field.target_field
    return field.to_python(value)
