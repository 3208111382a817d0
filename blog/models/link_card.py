"""Cards of links: what the pages behind addresses that stand alone in texts say of themselves, each visited once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.cards import page_words
from blog.cards.card_html import EmbeddedCard, card_addresses
from blog.cards.videos import Video, find_video
from blog.images.processing import EncodedImage, random_file_name
from blog.markup.limits import URL_LIMIT
from blog.models.image import delete_files, save_to_storage

if TYPE_CHECKING:
    from blog.models.page import Page
    from blog.models.post import Post

# The folder of their pictures in the storage.
CARDS_FOLDER = "cards"
# After this long, the card of a worker that died is taken by another; a visit takes seconds.
CARD_LEASE_TIME = timedelta(minutes=5)
# How long after each failed visit but the last there is another.
RETRY_GAPS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
MAX_VISITS = len(RETRY_GAPS) + 1
# How long what is in no text is kept: long enough for a text that is taken back.
UNUSED_RETENTION = timedelta(days=30)


def new_card_key() -> str:
    """22 random characters (128 bits): that a video is in a draft is nobody's business."""
    return secrets.token_urlsafe(16)


class LinkCardQuerySet(models.QuerySet["LinkCard"]):
    def used(self) -> Self:
        """Those whose addresses stand in a text."""
        return self.filter(self.is_used())

    def is_used(self) -> Q:
        links = (getattr(self.model, name).through.objects for name in ("posts", "pages"))
        return Q(*(Q(Exists(rows.filter(linkcard=OuterRef("pk")))) for rows in links), _connector=Q.OR)

    def due(self) -> Self:
        """Those that are to be visited now, and are leased by no worker."""
        return self.used().filter(state=LinkCard.State.WAITING, next_try_at__lte=timezone.now()).order_by("next_try_at")

    @transaction.atomic
    def lease(self) -> LinkCard | None:
        """Take one for this worker; another worker takes another. Whatever becomes of the last visit, none follows."""
        card = self.due().select_for_update(skip_locked=True).first()
        if card:
            card.attempts += 1
            card.next_try_at = timezone.now() + CARD_LEASE_TIME
            if card.attempts >= MAX_VISITS:
                card.state, card.reason = LinkCard.State.FAILED, LinkCard.Reason.INTERRUPTED
            card.save(update_fields=["attempts", "next_try_at", "state", "reason"])
        return card

    def lock(self, addresses: Iterable[str]) -> list[LinkCard]:
        """Those of these addresses, which nobody changes until the transaction ends."""
        cards = self.filter(address__in=addresses).order_by("pk")
        return list(cards.select_for_update() if connection.in_atomic_block else cards)

    def keep(self, text: Post | Page, before: Post | Page | None) -> None:
        """Record which cards a text, just saved, has, and which are still to be made. No query when `before` has them.

        Call it in the transaction of the change.
        """
        addresses = set(card_addresses(text.body_html))
        if addresses == set(card_addresses(before.body_html) if before else ()):
            return
        # In one order, so that two who save the same addresses cannot deadlock; of the same at once one is stored.
        self.bulk_create([self.model(address=address) for address in sorted(addresses)], ignore_conflicts=True)
        text.link_cards.set(self.lock(addresses))

    @transaction.atomic
    def delete_unused(self) -> int:
        """Delete those that have been in no text for long, with their pictures; how many."""
        old = timezone.now() - UNUSED_RETENTION
        unused = self.exclude(state=LinkCard.State.NEVER).filter(~self.is_used(), next_try_at__lt=old)
        cards = list(unused.select_for_update()[:100])
        self.filter(pk__in=[card.pk for card in cards]).delete()
        files = [card.picture for card in cards if card.picture]
        transaction.on_commit(lambda: delete_files(files), robust=True)
        return len(cards)


