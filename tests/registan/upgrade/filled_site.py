"""Fills every table of the site with a few rows, for a dump that later versions must be able to upgrade."""

import uuid
from datetime import timedelta

from django.apps import apps
from django.contrib.auth.models import User

from blog.models import (
    AddressMiss,
    Alarm,
    Correction,
    HeldDeletion,
    Image,
    ImageUse,
    LinkCard,
    MediaFile,
    MenuLink,
    OldAddress,
    Page,
    Post,
    Quotation,
    Redirect,
    RelatedPost,
    Rendition,
    ReviewNote,
    ReviewStep,
    SearchMiss,
    Series,
    Site,
    Source,
    SourceKey,
    TrashEntry,
    Version,
    WorkerBeat,
    WorkingCopy,
)
from comments.lifecycle import spam_training
from comments.lifecycle.decide import decide_one
from comments.models import (
    Act,
    Asking,
    Assignment,
    Comment,
    CommentNote,
    CommentSign,
    Decision,
    DeliveryAttempt,
    DigestItem,
    ErasedAddress,
    ErasedComment,
    Erasure,
    Fanout,
    Finding,
    Mailbox,
    Mention,
    Message,
    NotificationPreference,
    Objection,
    PartedComment,
    PendingNotification,
    PendingTraining,
    ReaderNote,
    ReadMarker,
    Report,
    ReportContact,
    RetentionNight,
    Revision,
    Rule,
    SavedReply,
    SpamToken,
    Statement,
    Subscription,
    WebhookNotice,
)
from comments.models import Quotation as CommentQuotation
from comments.status import Status, Via
from comments.subscriptions.wishes import add_wish
from registan.transfer.models import ArchivePlan, ArchiveRun, Element, Export, Restoration, Run, UploadPart
from registan.transfer.models import Source as OldBlog
from tests import factories
from tests.factories import NOON

BODY = """The clock over the gate has shown ten past four since the census.

> Whoever asks the hour at a bazaar is told the price of clocks.
"""


def fill() -> None:
    """Write rows into every table of blog, comments and transfer; AssertionError names the tables left empty."""
    anvar = User.objects.create(username="anvar", email="anvar@example.org", is_staff=True)
    post = fill_posts(anvar)
    fill_workshop(post, anvar)
    fill_conversation(post, anvar)
    fill_mail(post, anvar)
    fill_ledger(post, anvar)
    WorkerBeat.record()
    Alarm.objects.create(kind="disk", words="Little room.")
    HeldDeletion.objects.hold("spam", "Too much.")
    models = [model for label in ("blog", "comments", "transfer") for model in apps.get_app_config(label).get_models()]
    empty = [model.__name__ for model in models if not model.objects.exists()]
    assert not empty, f"no rows in {', '.join(empty)}"


def fill_posts(anvar: User) -> Post:
    """A published post in a series, with everything that readers see of it."""
    author = factories.author("Anvar Bekov", slug="anvar-bekov", user=anvar, bio="Repairs clocks, and *writes* of it.")
    tag = factories.tag("Clocks", description="Those that go, and the others.")
    series = Series.objects.create(name="Stopped clocks", slug="stopped-clocks")
    post = factories.post(
        "Ten past four", slug="ten-past-four", body=BODY, summary="Of a clock.", epigraph="Time is a river.",
        epigraph_source="Navoiy, Xamsa", authors=[author], tags=[tag], series=series, part=1,
    )  # fmt: skip
    draft = factories.draft(title="The second clock", slug="the-second-clock", authors=[author])
    RelatedPost.objects.create(post=post, related=draft, position=0)
    about = Page.objects.create(title="About", slug="about", body="A blog about clocks.")
    MenuLink.objects.create(page=about, position=1)
    Site(name="Clocks", language="en", time_zone="UTC").save()
    source = Source.objects.create(author="Qobil Ota", work="Sayings", year="1901")
    SourceKey.objects.create(key="qobil ota's sayings", source=source)
    Quotation.objects.update_or_create(post=post, number=7, defaults={"source": source, "place": "body"})
    Redirect.objects.create(path="/2019/clock/", post=post)
    OldAddress.objects.create(path="/archives/7", post=post)
    Correction.objects.create(post=post, text="It was *four*.", corrected_at=NOON, by=anvar, edition=1)
    image = Image.objects.create(
        file="images/gate.jpg", name="gate", width=800, height=600, alt="A gate", sha256="0" * 64, uploaded_by=anvar
    )
    Rendition.objects.create(image=image, format="webp", width=400, file="images/gate-400.webp", bytes=9_000)
    ImageUse.objects.create(image=image, post=post)
    MediaFile.objects.create(
        file="files/talk.mp3", name="talk", ending="mp3", bytes=9_000, title="A talk", sha256="1" * 64
    )
    TrashEntry.objects.create(tag=factories.tag("Sundials", is_trashed=True), trashed_by=anvar)
    post.link_cards.add(LinkCard.objects.create(address="https://example.org/clocks"))
    return post


def fill_ledger(post: Post, anvar: User) -> None:
    """What was moved in from an old blog, and what was archived."""
    blog = OldBlog.objects.get_or_create_for("wordpress", "https://old.example.org")
    Export.objects.create(kind=Export.Kind.SITE, state=Run.State.FINISHED, name="a.zip", is_offered=True, by=anvar)
    run = Run.objects.create(source=blog, state=Run.State.STOPPED, files=[["export.xml"]], by=anvar)
    Element.objects.create(
        source=blog, run=run, kind="post", key="1", outcome="created", object_kind="post", object_id=post.pk
    )
    UploadPart.objects.create(run=run, file=0, place=0, content=b"<rss/>")
    ArchivePlan.objects.create(pk=1)
    ArchiveRun.objects.create(kind="archive", result="good", archive="/srv/archives/one", ended_at=NOON)
    Restoration.objects.create(archive="one", moment=NOON, holds_email=False)


