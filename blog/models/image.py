"""Uploaded pictures: the file, its description and credit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any, Self

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.images import embeds
from blog.images.processing import EncodedImage, random_file_name
from blog.models.rendition import IMAGE_FOLDER, Rendition
from blog.models.stored_file import StoredFile
from blog.models.trash import OutsideTrash, Trashable
from blog.text.validators import validate_single_line

# What a picture may be used in: columns of ImageUse, in the order in which these rows are locked, since whoever saves a
# post locks its authors last.
IMAGE_OWNERS = ("post", "page", "author")
# After this long, the picture of a worker that died is taken by another; the largest takes seconds.
LEASE_TIME = timedelta(minutes=5)
# A picture that has failed so often will fail again; it is shown as it was uploaded.
MAX_ATTEMPTS = 5


class ImageQuerySet(models.QuerySet["Image"]):
    def due(self) -> Self:
        """Those that have no renditions yet and are leased by no worker."""
        waiting = self.filter(rendered_at=None, attempts__lt=MAX_ATTEMPTS, next_try_at__lte=timezone.now())
        return waiting.order_by("next_try_at")

    @transaction.atomic
    def lease(self) -> Image | None:
        """Take one for this worker; another worker takes another."""
        image = self.due().select_for_update(skip_locked=True).first()
        if image:
            self.filter(pk=image.pk).update(next_try_at=timezone.now() + LEASE_TIME, attempts=F("attempts") + 1)
        return image

    def named(self, names: Iterable[str]) -> Self:
        """Those with these names; in a transaction they are locked, so that none gets its renditions between being
        rendered into a text and being recorded as used there."""
        return self.used_in(names)

    def used_in(self, names: Iterable[str] = (), *, cover: int | None = None) -> Self:
        """Those with these names and the one with the id `cover`, likewise locked."""
        images = self.filter(Q(name__in=names) | Q(pk=cover) if cover else Q(name__in=names)).order_by("pk")
        return images.select_for_update() if connection.in_atomic_block else images


class Image(StoredFile, Trashable):
    """A picture in the library. Its file never changes: another file is another picture."""

    file = models.FileField(gettext_lazy("image"), upload_to=IMAGE_FOLDER, editable=False)
    name = models.CharField(max_length=32, unique=True, editable=False, help_text="Of the file, without its ending.")
    original_name = models.CharField(gettext_lazy("file name"), max_length=200, blank=True, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField(
        gettext_lazy("what it shows"),
        max_length=500,
        blank=True,
        validators=[validate_single_line],
        help_text=gettext_lazy("For people who cannot see the image: describe it as you would on the phone."),
    )
    is_decorative = models.BooleanField(
        gettext_lazy("decorative"),
        default=False,
        help_text=gettext_lazy("The image adds nothing to the text, so screen readers skip it."),
    )
    caption = models.CharField(
        gettext_lazy("caption"),
        max_length=500,
        blank=True,
        validators=[validate_single_line],
        help_text=gettext_lazy("Shown below the image."),
    )
    credit = models.CharField(
        gettext_lazy("credit"),
        max_length=200,
        blank=True,
        validators=[validate_single_line],
        help_text=gettext_lazy("Who made the image, and under which licence. Shown wherever the image appears."),
    )
    sha256 = models.CharField(max_length=64, unique=True, editable=False, help_text="Of the file as it was sent.")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="images", editable=False
    )
    uploaded_at = models.DateTimeField(gettext_lazy("uploaded"), auto_now_add=True)
    rendered_at = models.DateTimeField(null=True, editable=False, help_text="When its renditions were finished.")
    next_try_at = models.DateTimeField(default=timezone.now, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = OutsideTrash.from_queryset(ImageQuerySet)()
    everything = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("image")
        verbose_name_plural = gettext_lazy("images")
        constraints = [
            models.CheckConstraint(
                name="image_is_described_or_decorative",
                condition=Q(is_decorative=True, alt="") | (Q(is_decorative=False) & ~Q(alt="")),
            )
        ]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(rendered_at=None), name="image_due")]

    def __str__(self) -> str:
        return self.alt or self.caption or self.original_name or self.name

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete it with its files. Raises models.ProtectedError while it is used in a text that shows it."""
        if self.is_trashed:
            self.lock()
            self.uses.all().delete()
        files = [self.file.name, *self.renditions.values_list("file", flat=True)]
        deleted = super().delete(*args, **kwargs)
        transaction.on_commit(lambda: delete_files(files), robust=True)
        return deleted

    def store_file(self, encoded: EncodedImage, *, stem: str = "") -> None:
        """Store the picture's file, whole or not at all: OSError when the storage is full or unavailable.

        With a `stem`, which nobody may guess and no other picture has, under that name, in place of what was there.
        """
        file = random_file_name(encoded.format, stem)
        self.name, self.width, self.height = PurePosixPath(file).stem, encoded.width, encoded.height
        self.file.name = save_to_storage(f"{IMAGE_FOLDER}/{file}", encoded.content)

    @transaction.atomic
    def add_renditions(self, stored: Sequence[tuple[EncodedImage, str]]) -> bool:
        """Record these renditions, stored in these files; when the picture was deleted meanwhile, delete them: False.

        The texts that use it are rendered again by the caller, in the same transaction.
        """
        if not self.lock():
            delete_files(file for _encoded, file in stored)
            return False
        Rendition.objects.filter(image=self).delete()
        Rendition.objects.bulk_create(
            Rendition(
                image=self,
                format=encoded.format.lower(),
                width=encoded.width,
                file=file,
                bytes=len(encoded.content),
            )
            for encoded, file in stored
        )
        Image.everything.filter(pk=self.pk).update(rendered_at=timezone.now())
        return True

    def lock(self) -> bool:
        """Lock it and the pictures used in the same texts until the end of the transaction; False when it is deleted.

        All at once and in one order, as `named` locks the pictures of a text that is saved: else two could deadlock.
        """
        owners = ((f"{owner}__in", self.uses.values(owner)) for owner in IMAGE_OWNERS)
        beside = self.uses.model.objects.filter(Q(*owners, _connector=Q.OR)).values("image")
        rows = Image.everything.select_for_update().filter(Q(pk=self.pk) | Q(pk__in=beside)).order_by("pk")
        return self.pk in rows.values_list("pk", flat=True)

    def as_embedded_image(self) -> embeds.EmbeddedImage:
        """What a page needs to know of it."""
        sizes = [embeds.EmbeddedRendition(size.format, size.width, size.file.url) for size in self.renditions.all()]
        return embeds.EmbeddedImage(self.width, self.height, self.credit, sizes)

    def markdown(self) -> str:
        """The line that puts it into a text."""
        return embeds.image_markdown(self.file.url, alt=self.alt, caption=self.caption)

    @property
    def thumbnail(self) -> str:
        """The address of the smallest rendition, or of the picture itself until there is one."""
        small = self.as_embedded_image().of_formats("webp")
        return small[0].url if small else self.file.url


def save_to_storage(name: str, content: bytes) -> str:
    """Store `content` under this name, whole or not at all, and return the name. Raises OSError.

    Replaces what a worker that died may have left.
    """
    try:
        default_storage.delete(name)
        return default_storage.save(name, ContentFile(content))
    except OSError:
        default_storage.delete(name)
        raise


def delete_files(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
