"""Uploaded pictures: the picture itself, its renditions, and the texts in which it stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Self

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from blog.fulltext import index
from blog.images import embeds
from blog.images.processing import EncodedImage, random_file_name
from blog.markup import renderer
from blog.models.clock import Clock
from blog.models.fields import recompute_fields, rendered_fields
from blog.models.redirect import exactly_one_set
from blog.text.validators import validate_single_line

IMAGE_FOLDER = "images"
# What a picture may stand in, by the names of the columns that say which it is, in the order in which these rows are
# locked: whoever saves a post comes to its authors last. A use names one of them.
IMAGE_OWNERS = ("post", "page", "author")
# A worker that took a picture and died gives it up after this long; the largest takes seconds.
LEASE_TIME = timedelta(minutes=5)
# A picture that failed so often will fail again; it is shown as it was stored.
MAX_ATTEMPTS = 5


class ImageQuerySet(models.QuerySet):
    def due(self) -> Self:
        """Those whose renditions are still to be drawn, and that no living worker holds."""
        return self.filter(rendered_at=None, attempts__lt=MAX_ATTEMPTS, next_try_at__lte=timezone.now()).order_by(
            "next_try_at"
        )

    @transaction.atomic
    def lease(self) -> Image | None:
        """Take one for this worker; another worker takes another."""
        one = self.due().select_for_update(skip_locked=True).first()
        if one:
            self.filter(pk=one.pk).update(next_try_at=timezone.now() + LEASE_TIME, attempts=F("attempts") + 1)
        return one

    def named(self, names: Iterable[str]) -> Self:
        """Those of these names; in a transaction they stay as they are until its end, so that none gets its
        renditions between being drawn into a text and being known to stand there."""
        rows = self.filter(name__in=names).order_by("pk")
        return rows.select_for_update() if connection.in_atomic_block else rows


class Image(models.Model):
    """A picture in the library. Its file never changes: another picture is another row."""

    file = models.FileField(gettext_lazy("picture"), upload_to=IMAGE_FOLDER, editable=False)
    name = models.CharField(max_length=32, unique=True, editable=False, help_text="Of the file, without its ending.")
    original_name = models.CharField(gettext_lazy("name of the file"), max_length=200, blank=True, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField(
        gettext_lazy("what it shows"),
        max_length=500,
        blank=True,
        validators=[validate_single_line],
        help_text=gettext_lazy("For those who do not see it: what you would say of it on the telephone."),
    )
    is_decorative = models.BooleanField(
        gettext_lazy("decorative"),
        default=False,
        help_text=gettext_lazy("It says nothing that the text does not say: readers who listen are spared it."),
    )
    caption = models.CharField(
        gettext_lazy("caption"),
        max_length=500,
        blank=True,
        validators=[validate_single_line],
        help_text=gettext_lazy("Printed under it."),
    )
    credit = models.CharField(
        gettext_lazy("credit"),
        max_length=200,
        blank=True,
        validators=[validate_single_line],
        help_text=gettext_lazy("Who made it, and under which terms: printed wherever it is shown."),
    )
    sha256 = models.CharField(max_length=64, unique=True, editable=False, help_text="Of the file as it was sent.")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="images", editable=False
    )
    uploaded_at = models.DateTimeField(gettext_lazy("uploaded"), auto_now_add=True)
    rendered_at = models.DateTimeField(null=True, editable=False, help_text="When its renditions were finished.")
    next_try_at = models.DateTimeField(default=timezone.now, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("picture")
        verbose_name_plural = gettext_lazy("pictures")
        constraints = [
            models.CheckConstraint(
                name="image_is_described_or_decorative",
                condition=Q(is_decorative=True, alt="") | (Q(is_decorative=False) & ~Q(alt="")),
            )
        ]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(rendered_at=None), name="image_due")]

    def __str__(self):
        return self.alt or self.caption or self.original_name or self.name

    def save(self, *args, **kwargs) -> None:
        """The row of a file that was just stored: without the one there is not the other."""
        try:
            super().save(*args, **kwargs)
        except Exception:
            if self._state.adding:
                default_storage.delete(self.file.name)
            raise

    @transaction.atomic
    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        """With its files. Raises models.ProtectedError while it stands in a text."""
        files = [self.file.name, *self.renditions.values_list("file", flat=True)]
        gone = super().delete(*args, **kwargs)
        transaction.on_commit(lambda: [default_storage.delete(file) for file in files], robust=True)
        return gone

    def store_file(self, drawn: EncodedImage) -> None:
        """Store the picture's file, whole or not at all: OSError when there is no room, or the store is away."""
        file = random_file_name(drawn.format)
        self.name, self.width, self.height = PurePosixPath(file).stem, drawn.width, drawn.height
        self.file.name = save_to_storage(f"{IMAGE_FOLDER}/{file}", drawn.content)

    def add_renditions(self, made: list[tuple[EncodedImage, str]]) -> None:
        """Its renditions are drawn and stored under these names: the texts in which it stands show them from now on."""
        with transaction.atomic():
            if not self.lock():  # deleted meanwhile
                for _one, file in made:
                    default_storage.delete(file)
                return
            Rendition.objects.filter(image=self).delete()
            Rendition.objects.bulk_create(
                Rendition(image=self, format=one.format.lower(), width=one.width, file=file, bytes=len(one.content))
                for one, file in made
            )
            Image.objects.filter(pk=self.pk).update(rendered_at=timezone.now())
            self.rerender_texts()

    def lock(self) -> bool:
        """Lock it and whatever pictures stand beside it in a text, until the end of the transaction: is it still there?

        All at once and in one order, as `named` locks those of a text that is saved: or two would wait for each other.
        """
        beside = Q(*((f"{name}__in", self.uses.values(name)) for name in IMAGE_OWNERS), _connector=Q.OR)
        uses = ImageUse.objects.filter(beside).values("image")
        rows = Image.objects.select_for_update().filter(Q(pk=self.pk) | Q(pk__in=uses)).order_by("pk")
        return self.pk in rows.values_list("pk", flat=True)

    @transaction.atomic
    def rerender_texts(self) -> None:
        """Make the texts in which it stands anew, and move the clock; their own times stay.

        For whoever holds it (`hold`).
        """
        has_changed = False
        for kind in IMAGE_OWNERS:
            rows = ImageUse._meta.get_field(kind).related_model.objects
            uses = rows.filter(image_uses__image=self).order_by("pk")
            changed = rows.filter(pk__in=[text.pk for text in uses if rerender_text(text)])  # read again, now locked
            documents = [text.as_document() for text in changed if hasattr(text, "as_document")]
            index.put(kind, filter(None, documents))
            has_changed = has_changed or bool(changed)
        if has_changed:
            Clock.move_site()

    def as_embedded_image(self) -> embeds.EmbeddedImage:
        """What a page has to know of it."""
        sizes = [embeds.EmbeddedRendition(one.format, one.width, one.file.url) for one in self.renditions.all()]
        return embeds.EmbeddedImage(self.width, self.height, self.credit, sizes)

    def markdown(self) -> str:
        """The line that puts it into a text."""
        return embeds.image_markdown(self.file.url, alt=self.alt, caption=self.caption)

    @property
    def thumbnail(self) -> str:
        """The address of the smallest rendition; of the picture itself until there is one."""
        small = self.as_embedded_image().of_formats("webp")
        return small[0].url if small else self.file.url