def fill_workshop(post: Post, anvar: User) -> None:
    """What only authors see."""
    note = ReviewNote.objects.create(post=post, written_by=anvar, text="Ask Malika about the census.")
    ReviewStep.objects.create(post=post, kind=ReviewStep.Kind.SENT_BACK, by=anvar, note=note)
    if not Version.objects.exists():
        Version.objects.create(post=post, number=1, saved_at=NOON, title=post.title, slug=post.slug, body=post.body)
    WorkingCopy.objects.create(user=anvar, key="a" * 32, post=post, form_data={"title": ["Ten"]}, saved_at=NOON)
    SearchMiss.objects.create(query="sundial", last_at=NOON)
    AddressMiss.objects.create(path="/sundial", first_at=NOON, last_at=NOON)


def fill_conversation(post: Post, anvar: User) -> None:
    """Comments in every state, and what moderators and the filter noted about them."""
    first = factories.comment(post, name="Malika", email="malika@example.net", body="It stopped at *three*.")
    reply = factories.comment(post, parent=first, name="Olim", email="olim@example.net", body="> at three\n\nAt four.")
    note = ReviewNote.objects.create(post=post, written_by=anvar, text="It stopped at three.", said_by="Malika")
    CommentNote.objects.create(comment=first, note=note)
    rule = Rule.objects.create(kind="words", pattern="cheap clocks", note="A campaign of May", created_by=anvar)
    for status in (Status.PENDING, Status.SPAM, Status.WITHDRAWN):
        comment = factories.comment(post, status=status, name="Ruth", body=f"Cheap clocks, {status}.")
        Finding.objects.create(comment=comment, kind="words", words="cheap clocks", rule=rule)
    removed = factories.comment(post, name="Viktor", body="Nobody reads clocks.")
    decision = decide_one(
        removed, Status.REMOVED, via=Via.DESK, by=anvar, reason="It attacks a person.", note="the second time"
    )
    Decision.objects.create(
        comment=removed, to_status="approved", from_status="removed", via="desk", undoes=decision, batch=uuid.uuid4()
    )
    PendingNotification.objects.get_or_create(decision=decision)
    CommentSign.objects.add(first.pk, [1 << 58])
    PartedComment.objects.create(comment=first, by=anvar)
    who = {"sender": "s" * 32, "neighbourhood": "192.0.2.0"}
    report = Report.objects.create(comment=first, kind="rude", words="Who is Olim?", **who)
    ReportContact.objects.create(report=report, email="ruth@example.net", delete_at=NOON)
    Statement.objects.create(decision=decision, due_at=NOON)
    Objection.objects.create(comment=removed, decision=decision, decider=anvar, words="They do read them.")
    Revision.objects.create(comment=first, version=1, body="It stopped at two.", by=anvar, note="the hour")
    CommentQuotation.objects.update_or_create(comment=reply, place=0, defaults={"source": first, "version": "v" * 16})
    waiting = Comment.objects.filter(status=Status.PENDING).first()
    Assignment.objects.create(comment=waiting, to=anvar, by=anvar)
    ReaderNote.objects.create(reader=first.reader, text="Knows clocks.", by=anvar)
    Mention.objects.create(
        conversation_id=post.thread_id,
        title="Clocks & markets",
        address="https://example.org/notes",
        excerpt="Ten past four.",
    )
    SavedReply.objects.create(name="Thanks", text="Thank you: it is *four*.")
    pin = {"before": {"pinned": None}, "after": {"pinned": 1}}
    Act.objects.create(kind="pin", conversation=post.thread, comment=first, by=anvar, **pin)
    spam_training.train_spam_filter()
    PendingTraining.objects.get_or_create(comment=removed)
    SpamToken.objects.get_or_create(text="cheap", defaults={"spam": 1})


def fill_mail(post: Post, anvar: User) -> None:
    """Readers with sessions and subscriptions, and mail on its way to them."""
    reader = factories.reader("malika@example.net")
    factories.reader_client(reader, "Firefox/140.0 Linux")
    subscription = factories.subscription(post, by=reader)
    comment = Comment.objects.filter(reader=reader).first()
    Mailbox.objects.update_or_create(reader=reader, defaults={"address": "Malika@example.net", "zone": "Asia/Tashkent"})
    Fanout.objects.create(comment=comment, at=NOON, next_at=NOON)
    DigestItem.objects.create(reader=reader, subscription=subscription, comment=comment, due_at=NOON)
    message = Message.objects.create(
        key="reply 1",
        to="malika@example.net",
        reader=reader,
        subject="Olim replied",
        text="At four.",
        about={"post": 1},
    )
    DeliveryAttempt.objects.create(message=message, result="sent")
    WebhookNotice.objects.create(webhook=factories.webhook(), event="comment.waiting", key="1", comment=comment)
    NotificationPreference.objects.create(user=anvar, often="hourly")
    ReadMarker.objects.create(user=anvar, until=NOON + timedelta(hours=1))
    Subscription.objects.create(reader=reader, kind="all")
    add_wish("shirin@example.net", "all", origin="https://clocks.example", now=NOON)
    Asking.objects.create(asks_up_to=0)
    Erasure.objects.create(reader=factories.reader("gone@example.net"), keeps_words=True)
    ErasedAddress.objects.create(salt="5a" * 16, digest="d1" * 32, erased_at=NOON, keeps_words=True)
    ErasedComment.objects.create(comment=900_000, written_at=NOON, keeps_words=True)
    RetentionNight.objects.create(day=NOON.date(), addresses=3, finished_at=NOON)