class LinkCard(models.Model):
    """What is known of the page at one address. It is shown while it has a title, also while it is visited again."""

    class State(models.TextChoices):
        WAITING = "waiting", gettext_lazy("waiting to be visited")
        READY = "ready", gettext_lazy("shown as a card")
        FAILED = "failed", gettext_lazy("could not be read")
        NEVER = "never", gettext_lazy("never a card")

    class Reason(models.TextChoices):
        REFUSED = "refused", gettext_lazy("The address leads where this server does not go.")
        NO_ANSWER = "no answer", gettext_lazy("No page came that could be read.")
        NO_TITLE = "no title", gettext_lazy("The page does not say what it is called.")
        INTERRUPTED = "interrupted", gettext_lazy("The visit was interrupted.")

    address = models.CharField(gettext_lazy("address"), max_length=URL_LIMIT, unique=True, editable=False)
    key = models.CharField(max_length=22, unique=True, default=new_card_key, editable=False)
    state = models.CharField(
        pgettext_lazy("column", "state"), max_length=7, choices=State, default=State.WAITING, editable=False
    )
    reason = models.CharField(gettext_lazy("reason"), max_length=11, choices=Reason, blank=True, editable=False)
    detail = models.CharField(max_length=200, blank=True, editable=False, help_text="What the client said, in English.")
    title = models.CharField(
        pgettext_lazy("column", "title"), max_length=page_words.MAX_TITLE, blank=True, editable=False
    )
    description = models.CharField(
        gettext_lazy("description"), max_length=page_words.MAX_DESCRIPTION, blank=True, editable=False
    )
    site_name = models.CharField(
        gettext_lazy("name of the site"), max_length=page_words.MAX_SITE_NAME, blank=True, editable=False
    )
    picture = models.CharField(gettext_lazy("picture"), max_length=120, blank=True, editable=False)
    picture_width = models.PositiveSmallIntegerField(default=0, editable=False)
    picture_height = models.PositiveSmallIntegerField(default=0, editable=False)
    fetched_at = models.DateTimeField(gettext_lazy("visited"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(gettext_lazy("visits"), default=0, editable=False)
    next_try_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LinkCardQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("link card")
        verbose_name_plural = gettext_lazy("link cards")
        indexes = [models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="link_card_due")]

    def __str__(self) -> str:
        return self.title or self.address

    def get_absolute_url(self) -> str:
        """Our page with the player of a video; "" for every other page."""
        return reverse("blog:video", args=[self.key]) if self.title and self.video else ""

    @property
    def video(self) -> Video | None:
        return find_video(self.address)

    def as_embedded_card(self) -> EmbeddedCard:
        """What a text shows of it."""
        return EmbeddedCard(
            self.title,
            self.description,
            self.site_name,
            default_storage.url(self.picture) if self.picture else "",
            self.picture_width,
            self.picture_height,
            self.get_absolute_url(),
        )

    def lock(self) -> bool:
        """Read it again and lock it until the transaction ends; False when it was deleted."""
        found = LinkCard.objects.select_for_update().filter(pk=self.pk).first()
        if found:
            self.__dict__.update({field.attname: getattr(found, field.attname) for field in self._meta.concrete_fields})
        return found is not None

    # Each is called under `lock`; the texts are rendered again by the caller.

    def show(self, words: page_words.PageWords, picture: EncodedImage | None, file: str) -> None:
        """Store what the page said; `file` is where its picture is stored, "" without one."""
        self.state, self.reason, self.detail = self.State.READY, "", ""
        self.title, self.description, self.site_name = words.title, words.description, words.site_name
        self.set_picture(file, picture)
        self.fetched_at = timezone.now()
        self.save()

    def fail(self, reason: LinkCard.Reason, detail: str) -> None:
        """Store why the page could not be read, and when it is tried again, if it is; what was known is still shown."""
        may_pass = reason == self.Reason.NO_ANSWER and self.attempts < MAX_VISITS
        self.state = self.State.WAITING if may_pass else self.State.FAILED
        self.reason, self.detail = reason, detail[:200]
        if may_pass:
            self.next_try_at = timezone.now() + RETRY_GAPS[self.attempts - 1]
        self.save()

    def visit_again(self) -> None:
        """Let the worker visit the page again, as if for the first time."""
        self.state, self.reason, self.detail = self.State.WAITING, "", ""
        self.attempts, self.next_try_at = 0, timezone.now()
        self.save()

    def never_show(self) -> None:
        """Leave the address a plain link for ever, and forget the page."""
        self.state, self.reason, self.detail = self.State.NEVER, "", ""
        self.title = self.description = self.site_name = ""
        self.set_picture("", None)
        self.save()

    def set_picture(self, file: str, picture: EncodedImage | None) -> None:
        """Take another picture, or none; the file of the old one goes with the transaction."""
        if old := self.picture:
            transaction.on_commit(lambda: delete_files([old]), robust=True)
        self.picture = file
        self.picture_width, self.picture_height = (picture.width, picture.height) if picture else (0, 0)


def store_picture(picture: EncodedImage | None) -> str:
    """Store the file of a card's picture, whole or not at all, and return its name; "" for none. Raises OSError."""
    return save_to_storage(f"{CARDS_FOLDER}/{random_file_name(picture.format)}", picture.content) if picture else ""
