"""The renditions of uploaded pictures: a row for each width and format that has been made, or is still to be."""

from __future__ import annotations

from django.db import models

# The folder of uploaded pictures and their renditions in the storage.
IMAGE_FOLDER = "images"


class Rendition(models.Model):
    """A picture in one format and one width."""

    image = models.ForeignKey("Image", models.CASCADE, related_name="renditions")
    format = models.CharField(max_length=4)
    width = models.PositiveIntegerField()
    file = models.FileField(upload_to=IMAGE_FOLDER)
    bytes = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["image", "format", "width"], name="rendition_is_unique")]

    def __str__(self) -> str:
        return str(self.file)
