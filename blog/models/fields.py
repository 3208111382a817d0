"""Fields that are made from a sibling, once, when the row is saved."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.safestring import SafeString


class DerivedField(models.TextField):
    """Text made of the sibling field `source` by the function `by`, at each save. Declared after its source."""

    def __init__(self, *args: Any, source: str = "", by: Callable[[str], str] | None = None, **kwargs: Any) -> None:
        self.source, self.by = source, by
        super().__init__(*args, **{**kwargs, "editable": False, "blank": True, "default": ""})

    def deconstruct(self) -> tuple:
        """Migrations store the column alone: their models derive nothing."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {k: v for k, v in kwargs.items() if k not in {"editable", "blank", "default"}}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        if self.by is not None:
            setattr(model_instance, self.attname, self.by(getattr(model_instance, self.source)))
        return getattr(model_instance, self.attname)


class RenderedField(DerivedField):
    """The HTML of `source`, made by the gate (blog.markup), and of what blog.figures knows of its pictures.

    What comes back from the database is marked safe, since nothing but that gate can have written it.
    """

    def from_db_value(self, value: str | None, expression: object, connection: object) -> SafeString | None:
        return None if value is None else SafeString(value)


def derived_fields(row: models.Model | type[models.Model]) -> list[DerivedField]:
    """The derived columns of a row or a model in their order: an opening is made from HTML that was made before it."""
    return [column for column in row._meta.concrete_fields if isinstance(column, DerivedField)]


def rendered_fields(row: models.Model | type[models.Model]) -> list[RenderedField]:
    """Those of them that the gate makes of what people typed."""
    return [column for column in derived_fields(row) if isinstance(column, RenderedField)]


def recompute_fields(row: models.Model) -> dict[str, str]:
    """The derived columns of `row` that come out differently now; raises what their makers raise."""
    new: dict[str, str] = {}
    for column in derived_fields(row):
        stored, made = getattr(row, column.attname), column.pre_save(row, add=False)
        if made != stored:
            new[column.attname] = made
    return new
