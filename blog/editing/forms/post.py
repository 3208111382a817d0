"""The form of a post, with its times, its notes and its corrections."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.field_conflicts import OverruledField, merge_choices
from blog.editing.forms.markdown import IllustratedForm, MarkdownForm
from blog.editing.text_conflicts import TextConflict
from blog.editing.widgets import MarkdownEditor, ShortTextarea
from blog.markup import renderer
from blog.models import Author, Correction, Post
from blog.models.post import Change
from blog.models.review import MAX_NOTE_LENGTH
from blog.models.version import TEXT_FIELDS
from blog.text.datetimes import NonexistentTime, resolve_local_time
from blog.text.validators import is_pk, validate_storable

# The first and the last year that there are: their ends lie in no year at all by the clocks of another zone.
UNUSABLE_YEARS = {datetime.MINYEAR, datetime.MAXYEAR}


class SiteDateTimeField(forms.SplitDateTimeField):
    """A date and a time by the site's clocks. Of a time that comes twice in a night the first is meant."""

    widget = AdminSplitDateTime

    def compress(self, data_list: list) -> datetime.datetime | None:
        if data_list and isinstance(data_list[0], datetime.date) and data_list[0].year in UNUSABLE_YEARS:
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date")
        try:
            return super().compress(data_list)
        except ValidationError as refusal:
            if refusal.code != "ambiguous_timezone":
                raise
        naive = datetime.datetime.combine(*data_list)
        try:
            return resolve_local_time(naive, timezone.get_current_timezone())
        except NonexistentTime as jump:
            raise ValidationError(
                _("That night the clocks go from %(before)s to %(after)s: %(time)s never comes. Choose another time.")
                % {"before": f"{jump.before:%H:%M}", "after": f"{jump.after:%H:%M}", "time": f"{naive:%H:%M}"},
                code="no_such_time",
            ) from None


def prefer_stored_time(entered: datetime.datetime | None, stored: datetime.datetime | None) -> datetime.datetime | None:
    """`stored` when a form shows both alike: saved again, the second of two equal hours must not become the first."""
    if entered and stored and timezone.make_naive(entered) == timezone.make_naive(stored):
        return stored
    return entered


class CorrectionField(forms.CharField):
    """A note to readers on what was corrected, as `Correction` takes it; empty for none."""

    def __init__(self, **kwargs: Any) -> None:
        more = {
            "label": gettext_lazy("Correction note"),
            "help_text": gettext_lazy(
                "Say what you corrected: readers see it under the post with today’s date. "
                "Leave empty for a change that needs no note."
            ),
            "required": False,
            "widget": ShortTextarea(),
            "validators": [validate_storable],
        }
        super().__init__(**more | kwargs)

    def clean(self, value: Any) -> str:
        text = normalize_newlines(super().clean(value))
        try:
            renderer.render_reader_markdown(text)
        except renderer.TooCostly as refusal:
            raise ValidationError(str(refusal)) from refusal
        return text


class PostForm(IllustratedForm, MarkdownForm):
    """A post's form. Sent with the `edition` it began from, it is refused when somebody has saved another since:
    `collision` tells what each of them wrote. MERGE asks for both texts put together, which are looked at first.

    `overruled`: what another has chosen meanwhile, and this form chooses otherwise (blog/editing/field_conflicts.py).
    """

    MERGE = "_merge"
    conflict: TextConflict | None = None
    overruled: Sequence[OverruledField] = ()
    review_note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=MAX_NOTE_LENGTH,
        validators=[validate_storable],
        widget=ShortTextarea(),
        help_text=gettext_lazy("For whoever reviews the post or wrote it. Readers never see it."),
    )
    renew_preview = forms.BooleanField(
        label=gettext_lazy("Withdraw the private link"),
        required=False,
        help_text=gettext_lazy("The link stops working at once, and the post gets another."),
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
        if not self.instance.was_public:
            del self.fields["correction"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("correction") and not self.is_correcting():
            text = _("Nothing has changed that readers were not told of. Change the text, or leave this field empty.")
            self.add_error("correction", text)
        wants_merging = self.MERGE in self.data
        began = self.data.get("base" if wants_merging else "edition", "")
        if self.instance.pk:
            # No later than what was read to decide whether this person may change it.
            read = self.instance.edition
            self.clean_edition(min(int(began), read) if is_pk(began) else read, wants_merging=wants_merging)
        return self.cleaned_data

    def is_correcting(self) -> bool:
        """Do the words differ from those that are stored, or have these changed since readers were last told?"""
        post, new = self.instance, self.cleaned_data
        told = post.corrected_at or post.published_at
        changed = any(name in new and new[name] != getattr(post, name) for name in TEXT_FIELDS)
        return changed or bool(post.revised_at and post.revised_at > told)

    def clean_edition(self, began: int, *, wants_merging: bool) -> None:
        """Locks the post until the end of the transaction: who saves second finds what the first has saved."""
        stored = Post.objects.select_for_update(no_key=True).filter(pk=self.instance.pk).first()
        if stored is None:
            raise Http404("The post was deleted.")
        collision = TextConflict(stored, began, self.cleaned_data)
        if wants_merging or (stored.edition != began and collision.overwrites_theirs):
            self.conflict = collision
            raise ValidationError(_("Nothing is saved yet. Look at both texts above, then save."), code="conflict")
        for field in stored._meta.concrete_fields:  # what the form does not hold is as it is by now, not as it was read
            if field.name not in self.fields:
                setattr(self.instance, field.attname, getattr(stored, field.attname))
        self.overruled = list(merge_choices(self, stored))

    def save_post(self, *, by: AbstractBaseUser, authors: Iterable[Author] | None) -> None:
        """Store the post by the verb of the status that was chosen; `authors` None leaves those it has."""
        post, told = self.instance, self.cleaned_data.get("correction", "")
        change = Change(by=by, correction=told, authors=authors, tags=self.cleaned_data.get("tags"))
        if post.status == Post.Status.DRAFT:
            post.save_draft(**change)
        elif post.status == Post.Status.REVIEW:
            post.hand_in(**change)
        elif post.published_at and post.published_at > timezone.now():
            post.schedule(post.published_at, **change)
        else:
            post.publish(**change)

    def clean_body(self) -> str:
        if not self.cleaned_data["body"].strip():
            raise ValidationError(_("Write something first."), code="required")
        return self.cleaned_data["body"]

    def clean_published_at(self) -> datetime.datetime | None:
        return prefer_stored_time(self.cleaned_data["published_at"], self.instance.published_at)

    def clean_closes_at(self) -> datetime.datetime | None:
        return prefer_stored_time(self.cleaned_data["closes_at"], self.instance.closes_at)

    def clean_slow_minutes(self) -> int:
        return self.cleaned_data["slow_minutes"] or 0


class RestoreForm(forms.Form):
    """That a version shall be restored over the edition that was looked at, and perhaps what readers are told of it."""

    edition = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    correction = CorrectionField()

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not post.was_public:
            del self.fields["correction"]


class CorrectionForm(MarkdownForm):
    class Meta:
        model = Correction
        fields = ["text"]
        widgets = {"text": ShortTextarea()}

    def clean_text(self) -> str:
        if not self.cleaned_data["text"].strip():
            raise ValidationError(_("Write something, or delete the note."), code="required")
        return self.cleaned_data["text"]
