"""The forms of the admin: what an author typed, checked before it is saved, and never lost."""

from __future__ import annotations

import datetime
import errno
import hashlib
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget, AdminSplitDateTime, AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import markup, pictures
from blog.desk.collisions import Collision
from blog.models import Author, Correction, Image, OldAddress, Page, Post, Series, Tag
from blog.models.address import LENGTH
from blog.models.derived import RenderedField
from blog.models.review import NOTE_LIMIT
from blog.models.version import TEXT
from blog.moments import NoSuchTime, settled
from blog.text import is_key, normal_newlines, storable
from blog.writing import Writing


def writing(rows: int) -> AdminTextareaWidget:
    """A place to write a few lines in, for text of either direction."""
    return AdminTextareaWidget(attrs={"rows": rows, "dir": "auto", "class": "vLargeTextField writing"})


class MarkdownForm(forms.ModelForm):
    """A form whose Markdown goes through the gate before it is saved: a refusal is an error on its own field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rendered in self.rendered():
            if rendered.source in self.fields:
                self.fields[rendered.source].strip = False  # four spaces at the start of a text mean code

    def rendered(self) -> list[RenderedField]:
        return [field for field in self._meta.model._meta.fields if isinstance(field, RenderedField)]

    def clean(self) -> dict[str, Any]:
        super().clean()
        for rendered in self.rendered():
            if rendered.source in self.cleaned_data:
                self.clean_markdown(rendered)
        return self.cleaned_data

    def clean_markdown(self, rendered: RenderedField) -> None:
        text = normal_newlines(self.cleaned_data[rendered.source])
        self.cleaned_data[rendered.source] = text
        try:
            rendered.by(text)
        except markup.TooCostly as refusal:
            self.add_error(rendered.source, str(refusal))


class MomentField(forms.SplitDateTimeField):
    """A date and a time by the site's clocks. Of a time that comes twice in a night the first is meant."""

    widget = AdminSplitDateTime

    def compress(self, data_list: list) -> datetime.datetime | None:
        try:
            return super().compress(data_list)
        except ValidationError as refusal:
            if refusal.code != "ambiguous_timezone":
                raise
        naive = datetime.datetime.combine(*data_list)
        try:
            return settled(naive, timezone.get_current_timezone())
        except NoSuchTime as jump:
            raise ValidationError(
                _("That night the clocks go from %(before)s to %(after)s: %(time)s never comes. Choose another time.")
                % {"before": f"{jump.before:%H:%M}", "after": f"{jump.after:%H:%M}", "time": f"{naive:%H:%M}"},
                code="no_such_time",
            ) from None


def same_moment(entered: datetime.datetime | None, stored: datetime.datetime | None) -> datetime.datetime | None:
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
            "widget": writing(3),
            "validators": [storable],
        }
        super().__init__(**more | kwargs)

    def clean(self, value: Any) -> str:
        text = normal_newlines(super().clean(value))
        try:
            markup.reader_html(text)
        except markup.TooCostly as refusal:
            raise ValidationError(str(refusal)) from refusal
        return text


