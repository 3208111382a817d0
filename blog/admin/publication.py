"""The publication of a post: handing it in, scheduling, publishing, taking back, and the private link."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.admin.base import can_edit_all, retry_on_conflict
from blog.editing.checklist import find_warnings
from blog.editing.forms.post import PostForm
from blog.models import Post
from blog.text.datetimes import format_datetime, is_ambiguous
from blog.text.display_names import display_name

PUBLICATION_FIELDS = [
    "checklist",
    "status",
    "published_at",
    "is_pinned",
    "notes",
    "review_note",
    "preview",
    "renew_preview",
]
# Of a post that is not stored yet there is nothing to check, to say or to withdraw.
STORED_POST_FIELDS = {"checklist", "notes", "renew_preview"}


class PublicationAdmin:
    """What the admin of posts does for a post to be read, and by whom."""

    def can_publish(self, request: HttpRequest) -> bool:
        return request.user.has_perm("blog.publish_post")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return self.can_publish(request) and self.has_change_permission(request)

    def get_fieldsets(self, request: HttpRequest, obj: Post | None = None) -> list:
        hidden = (set() if obj else STORED_POST_FIELDS) | (set() if can_edit_all(request) else {"is_pinned"})
        shown = [name for name in PUBLICATION_FIELDS if name not in hidden]
        return [
            (name, {**options, "fields": shown if options["fields"] is PUBLICATION_FIELDS else options["fields"]})
            for name, options in super().get_fieldsets(request, obj)
        ]

    def formfield_for_choice_field(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Who may not publish chooses between keeping a draft and handing it in."""
        if db_field.name == "status" and not self.can_publish(request):
            kwargs["choices"] = [one for one in Post.Status.choices if one[0] != Post.Status.PUBLISHED]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_publication(self, request: HttpRequest, post: Post, form: PostForm) -> None:
        """What the form says of publication beside the post's own fields, once the post is stored."""
        if text := form.cleaned_data.get("review_note", "").strip():
            post.review_notes.create(written_by=request.user, text=text)
        if form.cleaned_data.get("renew_preview"):
            post.renew_preview()
        moved = "published_at" in form.changed_data and post.published_at
        if moved and is_ambiguous(timezone.localtime(post.published_at)):
            self.message_user(request, _("That hour comes twice in that night; the first is meant."), messages.WARNING)

    def show_warnings(self, request: HttpRequest, form: PostForm) -> None:
        """Whoever has just published hears what he might have overlooked; and whoever saved, what he has overruled."""
        for one in form.overruled:
            sentence = _("Somebody changed “%(field)s” to “%(value)s” while you were writing. What you chose stands.")
            words = {"field": capfirst(one.label), "value": one.theirs or "–"}
            self.message_user(request, sentence % words, messages.WARNING)
        if "status" in form.changed_data and form.instance.status == Post.Status.PUBLISHED:
            for sentence in find_warnings(Post.objects.get(pk=form.instance.pk)):
                self.message_user(request, sentence, messages.WARNING)

    @admin.action(permissions=["publish"], description=gettext_lazy("Make drafts of the selected posts"))
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        """They leave the site; their comments, addresses and times stay with them."""
        chosen = queryset.filter(status=Post.Status.PUBLISHED).values_list("pk", flat=True)
        number = sum(retry_on_conflict(partial(self.unpublish_one, request, pk)) for pk in list(chosen))
        message = ngettext("%d post is a draft again.", "%d posts are drafts again.", number) % number
        self.message_user(request, message, messages.SUCCESS if number else messages.WARNING)

    @transaction.atomic
    def unpublish_one(self, request: HttpRequest, pk: int) -> bool:
        """Unpublish a post and log it; False if it was deleted or unpublished meanwhile."""
        try:
            post = Post.objects.get(pk=pk)
            is_done = post.unpublish(by=request.user)
        except Post.DoesNotExist:
            return False
        if is_done:
            self.log_change(request, post, [{"changed": {"fields": ["status"]}}])
        return is_done

    @admin.display(description=gettext_lazy("before publishing"))
    def checklist(self, post: Post) -> str | SafeString:
        if not (found := find_warnings(post)):
            return _("Nothing to mention.")
        items = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in found))
        return format_html('<ul class="checklist" dir="auto">{}</ul>', items)

    @admin.display(description=gettext_lazy("notes"))
    def notes(self, post: Post) -> str | SafeString:
        notes = post.review_notes.select_related("written_by")
        if not notes:
            return _("None yet.")
        gone = _("somebody who is gone")
        rows = (
            (note.text, display_name(note.written_by) if note.written_by else gone, format_datetime(note.written_at))
            for note in notes
        )
        items = format_html_join("", '<li><span dir="auto">{}</span> <small><bdi>{}</bdi>, {}</small></li>', rows)
        return format_html('<ol class="review-notes">{}</ol>', items)

    @admin.display(description=gettext_lazy("preview"))
    def preview(self, post: Post) -> str | SafeString:
        if post.pk is None:
            return _("Save the post to get a private link to it.")
        if post.is_public:
            return format_html('<a href="{}">{}</a>', post.get_absolute_url(), _("The post as readers see it"))
        label = _("The post as it will look. Whoever has this link can read it.")
        return format_html('<a href="{}">{}</a>', post.get_preview_url(), label)
