"""A post: what an author says on a day."""

from __future__ import annotations

import datetime
import secrets
import uuid
from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Max, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.fulltext import index
from blog.fulltext.documents import Document
from blog.markup import renderer
from blog.models.author import Author
from blog.models.clock import Clock, Conversation, now_to_the_second
from blog.models.commentable import Commentable
from blog.models.correction import Correction
from blog.models.fields import DerivedField, RenderedField
from blog.models.illustrated import render_article_with_images
from blog.models.image_use import ImageUse
from blog.models.post_counted import PostCounted
from blog.models.post_queryset import PostQuerySet
from blog.models.quotation import Quotation
from blog.models.redirect import Redirectable
from blog.models.source import Source
from blog.models.tag import Tag
from blog.models.version import TEXT_FIELDS, VERSIONED_FIELDS, Version
from blog.text.validators import validate_single_line, validate_storable


def new_preview_token() -> str:
    """22 characters of chance (128 bits): an address nobody guesses."""
    return secrets.token_urlsafe(16)


class Post(Commentable, Redirectable):
    """A post. Its address is the day of publication in the site's zone and its slug, unique on that day.

    The day is stored (`published_on`), so that a site which moves to another zone keeps its addresses.
    """

    SEARCH_KIND = "post"

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("draft")
        REVIEW = "review", gettext_lazy("waiting for review")
        PUBLISHED = "published", gettext_lazy("published")

    title = models.CharField(pgettext_lazy("column", "title"), max_length=250, validators=[validate_single_line])
    slug = models.SlugField(pgettext_lazy("column", "slug"), max_length=200)
    authors = models.ManyToManyField(
        "Author", related_name="posts", blank=True, verbose_name=pgettext_lazy("column", "authors")
    )
    tags = models.ManyToManyField("Tag", related_name="posts", blank=True, verbose_name=pgettext_lazy("column", "tags"))
    epigraph = models.TextField(
        pgettext_lazy("column", "epigraph"),
        blank=True,
        validators=[validate_storable],
        help_text=gettext_lazy("Markdown."),
    )
    epigraph_html = RenderedField(source="epigraph", by=renderer.render_author_markdown)
    epigraph_source = models.CharField(
        pgettext_lazy("column", "epigraph source"), max_length=250, blank=True, validators=[validate_single_line]
    )
    summary = models.TextField(
        pgettext_lazy("column", "summary"),
        blank=True,
        validators=[validate_storable],
        help_text=gettext_lazy("Shown in lists and feeds instead of the opening words."),
    )
    body = models.TextField(
        pgettext_lazy("column", "body"), validators=[validate_storable], help_text=gettext_lazy("Markdown.")
    )
    body_html = RenderedField(source="body", by=render_article_with_images)
    opening = DerivedField(source="body_html", by=renderer.opening_words)
    status = models.CharField(pgettext_lazy("column", "status"), max_length=10, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(
        gettext_lazy("publication time"),
        null=True,
        blank=True,
        help_text=gettext_lazy("In the site's time zone; a time ahead schedules the post."),
    )
    published_on = models.DateField(null=True, editable=False)
    updated_at = models.DateTimeField(editable=False)
    corrected_at = models.DateTimeField(null=True, editable=False, help_text="Time of the latest correction note.")
    is_pinned = models.BooleanField(
        gettext_lazy("pinned"),
        default=False,
        db_default=False,
        help_text=gettext_lazy("Stands at the head of the front page, above newer posts."),
    )
    series = models.ForeignKey(
        "Series",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=gettext_lazy("series"),
    )
    part = models.PositiveSmallIntegerField(
        gettext_lazy("part"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=gettext_lazy("Its number in the series; left empty, the next one."),
    )
    preview_token = models.CharField(max_length=32, unique=True, default=new_preview_token, editable=False)

    edition = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="Counts the versions kept of it."
    )

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="Its name in feeds, for ever.")

    # Who saves it, for its history; an account, or None for the site itself.
    saved_by = None
    # Which version its words come from, where they are an older one's; and what readers are told of this change.
    restored_from = None
    correction = ""

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "post")
        verbose_name_plural = pgettext_lazy("noun", "posts")
        constraints = [
            models.UniqueConstraint(fields=["published_on", "slug"], name="post_slug_is_unique_on_its_day"),
            models.CheckConstraint(
                name="published_post_has_a_day",
                condition=~Q(status="published") | Q(published_at__isnull=False, published_on__isnull=False),
            ),
            models.UniqueConstraint(fields=["series", "part"], name="part_is_unique_in_its_series"),
        ]
        indexes = [
            models.Index(fields=["status", "-published_on", "-published_at", "-id"], name="post_reading_order"),
            models.Index(fields=["status", "published_at", "published_on"], name="post_schedule"),
            models.Index(fields=["closes_at"], name="post_closing"),
            models.Index(fields=["is_pinned", "status", "-published_at"], name="post_pinned"),
            models.Index(fields=["status", "-updated_at"], name="post_touched"),
            models.Index(Upper("title"), name="post_title"),
        ]
        permissions = [
            ("publish_post", "Can publish posts"),
            ("edit_others_posts", "Can edit the posts of others"),
        ]

    def __str__(self):
        return self.title

    def clean(self) -> None:
        """Give a published post its time and refuse a slug that is taken on its day (ValidationError)."""
        self.set_published_on()
        same_day = Post.objects.filter(published_on=self.published_on, slug=self.slug).exclude(pk=self.pk)
        if self.published_on and same_day.exists():
            raise ValidationError({"slug": _("Another post of that day has this slug. Choose another.")})
        self.clean_part()

    def clean_part(self) -> None:
        """A post of a series is one part of it, the next when none is named; a post of none is no part."""
        if self.series is None:
            self.part = None
        elif self.part is None:
            self.part = self.series.next_part()
        elif self.series.posts.filter(part=self.part).exclude(pk=self.pk).exists():
            free = self.series.next_part()
            raise ValidationError({"part": _("The series has a part %d already; %d is free.") % (self.part, free)})

    def before_save(self, before: Post | None) -> None:
        self.set_published_on()
        # Counted from what is stored, whatever this row was read as: no two versions have one number.
        stored = before.edition if before else 0
        self.edition = stored if before and not self.differs(before, VERSIONED_FIELDS) else stored + 1
        if before is None or not before.is_public:
            self.updated_at = self.published_at or now_to_the_second()
        elif self.differs(before, TEXT_FIELDS):
            self.updated_at = now_to_the_second()
        if before:
            self.corrected_at = before.corrected_at  # its notes say when, whatever this row was read as

    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            counted = self.counted_by()
            pk, gone = self.pk, super().delete(*args, **kwargs)
            index.remove(self.SEARCH_KIND, [pk])
            PostCounted.recount(counted)
        return gone

    def after_save(self, before: Post | None) -> None:
        ImageUse.sync(self, self.epigraph, self.body)
        self.update_search_index()
        Version.objects.keep(self, before)
        changed: list[PostCounted] = [*Quotation.objects.keep(self, before)]
        if before is None:
            Conversation.objects.create(post=self)
        elif (before.status, before.published_at) != (self.status, self.published_at):
            changed += self.counted_by()
        if changed:
            PostCounted.recount(changed)
        if self.correction:
            self.add_correction()
        self.restored_from, self.correction = None, ""
        super().after_save(before)

    def add_correction(self) -> None:
        self.corrected_at = now_to_the_second()
        Correction.objects.create(
            post=self, text=self.correction, by=self.saved_by, edition=self.edition, corrected_at=self.corrected_at
        )

    def counted_by(self) -> list[PostCounted]:
        """The rows whose number of posts includes this one, once it is public."""
        sources = Source.objects.filter(quotations__post=self).distinct()
        return [*self.authors.all(), *self.tags.all(), *sources]

    def move_clock(self) -> None:
        Clock.move_site(next_due=Post.objects.next_due)

    def update_corrected_at(self) -> None:
        """Store the time of the latest correction note: a post that has none is not asked for them."""
        self.corrected_at = self.corrections.aggregate(at=Max("corrected_at"))["at"]
        Post.objects.filter(pk=self.pk).update(corrected_at=self.corrected_at)
        Clock.move_site()

    def update_search_index(self) -> None:
        """Put this post into the search index, or take it out; call it under the lock of its row."""
        if document := self.as_document():
            index.put(self.SEARCH_KIND, [document])
        else:
            index.remove(self.SEARCH_KIND, [self.pk])

    def as_document(self) -> Document | None:
        """What the search index stores of it; None unless it is published or scheduled."""
        if self.status != self.Status.PUBLISHED:
            return None
        texts = [self.summary, renderer.plain_text(self.epigraph_html), self.epigraph_source]
        return Document(
            self.pk,
            self.published_at,
            text="\n".join([*texts, renderer.plain_text(self.body_html)]),
            title=self.title,
            authors=[author.pk for author in self.authors.all()],
            tags=[tag.pk for tag in self.tags.all()],
        )

    def set_published_on(self) -> None:
        """A published post without a time is published now; its day follows its time, as long as that moves."""
        if self.status == self.Status.PUBLISHED and self.published_at is None:
            # Whole seconds, as a form shows them: saved again unchanged, the time and with it the day stay.
            self.published_at = now_to_the_second()
        stored = Post.objects.filter(pk=self.pk, published_at=self.published_at).values_list("published_on", flat=True)
        kept = stored.first() if self.pk and self.published_at else None
        self.published_on = kept or (self.published_at and timezone.localdate(self.published_at))

    def differs(self, other: Post, names: Iterable[str]) -> bool:
        """Is any of these fields another in `other`? TEXT is what a reader reads."""
        return any(getattr(self, name) != getattr(other, name) for name in names)

    def get_absolute_url(self) -> str:
        """The post's address; "" while it has no day."""
        if self.published_on is None:
            return ""
        day = self.published_on
        return f"/{day.year:04}/{day:%m/%d}/{self.slug}/"  # reverse() costs twenty times as much, seven times a page

    def renew_preview(self) -> None:
        """Give the private link another address: whoever had the old one finds nothing there."""
        self.preview_token = new_preview_token()
        Post.objects.filter(pk=self.pk).update(preview_token=self.preview_token)

    def get_preview_url(self) -> str:
        return reverse("blog:preview", args=[self.preview_token])

    @property
    def is_public(self) -> bool:
        return self.status == self.Status.PUBLISHED and self.published_at <= timezone.now()

    @property
    def revised_at(self) -> datetime.datetime | None:
        """When the text last changed after it was public; None when it has not."""
        if self.published_at and self.updated_at > self.published_at:
            return self.updated_at
        return None

    @property
    def changed_at(self) -> datetime.datetime:
        """When what readers see of a public post last changed: its text, or what they are told of its corrections."""
        return max(filter(None, (self.published_at, self.revised_at, self.corrected_at)))

    @cached_property
    def correction_notes(self) -> list[Correction]:
        """What was corrected, oldest first; asks the database only for a post that has such notes."""
        return list(self.corrections.all()) if self.corrected_at else []

    @cached_property
    def was_public(self) -> bool:
        """Is it public as it was read, or was it ever? A form asks before it changes anything."""
        if self.is_public or not self.edition:
            return self.is_public
        return self.versions.filter(status=self.Status.PUBLISHED, published_at__lte=timezone.now()).exists()

    @cached_property
    def author_list(self) -> list[Author]:
        """Its authors: prefetched, or in one query however often a page names them."""
        return list(self.authors.all())

    @cached_property
    def tag_list(self) -> list[Tag]:
        return list(self.tags.all())

    def is_written_by(self, user: AbstractBaseUser | AnonymousUser) -> bool:
        """Is `user` the account of one of the authors?"""
        return user.is_authenticated and any(author.user_id == user.pk for author in self.author_list)
