"""What readers say of a comment that ought not to stand."""

from __future__ import annotations

from django.db import models

from blog.text import storable


class Report(models.Model):
    """One reader's report of one comment; open until a moderator has decided on the comment or set it aside."""

    class Kind(models.TextChoices):
        SPAM = "spam", "It is advertising or spam"
        RUDE = "rude", "It attacks somebody"
        PRIVATE = "private", "It gives away something private"
        UNLAWFUL = "unlawful", "It breaks the law"
        OTHER = "other", "Something else"

    comment = models.ForeignKey("Comment", models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.TextField(blank=True, max_length=500, validators=[storable])
    sender = models.CharField(max_length=64, help_text="A keyed hash of who sent it: distinct readers count once.")
    at = models.DateTimeField(auto_now_add=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "sender"], name="report_once")]
        indexes = [models.Index(fields=["sender", "at"], name="report_pace")]

    def __str__(self):
        return f"{self.comment_id}: {self.kind}"
