"""The form of a post: what authors type, checked against what others have saved, and stored by one verb."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.field_conflicts import OverruledField, merge_choices
from blog.editing.forms.correction import CorrectionField
from blog.editing.forms.datetime_field import prefer_stored_time
from blog.editing.forms.markdown import IllustratedForm, MarkdownForm
from blog.editing.forms.review import PassageForm
from blog.editing.text_conflicts import TextConflict
from blog.editing.widgets import MarkdownEditor, ShortTextarea
from blog.models import Author, Post
from blog.models.fields import max_length_of
from blog.models.post import Change
from blog.models.version import TEXT_FIELDS
from blog.text.slugs import slugify_name
from blog.text.validators import is_pk


class PostForm(PassageForm, IllustratedForm, MarkdownForm):
    """A post's form, sent with the `edition` it began from.

    It is refused if somebody has saved another text since: `conflict` holds what each of them wrote. MERGE asks for
    both texts merged, to be read before they are saved. `overruled` lists what another has chosen meanwhile and this
    form chooses differently.
    """

    MERGE = "_merge"
    conflict: TextConflict | None = None
    overruled: Sequence[OverruledField] = ()
    renew_preview = forms.BooleanField(
        label=gettext_lazy("Withdraw the private link"),
        required=False,
        help_text=gettext_lazy("The old link stops working straight away, and the post gets a new one."),
    )
    correction = CorrectionField()

    class Meta:
        model = Post
        fields = [
            "title",
            "slug",
            "authors",
            "tags",
            "epigraph",
            "epigraph_source",
            "body",
            "summary",
            "status",
            "published_at",
            "conversation",
            "closes_at",
            "slow_minutes",
            "is_pinned",
            "series",
            "part",
        ]
        widgets = {
            "epigraph": ShortTextarea(),
            "summary": ShortTextarea(),
            "body": MarkdownEditor(rows=28, preview="admin:blog_post_write_preview"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:  # else whoever may only read the post has it open
            self.fields["slug"].required = False
        if "title" in self.fields and not self.instance.pk:
            self.fields["title"].widget.attrs["autofocus"] = True
        if not self.instance.was_public:
            del self.fields["correction"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("correction") and not self.is_correcting():
            text = _("The text has not changed since the last note. Change it, or leave this field empty.")
            self.add_error("correction", text)
        wants_merging = self.MERGE in self.data
        self.clean_passage(self.cleaned_data.get("body", ""))
        began = self.data.get("base" if wants_merging else "edition", "")
        if self.instance.pk:
            stored = self.instance.edition
            self.clean_edition(min(int(began), stored) if is_pk(began) else stored, wants_merging=wants_merging)
        return self.cleaned_data

    def is_correcting(self) -> bool:
        """Does the text differ from the stored one, or has that changed since readers last read a note?"""
        post, new = self.instance, self.cleaned_data
        last_note = post.corrected_at or post.published_at
        has_changed = any(name in new and new[name] != getattr(post, name) for name in TEXT_FIELDS)
        return has_changed or bool(post.revised_at and post.revised_at > last_note)

    def clean_edition(self, began: int, *, wants_merging: bool) -> None:
        """Compare with the post as stored, which the admin has locked, so that the second to save sees the first."""
        stored = self.instance.stored = copy(self.instance)
        conflict = TextConflict(stored, began, self.cleaned_data)
        if wants_merging or (stored.edition != began and conflict.overwrites_theirs):
            self.conflict = conflict
            raise ValidationError(_("Nothing is saved yet. Compare both texts above, then save."), code="conflict")
        self.overruled = list(merge_choices(self, stored))

    def clean_slug(self) -> str:
        """What was typed, or else made from the title, as a browser with JavaScript does while one types."""
        title = self.cleaned_data.get("title", "")
        slug: str = self.cleaned_data["slug"] or slugify_name(title, max_length=max_length_of(Post, "slug"))
        if not slug and title:
            raise ValidationError(_("No address can be made of this title. Enter a slug."), code="required")
        return slug

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if not body.strip():
            raise ValidationError(_("Write something first."), code="required")
        return body

    def clean_published_at(self) -> datetime.datetime | None:
        return prefer_stored_time(self.cleaned_data["published_at"], self.instance.published_at)

    def clean_closes_at(self) -> datetime.datetime | None:
        return prefer_stored_time(self.cleaned_data["closes_at"], self.instance.closes_at)

    def clean_slow_minutes(self) -> int:
        return self.cleaned_data["slow_minutes"] or 0

    def save_post(self, *, by: User, authors: Iterable[Author] | None = None) -> None:
        """Store the post by the verb of the status that was chosen; `authors`, if given, replace those in the form."""
        post, data = self.instance, self.cleaned_data
        change = Change(
            by=by,
            correction=data.get("correction", ""),
            authors=data.get("authors") if authors is None else authors,
            tags=data.get("tags"),
        )
        if post.status == Post.Status.DRAFT:
            post.save_draft(**change)
        elif post.status == Post.Status.REVIEW:
            post.hand_in(**change)
        elif post.published_at and post.published_at > timezone.now():
            post.schedule(post.published_at, **change)
        else:
            post.publish(**change)
        self.save_note(post, by=by)
        if data.get("renew_preview"):
            post.renew_preview()