class Rendition(models.Model):
    """A picture in one format and one width."""

    image = models.ForeignKey(Image, models.CASCADE, related_name="renditions")
    format = models.CharField(max_length=4)
    width = models.PositiveIntegerField()
    file = models.FileField(upload_to=IMAGE_FOLDER)
    bytes = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["image", "format", "width"], name="rendition_is_unique")]

    def __str__(self):
        return self.file.name


class ImageUse(models.Model):
    """A picture stands in a text. Kept at each save of the text; the picture cannot be deleted meanwhile."""

    image = models.ForeignKey(Image, models.PROTECT, related_name="uses")
    post = models.ForeignKey("Post", models.CASCADE, null=True, blank=True, related_name="image_uses")
    page = models.ForeignKey("Page", models.CASCADE, null=True, blank=True, related_name="image_uses")
    author = models.ForeignKey("Author", models.CASCADE, null=True, blank=True, related_name="image_uses")

    class Meta:
        constraints = [
            models.CheckConstraint(name="image_use_has_one_text", condition=exactly_one_set(IMAGE_OWNERS)),
            models.UniqueConstraint(fields=["image", "post"], name="image_use_in_post_is_unique"),
            models.UniqueConstraint(fields=["image", "page"], name="image_use_in_page_is_unique"),
            models.UniqueConstraint(fields=["image", "author"], name="image_use_in_profile_is_unique"),
        ]

    def __str__(self):
        return f"{self.image_id} in {self.post or self.page or self.author}"

    @classmethod
    def sync(cls, text: models.Model, *written: str) -> None:
        """`text`, a post, page or author, says this now: the pictures that stand in it are known from here on."""
        owner = {text._meta.model_name: text}
        names = embeds.image_names(*written)
        wanted = set(Image.objects.filter(name__in=names).values_list("pk", flat=True)) if names else set()
        known = set(cls.objects.filter(**owner).values_list("image_id", flat=True))
        if gone := known - wanted:
            cls.objects.filter(**owner, image__in=gone).delete()
        cls.objects.bulk_create(cls(image_id=pk, **owner) for pk in wanted - known)


def render_article_with_images(text: str) -> SafeString:
    """What the gate makes of a post's or page's Markdown, with all that is known of its pictures."""
    return embed_stored_images(renderer.render_article(text))


def render_profile_with_images(text: str) -> SafeString:
    """The same of an author's Markdown, whose passages have no names: other profiles stand on the page."""
    return embed_stored_images(renderer.render_author_markdown(text))


def embed_stored_images(html: SafeString) -> SafeString:
    """`html`, made by the gate, with all that is known of the pictures in it."""
    if not (names := embeds.image_names(html)):
        return html
    found = Image.objects.named(names).prefetch_related("renditions")
    return mark_safe(embeds.embed_images(html, {one.name: one.as_embedded_image() for one in found}))


def rerender_text(text: models.Model) -> bool:
    """Make the HTML of a text anew: is it another now? Never where somebody has meanwhile written other words."""
    said = {column.source: getattr(text, column.source) for column in rendered_fields(text)}
    try:
        new = recompute_fields(text)
    except renderer.TooCostly:  # taken when it was written, by rules of another day
        return False
    return bool(new and type(text).objects.filter(pk=text.pk, **said).update(**new))


def save_to_storage(name: str, content: bytes) -> str:
    """Put `content` there, in the place of what a worker that died may have left; the name. OSError, and nothing
    half-written, when it cannot be."""
    try:
        default_storage.delete(name)
        return default_storage.save(name, ContentFile(content))
    except OSError:
        default_storage.delete(name)
        raise
