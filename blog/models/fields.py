"""Fields that are derived from a sibling or checked when the row is saved, and columns of which one must be set."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.utils.safestring import SafeString

from blog.text.validators import validate_web_address

if TYPE_CHECKING:
    TextColumn = models.TextField[str, str]
    AddressColumn = models.URLField[str, str]
    NumberColumn = models.PositiveSmallIntegerField[int, int]
else:  # not generic at run time
    TextColumn = models.TextField
    AddressColumn = models.URLField
    NumberColumn = models.PositiveSmallIntegerField


class Derived:
    """A column that the function `by` makes of the sibling field `source` at each save. Declared after its source."""

    EMPTY: str | int = ""

    if TYPE_CHECKING:
        attname: str

    def __init__(self, *args: Any, source: str = "", by: Callable[[Any], Any] | None = None, **kwargs: Any) -> None:
        self.source, self.by = source, by
        super().__init__(*args, **{**kwargs, "editable": False, "blank": True, "default": self.EMPTY})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Leave the function out of migrations: their models derive nothing."""
        name, path, args, kwargs = super().deconstruct()  # type: ignore[misc]  # of the column beside it
        return name, path, args, {k: v for k, v in kwargs.items() if k not in {"editable", "blank", "default"}}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Compute the value. Of a new row, Django asks for each column twice, which would render its texts twice."""
        if self.by is None:
            return getattr(model_instance, self.attname)
        source = getattr(model_instance, self.source)
        computed = model_instance.__dict__.setdefault("_computed_for_insert", {}) if add else {}
        if (known := computed.get(self.attname)) and known[0] == source:
            return known[1]
        value = self.by(source)
        setattr(model_instance, self.attname, value)
        computed[self.attname] = source, value
        return value


class DerivedField(Derived, TextColumn):
    """Derived text."""


class DerivedNumberField(Derived, NumberColumn):
    """A derived number."""

    EMPTY = 0


class HtmlField(DerivedField):
    """Derived HTML, made by blog.markup.

    What comes from the database is marked safe, since nothing but the renderer can have written it.
    """

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: object) -> SafeString: ...  # type: ignore[override]  # of rows alone

    def from_db_value(self, value: str | None, expression: object, connection: object) -> SafeString | None:
        return None if value is None else SafeString(value)


class RenderedField(HtmlField):
    """The HTML of Markdown, which `source` is."""


class WebAddressField(AddressColumn):
    """An address of the web, or "". Whatever stores another raises ValidationError: `bulk_create` and `update`, too."""

    default_validators = (validate_web_address,)  # type: ignore[assignment]  # a list that all fields would share

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """A plain URLField to migrations: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if isinstance(value, str):
            self.run_validators(value)
        return super().get_db_prep_save(value, connection)


def forget_computed(row: models.Model) -> None:
    """Let every column of a row that is about to be saved be computed, also if an earlier save of it has failed."""
    row.__dict__.pop("_computed_for_insert", None)


def derived_fields(row: models.Model | type[models.Model]) -> list[Derived]:
    """The derived columns of a row or model in their order: an opening is derived from HTML that is derived first."""
    return [column for column in row._meta.concrete_fields if isinstance(column, Derived)]


def rendered_fields(row: models.Model | type[models.Model]) -> list[RenderedField]:
    """Those of them that are HTML of Markdown."""
    return [column for column in derived_fields(row) if isinstance(column, RenderedField)]


def recompute_fields(row: models.Model) -> dict[str, Any]:
    """Compute the derived columns of `row` again and return those that differ; raises what their functions raise."""
    new: dict[str, Any] = {}
    for column in derived_fields(row):
        stored, computed = getattr(row, column.attname), column.pre_save(row, add=False)
        if computed != stored:
            new[column.attname] = computed
    return new


def recompute_and_store(row: models.Model) -> bool:
    """Store the derived columns that come out differently now, and nothing else; whether any did.

    A row whose text or HTML has been changed meanwhile, by its author or a worker, is left as it is.
    """
    names = [*(column.source for column in rendered_fields(row)), *(column.attname for column in derived_fields(row))]
    before = {name: getattr(row, name) for name in names}
    new = recompute_fields(row)
    return bool(new and type(row)._base_manager.filter(pk=row.pk, **before).update(**new))


def column_of(row: models.Model | type[models.Model]) -> str:
    """The name of the columns that lead to rows of this model: `post` for a Post."""
    return str(row._meta.model_name)


def related_models(model: type[models.Model], columns: Collection[str]) -> list[type[models.Model]]:
    """The models that these foreign keys of `model` lead to."""
    fields = [model._meta.get_field(column) for column in columns]
    return [field.related_model for field in fields if isinstance(field, models.ForeignKey)]


def max_length_of(model: type[models.Model], column: str) -> int:
    """The number of characters that a column of text holds. Raises TypeError for one that has no limit."""
    length = getattr(model._meta.get_field(column), "max_length", None)
    if not isinstance(length, int):
        raise TypeError(f"{column} of {model.__name__} has no largest length.")
    return length


def exactly_one_set(names: Collection[str]) -> Q:
    """The condition that one of these columns is set, and only one."""
    return Q(*(Q(**{f"{other}__isnull": other != name for other in names}) for name in names), _connector=Q.OR)
