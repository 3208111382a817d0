"""The fields of a post's form: how they are grouped, which ones somebody may only read, and what there is to choose."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.base import can_edit_all, can_publish
from blog.admin.cover_widget import CoverSelect
from blog.admin.publication import checklist, notes, preview
from blog.admin.tag_widget import TagSelect, TagsField
from blog.admin.writing_page import WritingPageAdmin, folded
from blog.editing.month_of_posts import planned_time
from blog.editing.staff_request import as_staff
from blog.models import Post
from blog.models.discoverable import DISCOVERY_FIELDS
from blog.models.translatable import TRANSLATION_FIELDS
from blog.models.visible import VISIBILITY_FIELDS


class PostFieldsAdmin(WritingPageAdmin):
    """The form holds only what the person may set: whatever else is sent is not read."""

    def get_form(self, request: HttpRequest, obj: Post | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.user = as_staff(request).user  # Django makes a class for each request
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Post | None = None) -> list[Any]:
        is_correctable = obj and obj.was_public and self.has_change_permission(request, obj)
        noted = ["correction", *(["thanks"] if obj and obj.creditable_notes else [])]
        correction = [(gettext_lazy("Correction"), {"fields": noted})] if is_correctable else []
        return [
            (None, {"fields": ["title", "body"]}),
            (gettext_lazy("Publication"), {"fields": self.get_publication_fields(request, obj)}),
            *correction,
            (gettext_lazy("Notes"), {"fields": [*([notes] if obj else []), "review_note", "note_words", "note_near"]}),
            (gettext_lazy("Cover"), {"fields": ["cover"]}),
            folded(gettext_lazy("Address and epigraph"), ["slug", "epigraph", "epigraph_source"]),
            folded(gettext_lazy("Series"), ["series", "part"]),
            folded(gettext_lazy("Conversation"), ["conversation", "closes_at", "slow_minutes"]),
            folded(gettext_lazy("Visibility"), [*VISIBILITY_FIELDS, "password"]),
            folded(gettext_lazy("Search and sharing"), [*DISCOVERY_FIELDS, *TRANSLATION_FIELDS]),
        ]

    def get_publication_fields(self, request: HttpRequest, obj: Post | None) -> list[Any]:
        """A post that is not stored yet has nothing to check, to discuss or to withdraw."""
        pinned = ["is_pinned"] if can_edit_all(request) else []
        fields = ["published_at", "tags", "summary", "authors", *pinned]
        if obj is None:
            return [*fields, "status", preview]
        message = ["message"] if can_publish(request) and obj.waits_for(request.user) else []
        return [*fields, checklist, *message, "status", preview, "renew_preview"]

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> list[Any]:
        others = [] if can_edit_all(request) else ["authors", "is_pinned"]
        publication = [] if can_publish(request) else ["published_at"]
        return [checklist, notes, preview, *others, *publication]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Whoever writes, as its author; from the calendar, the day for which it is written (`day`)."""
        own = getattr(request.user, "author", None)
        planned = planned_time(request.GET.get("day", "")) if can_publish(request) else None
        return {"authors": [own.pk] if own else [], "published_at": planned}

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Whoever may not publish keeps a draft or hands it in; the buttons say what they do without more help."""
        if db_field.name == "status":
            kwargs["help_text"] = ""
            may_not = {Post.Status.TRASH} if can_publish(request) else {Post.Status.TRASH, Post.Status.PUBLISHED}
            kwargs["choices"] = [choice for choice in Post.Status.choices if choice[0] not in may_not]
        if db_field.name == "status" and not can_publish(request):
            kwargs["help_text"] = _("An editor reads and publishes what you hand in.")
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "tags":
            may_add = request.user.has_perm("blog.add_tag")
            kwargs["widget"] = TagSelect(db_field, self.admin_site, may_add=may_add)
            kwargs["form_class"] = partial(TagsField, may_add=may_add)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "cover":
            kwargs["widget"] = CoverSelect(db_field, self.admin_site)
        if db_field.name == "translation_of":  # their own posts, and whatever an editor has chosen for one of these
            own = Post.objects.editable_by(request.user)
            kwargs["queryset"] = Post.everything.filter(
                Q(pk__in=own.values("pk")) | Q(pk__in=own.values("translation_of"))
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
