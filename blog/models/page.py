"""Standing pages: about, terms."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.fulltext import index
from blog.fulltext.documents import Document
from blog.markup import extract
from blog.models.clock import Clock, Conversation, now_to_the_second
from blog.models.commentable import STATE_FIELDS, Commentable
from blog.models.fields import RenderedField
from blog.models.illustrated import lock_images, render_article_with_images
from blog.models.image_use import ImageUse
from blog.models.link_card import LinkCard
from blog.models.post_counted import post_model
from blog.models.redirect import Redirectable
from blog.models.trash import OutsideTrash, Trashable
from blog.text.validators import validate_single_line, validate_storable

# Addresses that the site will need, and those of its proxy.
RESERVED_SLUGS = {"moderate", "moderation", "search", "static", "you"}


def validate_page_slug(slug: str) -> None:
    """Refuse a slug whose address is taken by the site itself (ValidationError)."""
    try:
        taken = slug in RESERVED_SLUGS or resolve(f"/{slug}/").view_name != "blog:page"
    except Resolver404:
        taken = False
    if taken:
        raise ValidationError(_("The address /%s/ is reserved for the site. Choose another.") % slug)


class PageManager(OutsideTrash["Page"]):
    def with_conversation(self) -> models.QuerySet["Page"]:
        """Those whose comments readers find; of one row, `shows_conversation` says the same."""
        return self.exclude(conversation=Commentable.ConversationStatus.OFF)


class Page(Redirectable, Trashable, Commentable):
    """A text that belongs to the site, not to a day: it has no authors, and its conversation is off unless wanted."""

    SEARCH_KIND = "page"
    # What a post has, and whoever handles comments asks for.
    language = epigraph_html = ""
    published_at = None
    is_listed, is_protected = True, False
    is_indexed = True
    author_list: tuple[()] = ()
    correction_notes: tuple[()] = ()

    title = models.CharField(pgettext_lazy("column", "title"), max_length=200, validators=[validate_single_line])
    slug = models.SlugField(
        pgettext_lazy("column", "slug"), max_length=80, unique=True, validators=[validate_page_slug]
    )
    body = models.TextField(
        pgettext_lazy("column", "body"), validators=[validate_storable], help_text=gettext_lazy("Markdown.")
    )
    body_html = RenderedField(source="body", by=render_article_with_images)
    link_cards = models.ManyToManyField(LinkCard, related_name="pages", editable=False)
    # From the first time that it is wanted on.
    thread = models.OneToOneField(Conversation, models.PROTECT, null=True, editable=False, related_name="page")  # type: ignore[assignment]
    conversation = models.CharField(
        pgettext_lazy("column", "conversation"),
        max_length=10,
        choices=Commentable.ConversationStatus,
        default=Commentable.ConversationStatus.OFF,
        db_default=Commentable.ConversationStatus.OFF,
        help_text=gettext_lazy("Off: readers see no comments here and cannot add any. What there is stays stored."),
    )
    updated_at = models.DateTimeField(pgettext_lazy("column", "updated at"), editable=False)

    objects = PageManager()
    everything = models.Manager["Page"]()

    class Meta:
        verbose_name = pgettext_lazy("noun", "page")
        verbose_name_plural = pgettext_lazy("noun", "pages")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        lock_images(self.body)
        super().save(*args, **kwargs)

    def before_save(self, before: "Page | None") -> None:
        if before is None:
            self.updated_at = self.updated_at or now_to_the_second()  # what was written elsewhere comes with its time
        elif any(getattr(self, name) != getattr(before, name) for name in ("title", "slug", "body")):
            self.updated_at = now_to_the_second()
        if self.has_conversation and self.thread is None:
            self.thread = Conversation.objects.create()

    def after_save(self, before: "Page | None") -> None:
        ImageUse.sync(self, before, "body")
        LinkCard.objects.keep(self, before)
        self.update_search_index()
        super().after_save(before)

    def move_clock(self) -> None:
        """Count the change, and when its conversation closes."""
        Clock.move_site(next_due=post_model().objects.next_due)

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        pk, thread, deleted = self.pk, self.thread, super().delete(*args, **kwargs)
        if thread is not None:
            thread.delete()
        index.remove(self.SEARCH_KIND, [pk])
        return deleted

    def store_state(self, *, by: User | None) -> None:
        """Store the state of its conversation alone."""
        self.save(update_fields=STATE_FIELDS)

    def lock(self) -> None:
        """Read the page again and lock it until the transaction ends. Raises Page.DoesNotExist."""
        self.refresh_from_db(from_queryset=Page.objects.select_for_update(no_key=True))

    def is_written_by(self, user: User | AnonymousUser) -> bool:
        """Pages are the site's, whoever wrote them."""
        return False

    def update_search_index(self) -> None:
        if document := self.as_document():
            index.put(self.SEARCH_KIND, [document])
        else:
            index.remove(self.SEARCH_KIND, [self.pk])

    def as_document(self) -> Document | None:
        """What the search index stores; None in the trash."""
        if self.is_trashed:
            return None
        return Document(self.pk, self.updated_at, extract.plain_text(self.body_html), self.title)

    @property
    def uid(self) -> uuid.UUID:
        """Its permanent id in feeds and emails, whatever its address is."""
        return uuid.uuid5(uuid.NAMESPACE_DNS, f"page-{self.pk}.{settings.HOST}")

    def get_absolute_url(self) -> str:
        return reverse("blog:page", args=[self.slug])
