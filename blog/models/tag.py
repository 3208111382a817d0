"""What posts are about."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models.address import Addressed
from blog.text import single_line, storable


class Tag(Addressed):
    """A subject. Its aliases are the old addresses that lead to it (`OldAddress`)."""

    name = models.CharField(max_length=80, unique=True, validators=[single_line])
    slug = models.SlugField(max_length=80, unique=True)
    description = models.TextField(
        blank=True, validators=[storable], help_text=gettext_lazy("A sentence or two, shown on its page.")
    )
    post_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self):
        return self.name

    def after_save(self, before: Self | None) -> None:
        """The number of posts stays right, however long ago this row was read."""
        from blog.models import counts

        counts.recount([self])
        super().after_save(before)

    def get_absolute_url(self) -> str:
        return f"/tag/{self.slug}/"  # as `Post.get_absolute_url`: a list names fifty of them

    def clean(self) -> None:
        """Tags that differ by letter case alone are one tag; ValidationError names the field."""
        if Tag.objects.filter(name__iexact=self.name).exclude(pk=self.pk).exists():
            raise ValidationError({"name": _("There is a tag of this name already.")})
