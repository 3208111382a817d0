"""What is remembered of those who had their data deleted, so that no restored backup brings them back."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy


class ErasedAddress(models.Model):
    """A slow, salted hash of an address that was erased; nobody can read the address from it.

    The salt stands beside the hash, and not in the settings: the list has to be understood on another machine, with
    another SECRET_KEY (see comments/privacy/erased_list.py).
    """

    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField(help_text="What came later was not erased.")
    keeps_words = models.BooleanField(help_text="Published comments stayed, without their writer's name.")

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("personal data")
        default_permissions = ()
        permissions = [("manage_personal_data", "Can export and erase personal data")]
        constraints = [models.UniqueConstraint(fields=["salt", "digest"], name="erased_address_once")]

    def __str__(self) -> str:
        return f"erased address {self.pk}"


class ErasedComment(models.Model):
    """The number of an erased comment, which a backup may still have whole.

    In another database the same number may be another comment: it is the erased one if it was written at that moment.
    """

    comment = models.PositiveBigIntegerField(primary_key=True)
    written_at = models.DateTimeField()
    keeps_words = models.BooleanField(help_text="Its text stayed.")

    def __str__(self) -> str:
        return f"erased comment {self.comment}"
