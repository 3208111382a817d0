"""What a writer and an editor say to each other about a post before it is published."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.text.validators import validate_storable

# Characters of a note: a page.
MAX_NOTE_LENGTH = 4_000


class ReviewNote(models.Model):
    """One note, kept with its post for those who may edit it; readers never see it."""

    post = models.ForeignKey("Post", models.CASCADE, related_name="review_notes")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    text = models.TextField(gettext_lazy("note"), max_length=MAX_NOTE_LENGTH, validators=[validate_storable])

    class Meta:
        ordering = ["written_at", "id"]

    def __str__(self) -> str:
        return self.text
