"""The library of audio, video and PDF files."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.base import StaffAdmin, can_edit_all
from blog.editing.forms.media_file import MediaFileForm, MediaUploadForm
from blog.editing.staff_request import as_staff
from blog.media.players import format_seconds
from blog.models import Author, MediaFile, Page, Post

# Texts that a refusal names.
MAX_NAMED_USES = 20


@admin.register(MediaFile)
class MediaFileAdmin(StaffAdmin):
    """Everyone who writes may add files and use all of them; editors change and delete any, others their own."""

    list_display = ["title", "kind_label", "size", "duration", "uploaded_at"]
    search_fields = ["title", "original_name"]
    search_help_text = gettext_lazy("Search the title or file name.")
    ordering = ["-id"]

    class Media:
        css = {"all": ["css/images.css"]}

    # Who may do what

    def has_change_permission(self, request: HttpRequest, obj: MediaFile | None = None) -> bool:
        return super().has_change_permission(request, obj) and may_change_file(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: MediaFile | None = None) -> bool:
        return super().has_delete_permission(request, obj) and may_change_file(request, obj)

    # What is shown

    def get_form(self, request: HttpRequest, obj: MediaFile | None = None, change: bool = False, **kwargs: Any) -> type:
        return super().get_form(request, obj, change, **{"form": MediaFileForm if obj else MediaUploadForm, **kwargs})

    def get_fields(self, request: HttpRequest, obj: MediaFile | None = None) -> list[Any]:
        return ["title", "line", "kind_label", "size", "duration", "download"] if obj else ["upload", "title"]

    def get_readonly_fields(self, request: HttpRequest, obj: MediaFile | None = None) -> list[str]:
        return ["line", "kind_label", "size", "duration", "download"] if obj else []

    @admin.display(description=gettext_lazy("kind"), ordering="ending")
    def kind_label(self, row: MediaFile) -> str:
        return row.kind.label

    @admin.display(description=gettext_lazy("size"), ordering="bytes")
    def size(self, row: MediaFile) -> str:
        return str(filesizeformat(row.bytes))

    @admin.display(description=gettext_lazy("duration"), ordering="seconds")
    def duration(self, row: MediaFile) -> str | None:
        return format_seconds(row.seconds) or None

    @admin.display(description=gettext_lazy("to insert it into a text"))
    def line(self, row: MediaFile) -> SafeString:
        return format_html('<code class="library__line" dir="ltr">{}</code>', row.markdown())

    @admin.display(description=gettext_lazy("file"))
    def download(self, row: MediaFile) -> SafeString:
        name = row.original_name or row.file.name
        return format_html('<a href="{}" download dir="auto">{}</a>', row.file.url, name)

    # Saving and deleting

    def save_model(self, request: HttpRequest, obj: MediaFile, form: Any, change: bool) -> None:
        if not change:
            obj.uploaded_by = as_staff(request).user
        try:
            with transaction.atomic():
                obj.save()
        except IntegrityError:  # the same file was sent twice at once, as a double click does
            obj.pk = MediaFile.objects.get(sha256=obj.sha256).pk
            obj.refresh_from_db()  # with the first one's file: that of the second is deleted

    def response_add(self, request: HttpRequest, obj: MediaFile, post_url_continue: str | None = None) -> HttpResponse:
        """Redirect to the file's own page, which has the line to copy."""
        self.message_user(request, _("The file is in the library. Copy its line into your text."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:blog_mediafile_change", args=[obj.pk]))

    def deletion_refusals(self, request: HttpRequest, rows: QuerySet[MediaFile]) -> list[str]:
        sentence = _("“%(file)s” is used in %(places)s. Remove it there first, then delete it.")
        return [
            sentence % {"file": row, "places": get_text_list([_("“%s”") % text for text in texts], _("and"))}
            for row in rows[:MAX_NAMED_USES]
            if (texts := texts_using_file(row))
        ]


def may_change_file(request: HttpRequest, row: MediaFile | None) -> bool:
    return row is None or can_edit_all(request) or row.uploaded_by_id == request.user.pk


def texts_using_file(row: MediaFile) -> list[Model]:
    """The first texts that show this file: asked only before a deletion, so all are looked through."""
    return [
        *Post.everything.filter(body__contains=row.name).only("title")[:MAX_NAMED_USES],
        *Page.everything.filter(body__contains=row.name).only("title")[:MAX_NAMED_USES],
        *Author.objects.filter(bio__contains=row.name).only("name")[:MAX_NAMED_USES],
    ]
