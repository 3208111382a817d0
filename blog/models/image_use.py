"""Which pictures are used in which texts."""

from __future__ import annotations

from django.db import models

from blog.images import embeds
from blog.models.fields import column_of, exactly_one_set
from blog.models.image import IMAGE_OWNERS, Image


class ImageUse(models.Model):
    """A picture is used in a text. Recorded when the text is saved; such a picture is only moved to the trash."""

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

    def __str__(self) -> str:
        return f"{self.image_id} in {self.post or self.page or self.author}"

    @staticmethod
    def sync(text: models.Model, before: models.Model | None, *columns: str) -> None:
        """Record which pictures a post, page or author uses, in these columns or as its cover, unless `before` did."""
        names, was = (embeds.image_names(*(getattr(row, column, "") for column in columns)) for row in (text, before))
        cover: int | None = getattr(text, "cover_id", None)
        if (names, cover) == (was, getattr(before, "cover_id", None)):
            return
        owner = {column_of(text): text}
        wanted = set(Image.everything.filter(name__in=names).values_list("pk", flat=True)) if names else set()
        wanted |= {cover} if cover else set()
        known = set(ImageUse.objects.filter(**owner).values_list("image_id", flat=True))
        if unused := known - wanted:
            ImageUse.objects.filter(**owner, image__in=unused).delete()
        ImageUse.objects.bulk_create(ImageUse(image_id=pk, **owner) for pk in wanted - known)
