"""The page of the trash: what was deleted, by whom and until when it is kept, to restore it or delete it for good."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import get_deleted_objects
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.admin.base import ReadOnlyAdmin, can_edit_all
from blog.admin.bulk_actions import name_some
from blog.admin.deletion import describe_consequences, describe_losses
from blog.admin.retry import retry_on_conflict
from blog.editing.any_model import ModelAdmin
from blog.editing.duplicates import NotUndoable
from blog.editing.staff_request import as_staff
from blog.editing.trash_actions import delete_for_good, restore_entry
from blog.models import Page, Post, TrashEntry
from blog.models.trash import TRASHABLE
from blog.text.display_names import display_name
from blog.text.validators import is_pk

# Rows restored or deleted for good by one request.
MAX_ENTRIES = 100


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [(name, capfirst(str(model._meta.verbose_name_plural))) for name, model in trashable_models()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TrashEntry]) -> QuerySet[TrashEntry]:
        kind = self.value()
        return queryset.filter(**{f"{kind}__isnull": False}) if kind in TRASHABLE else queryset


def trashable_models() -> Iterator[tuple[str, type[Model]]]:
    for name in TRASHABLE:
        yield name, TrashEntry._meta.get_field(name).related_model  # type: ignore[misc]


@admin.register(TrashEntry)
class TrashAdmin(ReadOnlyAdmin):
    """What this person may delete, they see here: editors everything, others their own posts and pictures."""

    list_display = ["what", "deleted", "until"]
    list_display_links = None
    list_filter = [KindFilter]
    ordering = ["-id"]
    actions = ["restore_selected", "delete_selected"]

    # Who may do what

    def may_delete(self, request: HttpRequest, kind: str) -> bool:
        return request.user.has_perm(f"blog.delete_{kind}")

    def has_view_permission(self, request: HttpRequest, obj: TrashEntry | None = None) -> bool:
        return any(self.may_delete(request, kind) for kind in TRASHABLE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrashEntry]:
        on_post = Exists(Post.everything.filter(pk=OuterRef("post"), comments__isnull=False))
        on_page = Exists(Page.everything.filter(pk=OuterRef("page"), comments__isnull=False))
        rows = TrashEntry.objects.with_rows().annotate(has_comments=Q(on_post | on_page)).order_by(*self.ordering)
        shown = Q()
        for kind in filter(partial(self.may_delete, request), TRASHABLE):
            shown |= self.theirs(request, kind)
        return rows.filter(shown) if shown else rows.none()

    def theirs(self, request: HttpRequest, kind: str) -> Q:
        if kind == "post":
            return Q(post__in=Post.everything.in_trash().editable_by(request.user).values("pk"))
        is_own = kind == "image" and not can_edit_all(request)
        return Q(image__uploaded_by=request.user.pk) if is_own else Q(**{f"{kind}__isnull": False})

    # The list

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="blog_trashentry_changelist"),
            path("restore/", view(self.restore_view), name="blog_trashentry_restore"),
            path("delete/", view(self.delete_for_good_view), name="blog_trashentry_delete"),
        ]

    @admin.display(description=gettext_lazy("what"))
    def what(self, entry: TrashEntry) -> SafeString:
        """Its name and kind, and two buttons of the list's form: on a phone the other columns are out of sight."""
        button = '<button class="admin-button" name="entry" value="{}" formaction="{}">{}</button>'
        pairs = [("restore", _("Restore")), ("delete", _("Delete for good"))]
        buttons = [
            format_html(button, entry.pk, reverse(f"admin:blog_trashentry_{verb}"), word) for verb, word in pairs
        ]
        row = '<bdi>{}</bdi> <span class="quiet">{}</span><span class="trash__buttons">{}{}</span>'
        return format_html(row, str(entry) or "–", entry.kind, *buttons)

    @admin.display(description=gettext_lazy("deleted"), ordering="trashed_at")
    def deleted(self, entry: TrashEntry) -> str:
        day = date_format(timezone.localdate(entry.trashed_at))
        name = display_name(entry.trashed_by) if entry.trashed_by else ""
        return _("%(day)s, by %(name)s") % {"day": day, "name": name} if name else day

    @admin.display(description=gettext_lazy("kept until"))
    def until(self, entry: Any) -> Any:
        return _("It has comments, so it stays.") if entry.has_comments else timezone.localdate(entry.expires_at)

    # What is done

    @admin.action(description=gettext_lazy("Restore the selected items"))
    def restore_selected(self, request: HttpRequest, queryset: QuerySet[TrashEntry]) -> None:
        self.restore_entries(request, list(queryset[:MAX_ENTRIES]))

    @admin.action(description=gettext_lazy("Delete the selected items for good"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[TrashEntry]) -> HttpResponse:
        return self.ask_for_good(request, list(queryset[:MAX_ENTRIES]))

    def chosen(self, request: HttpRequest) -> list[Any]:
        """Those of the entries in the request that this person may restore or delete."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        ids = [pk for pk in (request.POST or request.GET).getlist("entry") if is_pk(pk)]
        return list(self.get_queryset(request).filter(pk__in=ids[:MAX_ENTRIES]))

    def restore_view(self, request: HttpRequest) -> HttpResponse:
        """Ask whether to restore these, as an *Undo* in a message leads here; or do it."""
        entries = self.chosen(request)
        if request.method == "POST":
            self.restore_entries(request, entries)
            return self.back(entries if "confirmed" in request.POST else [])
        if entries and all("into" in entry.memo for entry in entries):
            title = button = _("Undo the merge")
        else:
            title, button = _("Restore from the trash"), _("Restore")
        return self.render_page(request, "trash_restore", title=title, entries=entries, button=button)

    def restore_entries(self, request: HttpRequest, entries: list[TrashEntry]) -> None:
        restored: list[Model] = []
        for entry in entries:
            try:
                row, sentences = retry_on_conflict(partial(restore_entry, entry.pk, by=as_staff(request).user))
            except TrashEntry.DoesNotExist:
                continue
            except NotUndoable as reason:
                sentence = _("“%(name)s” was not restored. %(reason)s") % {"name": entry, "reason": reason}
                self.message_user(request, sentence, messages.ERROR)
                continue
            self.log_change(request, row, _("Restored from the trash."))
            restored.append(row)
            for sentence in sentences:
                self.message_user(request, sentence, messages.WARNING)
        if restored:
            sentence = ngettext("%(names)s is restored.", "%(names)s are restored.", len(restored))
            self.message_user(request, sentence % {"names": name_some(restored)}, messages.SUCCESS)
        elif not messages.get_messages(request):
            self.message_user(request, _("What you selected is no longer in the trash."), messages.WARNING)

    def back(self, entries: list[TrashEntry]) -> HttpResponse:
        """To the list of what was restored, if it is of one kind; else to the trash."""
        kinds = {entry.row._meta.model_name for entry in entries}
        kind = kinds.pop() if len(kinds) == 1 else "trashentry"
        return HttpResponseRedirect(reverse(f"admin:blog_{kind}_changelist"))

    def delete_for_good_view(self, request: HttpRequest) -> HttpResponse:
        """Ask whether to delete these for good, or do it."""
        entries = self.chosen(request)
        if request.method != "POST" or "confirmed" not in request.POST:
            return self.ask_for_good(request, entries)
        deleted = [entry for entry in entries if not entry.has_comments]
        names = name_some(deleted)
        for entry in deleted:
            retry_on_conflict(partial(delete_for_good, entry))
        if deleted:
            sentence = ngettext("%(names)s is deleted for good.", "%(names)s are deleted for good.", len(deleted))
            self.message_user(request, sentence % {"names": names}, messages.SUCCESS)
        for sentence in describe_kept(entries):
            self.message_user(request, sentence, messages.WARNING)
        return self.back([])

    def ask_for_good(self, request: HttpRequest, entries: list[Any]) -> HttpResponse:
        def kind_of(entry: Any) -> str:
            return str(entry.row._meta.label)

        sentences = describe_kept(entries)
        counts: list[tuple[Any, int]] = []
        deleted = [entry for entry in entries if not entry.has_comments]
        for _kind, group in groupby(sorted(deleted, key=kind_of), key=kind_of):
            rows: list[Any] = []
            alone: list[Any] = []  # what was merged has left its posts to another
            for entry in group:
                rows.append(entry.row)
                alone += [entry.row] * ("into" not in entry.memo)
            sentences += describe_consequences(type(rows[0]), alone) if alone else []
            counts += get_deleted_objects(rows, request, self.admin_site)[1].items()
        return self.render_page(
            request,
            "trash_delete",
            title=_("Delete for good"),
            entries=entries,
            losses=describe_losses(counts),
            consequences=sentences,
        )


def describe_kept(entries: list[Any]) -> list[str]:
    """A sentence for each of these that cannot be deleted for good."""
    sentence = _("“%s” has comments. They are kept with what was decided on them, so it stays in the trash.")
    return [sentence % entry for entry in entries if entry.has_comments]
