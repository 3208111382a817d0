"""Authors: the public profile of somebody who writes, with or without an account."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.models.fields import DerivedField, RenderedField
from blog.models.illustrated import render_profile_with_images
from blog.models.image_use import ImageUse
from blog.models.post_counted import PostCounted, PostCountedQuerySet
from blog.text.lookalikes import name_key
from blog.text.validators import validate_single_line, validate_storable


class AuthorQuerySet(PostCountedQuerySet["Author"]):
    def editable_by(self, user: User) -> Self:
        """Those that `user` may edit: all for an editor, their own for anybody else."""
        return self if user.has_perm("blog.edit_others_posts") else self.filter(user=user)

    def get_or_create_for(self, user: User) -> Author:
        """The profile under which this person writes; a new one never shows the name they sign in with."""
        if author := self.filter(user=user).first():
            return author
        name = user.get_full_name() or f"Author {user.pk}"
        return self.create(user=user, name=name, slug=self.model.make_unique_slug(name))


class Author(PostCounted):
    """A public profile. Archives are full of authors without an account; `user` ties one to a person who signs in."""

    name = models.CharField(pgettext_lazy("column", "name"), max_length=120, validators=[validate_single_line])
    name_key = DerivedField(source="name", by=name_key)
    slug = models.SlugField(pgettext_lazy("column", "slug"), max_length=120, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="author",
        verbose_name=gettext_lazy("account"),
        help_text=gettext_lazy("The account that writes under this name, if any."),
    )
    bio = models.TextField(
        pgettext_lazy("column", "bio"), blank=True, validators=[validate_storable], help_text=gettext_lazy("Markdown.")
    )
    bio_html = RenderedField(source="bio", by=render_profile_with_images)
    photo = models.ImageField(
        pgettext_lazy("column", "photo"),
        upload_to="authors",
        blank=True,
        width_field="photo_width",
        height_field="photo_height",
    )
    photo_width = models.PositiveIntegerField(null=True, editable=False)
    photo_height = models.PositiveIntegerField(null=True, editable=False)
    website = models.URLField(pgettext_lazy("column", "website"), blank=True)
    contact = models.CharField(
        pgettext_lazy("column", "contact"),
        max_length=200,
        blank=True,
        validators=[validate_single_line],
        help_text=gettext_lazy("An email address or a link for readers."),
    )

    objects = AuthorQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "author")
        verbose_name_plural = pgettext_lazy("noun", "authors")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["name_key"], name="author_name")]

    def __str__(self) -> str:
        return self.name

    def after_save(self, before: Author | None) -> None:
        ImageUse.sync(self, before, "bio")
        super().after_save(before)

    def get_absolute_url(self) -> str:
        return f"/author/{self.slug}/"  # as `Post.get_absolute_url`: a list names fifty of them

    @property
    def contact_url(self) -> str:
        """`contact` as the target of a link; "" when it is neither an email address nor an http(s) address."""
        if self.contact.startswith(("https://", "http://")):
            return self.contact
        try:
            EmailValidator()(self.contact)
        except ValidationError:
            return ""
        return f"mailto:{self.contact}"
