"""What the spam filter has learned: in how many good and spam comments each feature occurred."""

from __future__ import annotations

from django.db import models


class Word(models.Model):
    """One feature (classifier.py). The row "" counts the comments themselves."""

    text = models.CharField(max_length=64, primary_key=True)
    good = models.PositiveIntegerField(default=0)
    spam = models.PositiveIntegerField(default=0)

    def __str__(self):
        return self.text
