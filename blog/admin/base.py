"""What all our lists share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import SEARCH_VAR
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import BadRequest, ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from blog.text.validators import is_pk

# SQLSTATE: each of two transactions waited for the other, and this one was given up.
DEADLOCK = "40P01"
MAX_TRIES = 3


def retry_on_conflict[T](do: Callable[[], T]) -> T:
    """What `do`, a whole transaction, gives; done anew when it met another's in the same instant.

    What the other has written is seen the next time: a name that is taken by now is refused in words.
    """
    for _time in range(MAX_TRIES - 1):
        try:
            return do()
        except IntegrityError:
            continue
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != DEADLOCK:
                raise
    return do()


class ExistingRowsField(forms.ModelMultipleChoiceField):
    """Refuses, on the field and with the rest of the form kept, what Django would ask the database in vain for."""

    def clean(self, value: Any) -> QuerySet:
        for one in value or []:
            if not is_pk(str(one)):
                raise ValidationError(self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": one})
        return super().clean(value)


class ExistingRowField(forms.ModelChoiceField):
    """The same of one row."""

    def to_python(self, value: Any) -> Model | None:
        if value not in self.empty_values and not isinstance(value, Model) and not is_pk(str(value)):
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": value})
        return super().to_python(value)


class PkChoicesMixin:
    """Shows a form again without the choices that cannot be rows, and names its search field."""

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=[forms.Script("js/select2-labels.js", type="module")])

    def optgroups(self, name: str, value: list, attrs: dict | None = None) -> list:
        return super().optgroups(name, [one for one in value if is_pk(str(one))], attrs)


class RowAutocomplete(PkChoicesMixin, AutocompleteSelect):
    """For one of very many rows."""


class RowsAutocomplete(PkChoicesMixin, AutocompleteSelectMultiple):
    """For several of very many rows."""


class StaffAdmin(admin.ModelAdmin):
    """An admin that counts once, deletes one by one, and answers 404 alike for what is missing and for what is
    another's: everything but the list itself goes through `get_object`, which sees what `get_queryset` shows."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model:
        one = super().get_object(request, object_id, from_field)
        if one is None:
            raise Http404(f"There is no {self.opts.verbose_name} here.")
        return one

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """Nothing from the address: nobody here links to a form filled in that way, and it takes anything."""
        return {}

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if any("\0" in text for name, text in request.GET.items() if name != SEARCH_VAR):
            raise BadRequest("No row has that, and PostgreSQL cannot even be asked for it.")
        return super().changelist_view(request, extra_context)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        return retry_on_conflict(partial(super().changeform_view, request, object_id, form_url, extra_context))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        return retry_on_conflict(partial(super().delete_view, request, object_id, extra_context))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("form_class", ExistingRowsField)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowsAutocomplete(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("form_class", ExistingRowField)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowAutocomplete(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def response_action(self, request: HttpRequest, queryset: QuerySet, **where: Any) -> HttpResponse | None:
        if not all(map(is_pk, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest("What was chosen is no row of this list.")
        return super().response_action(request, queryset, **where)

    def view_on_site(self, one: Any) -> str | None:
        """Its own address, where readers find it: Django's detour (/admin/r/…) tells the staff that of anything."""
        return (getattr(one, "is_public", True) and one.get_absolute_url()) or None

    def page(
        self, request: HttpRequest, template: str, *, title: str, status: int = 200, **more: Any
    ) -> TemplateResponse:
        """A page of the admin beside Django's own; `more` goes to the template."""
        request.current_app = self.admin_site.name
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **more}
        return TemplateResponse(request, f"admin/blog/{template}.html", context, status=status)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for one in queryset:
            one.delete()


class ReadOnlyAdmin(StaffAdmin):
    """For looking at what only the site itself writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def quote_names(names: Iterable[Any]) -> str:
    """These names in a sentence."""
    return get_text_list([_("“%s”") % name for name in names], _("and"))


def can_edit_all(request: HttpRequest) -> bool:
    """May this person edit what others wrote?"""
    return request.user.has_perm("blog.edit_others_posts")
