"""The forms of the admin: what an author typed, checked before it is saved, and never lost."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget, AdminSplitDateTime, AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import markup, pictures
from blog.desk.collisions import Collision
from blog.models import Author, OldAddress, Page, Post, Series, Tag
from blog.models.address import LENGTH
from blog.models.derived import RenderedField
from blog.models.review import NOTE_LIMIT
from blog.moments import NoSuchTime, settled
from blog.text import is_key, normal_newlines, storable


def writing(rows: int) -> AdminTextareaWidget:
    """A place to write in, for text of either direction."""
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


class PostForm(MarkdownForm):
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
        widgets = {"epigraph": writing(3), "summary": writing(3), "body": writing(28)}

    def clean(self) -> dict[str, Any]:
        super().clean()
        wants_merging = self.MERGE in self.data
        began = self.data.get("base" if wants_merging else "edition", "")
        if self.instance.pk and is_key(began):
            self.clean_edition(int(began), wants_merging=wants_merging)
        return self.cleaned_data

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


class PageForm(MarkdownForm):
    class Meta:
        model = Page
        fields = ["title", "slug", "body"]
        widgets = {"body": writing(28)}


class PictureField(forms.FileField):
    """An uploaded portrait, drawn anew (blog/pictures.py)."""

    widget = AdminFileWidget(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        return pictures.portrait(upload) if upload and upload is data else upload


class AuthorForm(MarkdownForm):
    photo = PictureField(
        required=False, help_text=gettext_lazy("JPEG, PNG or WebP. Stored small, without where and when it was taken.")
    )

    class Meta:
        model = Author
        fields = ["name", "slug", "user", "photo", "bio", "website", "contact"]
        widgets = {"bio": writing(6)}


class SeriesForm(forms.ModelForm):
    class Meta:
        model = Series
        fields = ["name", "slug", "description"]
        widgets = {"description": writing(3)}


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
