"""An action that merges rows that mean the same, on a page that says what will happen."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.admin.base import StaffAdmin, quote_names
from blog.admin.retry import retry_on_conflict
from blog.admin.trash_action import restore_url, undoable
from blog.editing.duplicates import merge_duplicates
from blog.editing.staff_request import as_staff
from blog.models import TrashEntry

# More than this is hardly a merge: somebody has selected too much.
MAX_MERGED = 50


class MergeForm(forms.Form):
    """Asks which of `chosen`, or which other row by its name or slug, is to stay: `into`."""

    another = forms.CharField(required=False, max_length=200)

    def __init__(self, chosen: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(row.pk): row for row in chosen}
        choices = [(pk, str(row)) for pk, row in self.known.items()]
        self.fields["into"] = forms.ChoiceField(required=False, widget=forms.RadioSelect, choices=choices)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if name := data.get("another", "").strip():
            data["into"] = self.find_other(name)
        elif len(self.known) < 2:
            self.add_error("another", _("Enter what to merge it with, or select more than one in the list."))
        elif "into" not in self.errors:
            data["into"] = self.known.get(data["into"])
            if data["into"] is None:
                self.add_error("into", _("Choose which one to keep."))
        return data

    def find_other(self, name: str) -> Any:
        """The row with this slug or name; adds an error to the field if there is none."""
        model = type(next(iter(self.known.values())))
        row = model.objects.filter(slug=name).first()
        if row is None and "name" in {field.name for field in model._meta.fields}:
            row = model.objects.filter(name__iexact=name).first()
        if row is None or (len(self.known) == 1 and str(row.pk) in self.known):
            self.add_error("another", _("Nothing else has this name or slug. Look it up in the list."))
        return row


class MergeAdmin(StaffAdmin):
    """An admin whose rows can be merged by whoever may change and delete them."""

    actions = ["merge", "delete_selected"]
    object_history_template = "admin/blog/merge_history.html"

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With what was merged into it, and can still be told apart again."""
        row = self.get_object(request, unquote(object_id))
        entries = TrashEntry.objects.merged_into(row).with_rows() if self.has_merge_permission(request) else []
        merged = [(entry, restore_url([entry])) for entry in entries]
        return super().history_view(request, object_id, {"merged": merged, **(extra_context or {})})

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.has_delete_permission(request)

    @admin.action(permissions=["merge"], description=gettext_lazy("Merge the selected %(verbose_name_plural)s"))
    def merge(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        chosen = list(queryset.order_by("-post_count", "pk")[: MAX_MERGED + 1])
        if not 0 < len(chosen) <= MAX_MERGED:
            problem = (
                _("Select at most %d at once.") % MAX_MERGED if chosen else _("What you selected no longer exists.")
            )
            self.message_user(request, problem, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        most_used = {"into": str(chosen[0].pk)}
        form = MergeForm(chosen, request.POST if "confirmed" in request.POST else None, initial=most_used)
        if form.is_bound and form.is_valid():
            return self.merge_into(request, form.cleaned_data["into"], chosen)
        name = capfirst(self.opts.verbose_name_plural)
        return self.render_page(request, "merge", title=_("Merge"), name=name, chosen=chosen, form=form)

    def merge_into(self, request: HttpRequest, into: Any, chosen: list[Any]) -> HttpResponse:
        others = [row for row in chosen if row.pk != into.pk]
        names = quote_names(others)
        try:
            merge = partial(merge_duplicates, into, others, by=as_staff(request).user)
            entries = retry_on_conflict(merge)
        except type(into).DoesNotExist:
            self.message_user(request, _("One of these no longer exists. Please select again."), messages.ERROR)
        else:
            self.log_change(request, into, _("Merged %s into this.") % names)
            sentence = ngettext(
                "%(names)s was merged into “%(into)s”.", "%(names)s were merged into “%(into)s”.", len(others)
            )
            self.message_user(request, undoable(sentence % {"names": names, "into": into}, entries), messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())
