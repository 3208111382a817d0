"""The form of a post: what authors type, checked against what others have saved, and stored by one verb."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from copy import copy
from functools import cached_property
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.field_conflicts import OverruledField, merge_choices
from blog.editing.forms.correction import CorrectionField, ThanksField
from blog.editing.forms.datetime_field import prefer_stored_time
from blog.editing.forms.markdown import IllustratedForm, MarkdownForm
from blog.editing.forms.review import NoteTextField, PassageForm
from blog.editing.status_buttons import StatusButtons
from blog.editing.text_conflicts import TextConflict
from blog.editing.widgets import LanguageInput, MarkdownEditor, ShortTextarea
from blog.models import Author, Post, WorkingCopy
from blog.models.discoverable import DISCOVERY_FIELDS
from blog.models.fields import max_length_of
from blog.models.post import Change
from blog.models.translatable import TRANSLATION_FIELDS
from blog.models.version import TEXT_FIELDS
from blog.models.visible import VISIBILITY_FIELDS
from blog.text.languages import normalize_language_tag
from blog.text.slugs import slugify_name
from blog.text.validators import is_pk


class PostForm(PassageForm, IllustratedForm, MarkdownForm):
    """A post's form, sent with the `edition` it began from.

    It is refused if somebody has saved another text since: `conflict` holds what each of them wrote. MERGE asks for
    both texts merged, to be read before they are saved. `overruled` lists what another has chosen meanwhile and this
    form chooses differently.
    """

    MERGE = "_merge"
    user: User | None = None  # who sends it; set by the admin
    conflict: TextConflict | None = None
    overruled: Sequence[OverruledField] = ()
    renew_preview = forms.BooleanField(
        label=gettext_lazy("Withdraw the private link"),
        required=False,
        help_text=gettext_lazy("The old link stops working straight away, and the post gets a new one."),
    )
    correction = CorrectionField()
    thanks = ThanksField()
    message = NoteTextField(
        label=gettext_lazy("Message to the author"),
        help_text=gettext_lazy(
            "What is still to be done. They get it by email when you send the post back, and find it among the notes."
        ),
        required=False,
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        min_length=6,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Nobody can look it up: tell it to your readers yourself. Leave empty to keep it."),
    )

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
            "cover",
            "status",
            "published_at",
            "conversation",
            "closes_at",
            "slow_minutes",
            "is_pinned",
            "series",
            "part",
            *VISIBILITY_FIELDS,
            *TRANSLATION_FIELDS,
            *DISCOVERY_FIELDS,
        ]
        widgets = {
            "epigraph": ShortTextarea(),
            "summary": ShortTextarea(),
            "status": StatusButtons(),
            "language": LanguageInput(),
            "body": MarkdownEditor(rows=28, preview="admin:blog_post_write_preview"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & {"slug", "visibility"}:  # none for whoever may only read the post
            self.fields[name].required = False
        if "title" in self.fields:
            self.fields["title"].widget.attrs |= {"placeholder": _("Title"), "dir": "auto"}
            if not self.instance.pk:
                self.fields["title"].widget.attrs["autofocus"] = True
        if self.status_buttons:
            self.status_buttons.set_post(self.instance, user=self.user)
        if not (self.status_buttons and self.status_buttons.may_send_back):
            del self.fields["message"]
        if self.instance.names_itself:
            self.initial["translation_of"] = None
        if not self.instance.was_public:
            del self.fields["correction"]
        if self.instance.creditable_notes:
            thanks: Any = self.fields["thanks"]
            thanks.queryset = self.instance.review_notes.creditable()
        else:
            del self.fields["thanks"]

    @property
    def status_buttons(self) -> StatusButtons | None:
        """The widget of the status, which knows the one that is stored; None if the form has no such field."""
        field = self.fields.get("status")
        return field.widget if field and isinstance(field.widget, StatusButtons) else None

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.clean_protection()
        if self.cleaned_data.get("correction") and not self.is_correcting():
            text = _("The text has not changed since the last note. Change it, or leave this field empty.")
            self.add_error("correction", text)
        if self.cleaned_data.get("thanks") and not self.cleaned_data.get("correction"):
            self.add_error("thanks", _("Say thanks in a correction note: write one, or leave this empty."))
        self.require_message()
        wants_merging = self.MERGE in self.data
        self.clean_passage(self.cleaned_data.get("body", ""))
        began = self.data.get("base" if wants_merging else "edition", "")
        if self.instance.pk:
            stored = self.instance.edition
            number = min(int(began), stored) if is_pk(began) else stored
            if number < stored and not wants_merging:
                number = max(number, self.own_edition())
            self.clean_edition(number, wants_merging=wants_merging)
        return self.cleaned_data

    @cached_property
    def changed_data(self) -> list[str]:
        """Without a choice of who finds the post that the form does not hold, such as one kept before an upgrade."""
        return [name for name in super().changed_data if name != "visibility" or name in self.data]

    def own_edition(self) -> int:
        """The edition as which this form was saved before, if it was: it is sent again when its answer got lost."""
        key = self.data.get("key", "")
        return WorkingCopy.objects.edition_saved(self.instance, user=self.user, key=key) if self.user else 0

    def clean_protection(self) -> None:
        """A post that asks for a password has one, and one that has none asks for none."""
        visibility, text = self.cleaned_data.get("visibility"), self.cleaned_data.get("password")
        has_password = text or self.instance.password_hash or self.has_error("password")
        if visibility == Post.Visibility.PASSWORD and not has_password:
            self.add_error("password", _("Choose a password, or let everybody read the post."))
        elif text and visibility and visibility != Post.Visibility.PASSWORD:
            self.add_error("visibility", _("Readers are not asked for the password. Choose who sees the post."))

    @property
    def is_sending_back(self) -> bool:
        return "message" in self.fields and self.cleaned_data.get("status") == Post.Status.DRAFT

    def require_message(self) -> None:
        """Whoever gets a post back learns why."""
        data = self.cleaned_data
        says_why = data.get("message") or data.get("review_note") or self.has_error("message")
        if self.is_sending_back and not says_why and not self.instance.review_notes.open().exists():
            self.add_error("message", _("Say what is still to be done, or write a note on the text."))

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
        automatic = slugify_name(title, max_length=max_length_of(Post, "slug"))
        slug: str = self.cleaned_data["slug"] or automatic
        self.instance.has_automatic_slug = slug == automatic
        if not slug and title:
            raise ValidationError(_("No address can be made of this title. Enter a slug."), code="required")
        return slug

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if not body.strip():
            raise ValidationError(_("Write something first."), code="required")
        return body

    def clean_visibility(self) -> str:
        """As it is, where a form says nothing of it, such as a text that was kept before an upgrade."""
        visibility: str = self.cleaned_data["visibility"] or self.instance.visibility
        return visibility

    def clean_language(self) -> str:
        language: str = self.cleaned_data["language"]
        return normalize_language_tag(language) if language else ""

    def clean_translation_of(self) -> Post | None:
        """What was chosen; nothing in the form of the post that its translations name, which names itself."""
        chosen: Post | None = self.cleaned_data["translation_of"]
        return chosen or (self.instance if self.instance.names_itself else None)

    def clean_published_at(self) -> datetime.datetime | None:
        return prefer_stored_time(self.cleaned_data["published_at"], self.instance.published_at)

    def clean_closes_at(self) -> datetime.datetime | None:
        return prefer_stored_time(self.cleaned_data["closes_at"], self.instance.closes_at)

    def clean_slow_minutes(self) -> int:
        return self.cleaned_data["slow_minutes"] or 0

    def save_post(self, *, by: User, authors: Iterable[Author] | None = None) -> None:
        """Store the post by the verb of the status that was chosen; `authors`, if given, replace those in the form."""
        post, data = self.instance, self.cleaned_data
        post.set_password(data.get("password", ""))
        change = Change(
            by=by,
            correction=data.get("correction", ""),
            thanks=data.get("thanks") or (),
            authors=data.get("authors") if authors is None else authors,
            tags=data.get("tags"),
        )
        if self.is_sending_back:
            post.return_to_writer(data["message"], **change)
        elif post.status == Post.Status.DRAFT:
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