class Illustrated(forms.Form):
    """A form whose `body` takes pictures: by the script, or without it by a line copied from the library."""

    class Media:
        css = {"all": ["css/pictures.css"]}
        js = [forms.Script("js/pictures.js", type="module")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "body" in self.fields:
            self.fields["body"].help_text = format_html(
                '{} <span class="pictures" data-pictures="{}" data-add="{}" data-away="{}">'
                '<a href="{}" target="_blank" rel="noopener">{}</a></span>',
                self.fields["body"].help_text,
                reverse("admin:blog_image_dialog"),
                _("Add a picture"),
                _("The site did not answer. Your text is untouched; try again, or sign in anew in another window."),
                reverse("admin:blog_image_changelist"),
                _("Library of pictures"),
            )


class PostForm(Illustrated, MarkdownForm):
    """A post's form. Sent with the `edition` it began from, it is refused when somebody has saved another since:
    `collision` tells what each of them wrote. MERGE asks for both texts put together, which are looked at first."""

    MERGE = "_merge"
    collision: Collision | None = None
    review_note = forms.CharField(
        label=gettext_lazy("note"),
        required=False,
        max_length=NOTE_LIMIT,
        validators=[storable],
        widget=writing(3),
        help_text=gettext_lazy("For whoever reviews the post or wrote it. Readers never see it."),
    )
    renew_preview = forms.BooleanField(
        label=gettext_lazy("withdraw the private link"),
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
            "epigraph": writing(3),
            "summary": writing(3),
            "body": Writing(rows=28, preview="admin:blog_post_write_preview"),
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
        if self.instance.pk and is_key(began):
            self.clean_edition(int(began), wants_merging=wants_merging)
        return self.cleaned_data

    def is_correcting(self) -> bool:
        """Do the words differ from those that are stored, or have these changed since readers were last told?"""
        post, new = self.instance, self.cleaned_data
        told = post.corrected_at or post.published_at
        changed = any(name in new and new[name] != getattr(post, name) for name in TEXT)
        return changed or bool(post.revised_at and post.revised_at > told)

    def clean_edition(self, began: int, *, wants_merging: bool) -> None:
        """Locks the post until the end of the transaction: who saves second finds what the first has saved."""
        stored = Post.objects.select_for_update().filter(pk=self.instance.pk).first()
        if stored is None:
            raise Http404("The post was deleted.")
        collision = Collision(stored, began, self.cleaned_data)
        if wants_merging or (stored.edition != began and collision.is_one):
            self.collision = collision
            raise ValidationError(_("Nothing is saved yet. Look at both texts above, then save."), code="collision")

    def clean_body(self) -> str:
        if not self.cleaned_data["body"].strip():
            raise ValidationError(_("Write something first."), code="required")
        return self.cleaned_data["body"]

    def clean_published_at(self) -> datetime.datetime | None:
        return same_moment(self.cleaned_data["published_at"], self.instance.published_at)

    def clean_closes_at(self) -> datetime.datetime | None:
        return same_moment(self.cleaned_data["closes_at"], self.instance.closes_at)

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
        widgets = {"text": writing(3)}

    def clean_text(self) -> str:
        if not self.cleaned_data["text"].strip():
            raise ValidationError(_("Write something, or delete the note."), code="required")
        return self.cleaned_data["text"]


class PageForm(Illustrated, MarkdownForm):
    class Meta:
        model = Page
        fields = ["title", "slug", "body"]
        widgets = {"body": Writing(rows=28, preview="admin:blog_page_write_preview")}


class PictureField(forms.FileField):
    """An uploaded portrait, drawn anew (blog/pictures.py)."""

    # Django's own row gives a file a legend, and its control no name.
    widget = AdminFileWidget(attrs={"accept": pictures.ACCEPT, "aria-label": gettext_lazy("Photo")})

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        return pictures.portrait(upload) if upload and upload is data else upload


class AuthorForm(MarkdownForm):
    photo = PictureField(
        required=False, help_text=gettext_lazy("A picture. Stored small, without where and when it was taken.")
    )

    class Meta:
        model = Author
        fields = ["name", "slug", "user", "photo", "bio", "website", "contact"]
        widgets = {"bio": Writing(rows=6, preview="admin:blog_author_write_preview")}


class SeriesForm(forms.ModelForm):
    class Meta:
        model = Series
        fields = ["name", "slug", "description"]
        widgets = {"description": writing(3)}


class ImageForm(forms.ModelForm):
    """What is said of a picture in the library."""

    class Meta:
        model = Image
        fields = ["alt", "is_decorative", "caption", "credit"]
        widgets = {name: AdminTextInputWidget(attrs={"dir": "auto"}) for name in ("alt", "caption", "credit")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        described, decorative = data.get("alt"), data.get("is_decorative")
        if described and decorative:
            self.add_error("is_decorative", _("You have said what it shows: then it is not decorative. Choose one."))
        elif not described and not decorative and "alt" in data:
            self.add_error("alt", _("Say what the picture shows, or mark it as decorative."))
        return data


class UploadForm(ImageForm):
    """A picture that is not yet in the library. Valid, it is stored; `known` is the row of a file sent before."""

    upload = forms.FileField(
        label=gettext_lazy("Picture"),
        widget=forms.FileInput(attrs={"accept": pictures.ACCEPT}),
        help_text=gettext_lazy("JPEG, PNG, WebP, AVIF or GIF. Stored without where and when it was taken."),
        error_messages={"required": gettext_lazy("Choose a picture."), "empty": gettext_lazy("This file is empty.")},
    )
    field_order = ["upload"]
    known: Image | None = None
    drawn: pictures.Drawn | None = None

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        self.instance.original_name = "".join(filter(str.isprintable, upload.name))[:200]
        self.instance.sha256 = hashlib.file_digest(upload.file, "sha256").hexdigest()
        self.known = Image.objects.filter(sha256=self.instance.sha256).first()
        if self.known:
            link = reverse("admin:blog_image_change", args=[self.known.pk])
            sentence = format_html('{} <a href="{}">{}</a>', _("This picture is in the library:"), link, self.known)
            raise ValidationError(sentence, code="known")
        self.drawn = pictures.master(upload)
        return upload

    def _post_clean(self) -> None:
        """Django's hook behind all checks: now the file is stored, so that a full disk is an error like any other."""
        super()._post_clean()
        if self.drawn and not self.errors:
            try:
                self.instance.keep(self.drawn)
            except OSError as error:
                self.add_error("upload", not_stored(error))


def not_stored(error: OSError) -> ValidationError:
    """The sentence for a picture that could not be stored."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        words = _("There is no room left for pictures. Nothing of your text is lost; tell whoever runs the site.")
        return ValidationError(words, code="no_room")
    words = _("The picture could not be stored just now. Nothing of your text is lost; try again in a minute.")
    return ValidationError(words, code="away")


class TagForm(forms.ModelForm):
    class Meta:
        model = Tag
        fields = ["name", "slug", "description"]
        widgets = {"description": writing(3)}


class OldAddressForm(forms.ModelForm):
    """A path of this site that shall lead to something: `tag/old` is taken as `/tag/old/`."""

    class Meta:
        model = OldAddress
        fields = ["path"]
        help_texts = {"path": "A path of this site, such as /tag/old/."}

    def clean_path(self) -> str:
        path = f"/{self.cleaned_data['path'].strip().strip('/')}/"
        if any(sign in path for sign in "?#\\ ") or "//" in path:
            raise ValidationError(_("Give a path of this site, such as /tag/old/, without spaces and without ? or #."))
        if len(path) > LENGTH:
            raise ValidationError(_("This address is too long."))
        for model in (Tag, Author, Page, Series):
            one = model.objects.filter(slug=path.strip("/").rpartition("/")[2]).first()
            if one and one.get_absolute_url() == path:
                raise ValidationError(_("“%s” lives at this address today.") % one)
        return path
