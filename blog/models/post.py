"""A post, and the verbs that change it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from typing import Any, TypedDict, Unpack

from django.contrib.auth.models import AnonymousUser, User
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.models.article import SEARCHED_FIELDS, Article
from blog.models.author import Author
from blog.models.clock import Clock, Conversation, now_to_the_second
from blog.models.commentable import STATE_FIELDS, Commentable
from blog.models.correctable import Correctable
from blog.models.correction import Correction
from blog.models.discoverable import Discoverable
from blog.models.findable import Findable
from blog.models.illustrated import lock_images
from blog.models.image_use import ImageUse
from blog.models.link_card import LinkCard
from blog.models.post_counted import PostCounted
from blog.models.post_queryset import PUBLIC_FIELDS, SCHEDULE_FIELDS, PostManager, PostQuerySet
from blog.models.quick_rows import QuickRows
from blog.models.quotation import Quotation
from blog.models.related import RelatedChoice
from blog.models.review import ReviewNote
from blog.models.review_step import ReviewStep
from blog.models.source import Source
from blog.models.tag import Tag
from blog.models.trash import TrashableByStatus
from blog.models.version import TEXT_FIELDS, VERSIONED_FIELDS, StaleEdition, Version


class Change(TypedDict, total=False):
    """What every verb of a post takes: who does it (None: the site), a note for readers and the notes of colleagues
    for which it thanks readers, its new authors and tags."""

    by: User | None
    correction: str
    thanks: Iterable[ReviewNote]
    authors: Iterable[Author] | None
    tags: Iterable[Tag] | None


class Post(QuickRows, Article, Correctable, Commentable, Discoverable, Findable, TrashableByStatus):
    """A post. Its slug is unique on its day. Change it by the verbs below, never by `authors.set` or `tags.add`."""

    authors = models.ManyToManyField(
        Author,
        related_name="posts",
        blank=True,
        verbose_name=pgettext_lazy("column", "authors"),
        help_text=gettext_lazy("Shown with the post, with their profiles. They can edit the post."),
    )
    tags = models.ManyToManyField(
        Tag,
        related_name="posts",
        blank=True,
        verbose_name=pgettext_lazy("column", "tags"),
        help_text=gettext_lazy("Topics that help readers find the post."),
    )
    is_pinned = models.BooleanField(
        gettext_lazy("pinned"),
        default=False,
        db_default=False,
        help_text=gettext_lazy("Shown at the top of the front page, above newer posts."),
    )
    series = models.ForeignKey(
        "Series", models.SET_NULL, null=True, blank=True, related_name="posts", verbose_name=gettext_lazy("series")
    )
    part = models.PositiveSmallIntegerField(
        gettext_lazy("part"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=gettext_lazy("Its number in the series. Leave empty for the next number."),
    )
    link_cards = models.ManyToManyField(LinkCard, related_name="posts", editable=False)
    edition = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="The number of its latest version."
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="Its permanent id in feeds.")

    objects = PostManager.from_queryset(PostQuerySet)()
    everything = PostQuerySet.as_manager()  # with what is in the trash

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
            models.Index(
                fields=["status", "visibility", "-published_on", "-published_at", "-id"], name="post_reading_order"
            ),
            models.Index(fields=["status", "published_at", "published_on", "visibility"], name="post_schedule"),
            models.Index(fields=["closes_at"], name="post_closing"),
            models.Index(fields=["is_pinned", "status", "-published_at"], name="post_pinned"),
            models.Index(fields=["status", "-updated_at"], name="post_touched"),
            models.Index(Upper("title"), name="post_title"),
            models.Index(fields=["conversation", "-id"], name="post_conversation_state"),
        ]
        permissions = [("publish_post", "Can publish posts"), ("edit_others_posts", "Can edit the posts of others")]

    def clean(self) -> None:
        """Date a published post, and refuse a slug that is taken on its day (ValidationError)."""
        stored = self.stored or (Post.everything.filter(pk=self.pk).first() if self.pk else None)
        self.set_published_on(stored)
        if self.published_on and self.differs(stored, ["published_on", "slug"]):
            self.clean_address()
        self.part = self.series.clean_part(self) if self.series else None
        self.clean_translation()

    def save_draft(self, **change: Unpack[Change]) -> None:
        """Store the post as a draft, which readers do not see."""
        self.status = self.Status.DRAFT
        self.save(**change)

    def hand_in(self, **change: Unpack[Change]) -> None:
        """Store the post as a draft that waits for an editor."""
        self.status = self.Status.REVIEW
        self.save(**change)

    def return_to_writer(self, message: str = "", **change: Unpack[Change]) -> None:
        """Store the post as a draft again, with a message from an editor to whoever wrote it."""
        self.status = self.Status.DRAFT
        self.save(message=message, **change)

    def publish(self, **change: Unpack[Change]) -> None:
        """Store the post and show it to readers; a post without a date, or with a later one, is dated now."""
        if self.published_at and self.published_at > timezone.now():
            self.published_at = None
        self.status = self.Status.PUBLISHED
        self.save(**change)

    def schedule(self, at: datetime.datetime, **change: Unpack[Change]) -> None:
        """Store the post and show it to readers from `at` on."""
        self.status, self.published_at = self.Status.PUBLISHED, at
        self.save(**change)

    @transaction.atomic
    def unpublish(self, *, by: User | None = None) -> bool:
        """Make a draft of the post as it is stored; False if it is no longer published. Raises Post.DoesNotExist."""
        self.lock()
        if self.status != self.Status.PUBLISHED:
            return False
        self.status = self.Status.DRAFT
        self.save(by=by, update_fields=["status", "edition", "updated_at"])
        return True

    @transaction.atomic
    def restore(self, version: Version, *, by: User | None, edition: int | None = None, correction: str = "") -> bool:
        """Bring back the text of `version` as a new version; False if it is the text now.

        Address, time and status stay: they say where the post is, not what it says. Raises StaleEdition if the post is
        not at `edition`, Post.DoesNotExist if it was deleted, TooCostly if the text is older than our limits.
        """
        lock_images(version.epigraph, version.body, cover=self.cover_id)
        self.lock()
        if edition not in (None, self.edition):
            raise StaleEdition
        if not self.differs(version, TEXT_FIELDS):
            return False
        for name in TEXT_FIELDS:
            setattr(self, name, getattr(version, name))
        self.save(by=by, correction=correction, restored_from=version.number)
        return True

    @transaction.atomic
    def save(
        self,
        *args: Any,
        by: User | None = None,
        correction: str = "",
        thanks: Iterable[ReviewNote] = (),
        message: str | None = None,
        authors: Iterable[Author] | None = None,
        tags: Iterable[Tag] | None = None,
        restored_from: int | None = None,
        **options: Any,
    ) -> None:
        """Store the post with all that depends on it, each once, in one transaction. Every verb ends here.

        Whoever changes posts locks rows in this order: link cards, images, posts, entries of the index, what counts
        posts, clock.
        """
        if "update_fields" not in options:  # else no text is written, and the post may be locked already
            lock_images(self.epigraph, self.body, cover=self.cover_id)
        if self._state.adding:
            self.thread = Conversation.objects.create()
        before = self.write_row(*args, **options)
        self.link_translation(before)
        ImageUse.sync(self, before, "epigraph", "body")
        LinkCard.objects.keep(self, before)
        changed = self.set_related("authors", authors, before) | self.set_related("tags", tags, before)
        changed.update(Quotation.objects.keep(self, before))
        Version.objects.keep(self, before, by=by, restored_from=restored_from)
        ReviewNote.objects.move(self, before)
        ReviewStep.objects.record(self, before, by=by, message=message)
        if correction:
            Correction.objects.record(self, correction, by=by, thanks=thanks)
        if changed or self.differs(before, (*SEARCHED_FIELDS, *PUBLIC_FIELDS)):
            self.update_search_index(before)
            RelatedChoice.objects.ask(self, before)
        if self.Status.PUBLISHED in (self.status, before and before.status):
            self.recount(before, changed)
        Clock.move_site(next_due=Post.objects.next_due if self.differs(before, SCHEDULE_FIELDS) else None)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        return Post.everything.filter(pk=self.pk).delete()

    def store_state(self, *, by: User | None) -> None:
        """Store the state of its conversation alone."""
        self.save(by=by, update_fields=[*STATE_FIELDS, "edition", "updated_at"])

    def lock(self) -> None:
        """Read the post again and lock it until the transaction ends. Raises Post.DoesNotExist."""
        self.refresh_from_db(from_queryset=Post.objects.select_for_update(no_key=True))

    def before_save(self, before: Post | None) -> None:
        self.set_published_on(before)
        # Counted from the stored row, however old this one is: no two versions have the same number.
        self.edition = (before.edition if before else 0) + self.differs(before, VERSIONED_FIELDS)
        if before and self.Status.TRASH in (self.status, before.status):
            self.updated_at = before.updated_at
        elif before is None:  # what was written elsewhere comes with its time
            self.updated_at = self.updated_at or self.published_at or now_to_the_second()
        elif not before.is_public:
            self.updated_at = self.published_at or now_to_the_second()
        elif self.differs(before, TEXT_FIELDS):
            self.updated_at = now_to_the_second()
        if before:
            self.corrected_at = before.corrected_at  # its notes set it, however old this row is

    def set_related(self, name: str, rows: Iterable[PostCounted] | None, before: Post | None) -> set[PostCounted]:
        """Set its authors or tags, unless `rows` is None; the rows that came or went."""
        list_name = f"{name.removesuffix('s')}_list"
        self.__dict__.pop(list_name, None)
        if rows is None:
            return set()
        listed = getattr(before, list_name) if before else []
        stored, wanted = set(listed), set(rows)
        if stored == wanted:
            setattr(self, list_name, listed)
        else:
            getattr(self, name).remove(*stored - wanted)
            getattr(self, name).add(*wanted - stored)
            if name == "tags":
                Tag.refuse_trashed(wanted - stored)
        return stored ^ wanted

    def recount(self, before: Post | None, changed: set[PostCounted]) -> None:
        """Recount the rows that came or went; all of them if the post appeared, moved in time or disappeared."""
        if before and self.differs(before, PUBLIC_FIELDS):
            changed.update(self.counted_by())
        PostCounted.recount(changed)

    def counted_by(self) -> list[PostCounted]:
        """The rows whose number of posts includes this one once it is public."""
        sources = Source.objects.filter(quotations__post=self).distinct()
        return [*self.author_list, *self.tag_list, *sources]

    @cached_property
    def author_list(self) -> list[Author]:
        """Its authors: prefetched, or in one query however often a page names them."""
        return list(self.authors.all())

    @cached_property
    def tag_list(self) -> list[Tag]:
        return list(self.tags.all())

    def is_written_by(self, user: User | AnonymousUser) -> bool:
        """Is `user` the account of one of the authors?"""
        return user.is_authenticated and any(author.user_id == user.pk for author in self.author_list)

    def waits_for(self, editor: User | AnonymousUser) -> bool:
        """Has somebody else handed it in, for `editor` to read?"""
        return self.waits_for_review and not self.is_written_by(editor)
