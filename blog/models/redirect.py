"""Old addresses: whatever is renamed keeps answering at the address it had, and with what followed it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy

from blog.models.clock import Clock
from blog.models.composed_query import ComposedQuery, Parameter
from blog.models.fields import column_of, exactly_one_set, forget_computed, max_length_of, related_models
from blog.text.slugs import unique_slug

# What may be renamed, by the names of the columns that say which it was. A row names one of them.
REDIRECT_TARGETS = ("post", "tag", "author", "page", "series", "source")
# Longest address kept: prefixes and a date, and a slug of 200 characters.
MAX_PATH_LENGTH = 255


class RedirectQuerySet(models.QuerySet["Redirect"]):
    def find_target_url(self, path: str) -> str | None:
        """The address that `path` has today, None when nothing ever stood there.

        `path` may lie below an old address (/tag/old/page/2/, /tag/old/feed/): the rest is carried over.
        """
        parts = path.strip("/").split("/")
        heads = ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
        heads = [head for head in heads if len(head) <= MAX_PATH_LENGTH][: len(HEADS)]
        found = AT_ONE_OF(**dict.fromkeys(HEADS, "") | dict(zip(HEADS, heads, strict=False)))
        for address in sorted(found, key=lambda address: -len(address.path)):
            target = address.target.get_absolute_url()
            # A draft answers like a post that never was; and nothing leads to itself.
            if address.target.is_public and target != address.path:
                return target + path[len(address.path) :]
        return None

    def set_redirect(self, path: str, *, to: Redirectable) -> None:
        """From now on `path` leads to this, whatever it led to."""
        self.update_or_create(path=path, defaults={**dict.fromkeys(REDIRECT_TARGETS), column_of(to): to})


# The paths that an old address may lie below: no address has more parts.
HEADS = [f"head{part}" for part in range(12)]
AT_ONE_OF = ComposedQuery(
    lambda: Redirect.objects.filter(path__in=[Parameter(head, models.CharField()) for head in HEADS]).select_related(
        *REDIRECT_TARGETS
    )
)


class Redirect(models.Model):
    """One path that something had before it was renamed."""

    path = models.CharField(gettext_lazy("path"), max_length=MAX_PATH_LENGTH, unique=True)
    post = models.ForeignKey("Post", models.CASCADE, null=True, blank=True, related_name="redirects")
    tag = models.ForeignKey("Tag", models.CASCADE, null=True, blank=True, related_name="redirects")
    author = models.ForeignKey("Author", models.CASCADE, null=True, blank=True, related_name="redirects")
    page = models.ForeignKey("Page", models.CASCADE, null=True, blank=True, related_name="redirects")
    series = models.ForeignKey("Series", models.CASCADE, null=True, blank=True, related_name="redirects")
    source = models.ForeignKey("Source", models.CASCADE, null=True, blank=True, related_name="redirects")

    objects = RedirectQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("redirect")
        verbose_name_plural = gettext_lazy("redirects")
        constraints = [
            models.CheckConstraint(
                name="redirect_has_one_target",
                condition=exactly_one_set(REDIRECT_TARGETS),
            )
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def target(self) -> Redirectable:
        targets: Iterator[Redirectable | None] = (getattr(self, name) for name in REDIRECT_TARGETS)
        return next(target for target in targets if target)


def redirectable_models() -> list[type[Redirectable]]:
    """The models of what may be renamed."""
    return [model for model in related_models(Redirect, REDIRECT_TARGETS) if issubclass(model, Redirectable)]


class Redirectable(models.Model):
    """A model with a public address: a change of it leaves a `Redirect`; every change moves the site's clock."""

    # The row as it is stored, for its next save: set by whoever has locked it in the same transaction.
    stored: Self | None = None

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        self.after_save(self.write_row(*args, **kwargs))

    def get_absolute_url(self) -> str:
        """Its address; "" while it has none."""
        raise NotImplementedError

    @property
    def is_public(self) -> bool:
        """Does its address answer? Not in the trash; a model that has more than one state says when."""
        return not getattr(self, "is_trashed", False)

    def write_row(self, *args: Any, **kwargs: Any) -> Self | None:
        """Store the row alone and the address that it had; return it as it was stored before, None for a new one."""
        before, self.stored = self.stored, None
        if before is None and self.pk:
            # Locked, so that of two saves at once the second goes by what the first stored; comments go on (no_key).
            before = type(self)._base_manager.select_for_update(no_key=True).filter(pk=self.pk).first()
        self.before_save(before)
        forget_computed(self)
        super().save(*args, **kwargs)
        self.record_redirect(before)
        return before

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        self.move_clock()
        return deleted

    @classmethod
    def make_unique_slug(cls, name: str) -> str:
        """A slug for `name` that no other row of this model has, also in the trash."""
        return unique_slug(
            name,
            max_length=max_length_of(cls, "slug"),
            fallback=column_of(cls),
            is_taken=lambda slug: cls._base_manager.filter(Q(slug=slug)).exists(),
        )

    def before_save(self, before: Self | None) -> None:
        """Fill derived columns; `before` is the row as stored, None for a new one."""

    def after_save(self, before: Self | None) -> None:
        """Do what belongs to the same transaction once the row is stored."""
        self.move_clock()

    def move_clock(self) -> None:
        """Count the change; called last, since many wait for the clock."""
        Clock.move_site()

    def record_redirect(self, before: Self | None) -> None:
        """Remember the address that this row had, as stored in `before`; what is public takes its own for itself."""
        now, was = self.get_absolute_url(), before.get_absolute_url() if before else ""
        if self.is_public and not (was == now and before and before.is_public):
            Redirect.objects.filter(path=now).delete()
        if before is None or not was or was == now:
            return
        if before.is_public:
            Redirect.objects.set_redirect(was, to=self)
        else:  # perhaps never seen by anybody: then whatever stood there before keeps it
            Redirect.objects.get_or_create(path=was, defaults={column_of(self): self})
