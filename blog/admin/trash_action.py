"""Deleting moves to the trash, on a page that says so, with a message that leads back."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.admin.base import StaffAdmin
from blog.admin.bulk_actions import name_some
from blog.admin.deletion import describe_trashing
from blog.admin.retry import retry_on_conflict
from blog.editing.staff_request import as_staff
from blog.editing.trash_actions import move_to_trash
from blog.models import TrashEntry
from blog.models.trash import TRASH_DAYS


class TrashingAdmin(StaffAdmin):
    """An admin whose rows, when they are deleted, go to the trash."""

    change_list_template = "admin/blog/trashable_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        address = f"{reverse('admin:blog_trashentry_changelist')}?kind={self.opts.model_name}"
        context = {"trash_url": address if self.has_delete_permission(request) else ""}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """Nothing goes along, since everything can come back."""
        is_allowed = all(self.has_delete_permission(request, row) for row in objs)
        return [], {}, set() if is_allowed else {self.opts.verbose_name}, []

    def describe_deletion(self, request: HttpRequest, rows: list[Any], context: dict[str, Any]) -> dict[str, Any]:
        return {"consequences": describe_trashing(self.model, rows), "days": TRASH_DAYS}

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        words = _("Moved to the trash.")
        user = as_staff(request).user.pk
        return LogEntry.objects.log_actions(user, queryset, action_flag=DELETION, change_message=words)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.tell_trashed(request, [move_to_trash(obj, by=as_staff(request).user)])

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_delete(request, obj_display, obj_id)
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    @admin.action(permissions=["delete"], description=gettext_lazy("Delete selected %(verbose_name_plural)s"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        if "post" in request.POST:
            self.trash_selected(request, list(queryset.order_by("pk")))
            return None
        page = delete_selected(self, request, queryset)
        if isinstance(page, TemplateResponse) and page.context_data is not None:
            page.context_data |= self.describe_deletion(request, list(queryset), page.context_data)
        return page

    def trash_selected(self, request: HttpRequest, rows: list[Any]) -> None:
        """Move these rows one after the other, each in a transaction of its own, so that nobody waits for all."""
        if not all(self.has_delete_permission(request, row) for row in rows):
            raise PermissionDenied
        entries = []
        for row in rows:
            with suppress(ObjectDoesNotExist):  # somebody else was quicker
                entries.append(retry_on_conflict(partial(self.trash_one, request, row)))
        if entries:
            self.tell_trashed(request, entries)

    @transaction.atomic
    def trash_one(self, request: HttpRequest, row: Any) -> TrashEntry:
        self.log_deletions(request, [row])
        return move_to_trash(row, by=as_staff(request).user)

    def tell_trashed(self, request: HttpRequest, entries: list[TrashEntry]) -> None:
        sentence = ngettext("%(names)s is in the trash.", "%(names)s are in the trash.", len(entries))
        self.message_user(request, undoable(sentence % {"names": name_some(entries)}, entries), messages.SUCCESS)


def undoable(sentence: str, entries: Iterable[TrashEntry]) -> SafeString:
    """The sentence with a link that leads to undoing what it says."""
    return format_html('{} <a class="trash__undo" href="{}">{}</a>', sentence, restore_url(entries), _("Undo"))


def restore_url(entries: Iterable[TrashEntry]) -> str:
    query = QueryDict(mutable=True)
    query.setlist("entry", [str(entry.pk) for entry in entries])
    return f"{reverse('admin:blog_trashentry_restore')}?{query.urlencode()}"
