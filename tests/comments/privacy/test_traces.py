"""An erased person's address and name go from what others wrote about them, and from nothing else."""

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import models

from blog.models import AddressMiss, ReviewNote, SearchMiss
from comments.models import Comment, Decision, Message, Objection, Reader, ReaderNote, Report, Rule, SavedReply
from comments.privacy.erasure import begin_erasure, erase_address, erase_batch
from comments.privacy.traces import DELETED_WHOLE, MAX_NAME_MENTIONS, MENTION_FIELDS
from comments.status import Via
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "bahodir@example.net"
# Columns with text that an erasure does not search, and why.
LEFT_ALONE = {
    "Act": "settings and numbers alone",
    "Comment": "erased with its writer; what others published is theirs, and the operator is told of it",
    "Decision": "states",
    "DeliveryAttempt": "kinds",
    "DigestItem": "no text",
    "ErasedAddress": "hashes",
    "Finding": "kinds",
    "Mailbox": "deleted with the reader",
    "Mention": "published elsewhere by its author",
    "Message": "keys, hashes and addresses of others",
    "NotificationPreference": "settings of staff",
    "Objection": "states",
    "Quotation": "versions",
    "Reader": "the address itself is replaced",
    "ReaderSession": "deleted with the reader",
    "Reason": "public words of the policy",
    "Report": "kinds and hashes",
    "ReportContact": "deleted by its address",
    "Revision": "deleted with the comment; of others, it is theirs",
    "Rule": "the pattern is replaced by itself",
    "SavedReply": "a title",
    "SpamToken": "single words without a writer",
    "Subscription": "kinds",
    "SubscriptionWish": "loses the address with it",
    "Webhook": "addresses and secrets of the owner",
    "WebhookNotice": "kinds and keys",
}


def test_every_column_of_text_is_searched_or_left_alone_for_a_reason():
    searched = {(model, name) for model, name in (*MENTION_FIELDS, *DELETED_WHOLE)}
    texts = (models.CharField, models.TextField, models.JSONField)
    missing = {
        model.__name__
        for model in apps.get_app_config("comments").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, texts) and (model, field.name) not in searched
    }
    assert missing <= set(LEFT_ALONE), missing - set(LEFT_ALONE)


def texts_about(post, name: str = "Bahodir") -> Comment:
    """What others write about somebody, in every place."""
    mona = factories.user("mona", group="Moderator")
    own = factories.comment(post, name=name, email=ADDRESS, body="Words of mine.")
    factories.comment(post, name=name, email=ADDRESS, body="More words of mine.")
    other = factories.comment(post, name="Ann", email="ann@example.net", body="An answer.")
    factories.remove(own, via=Via.DESK, by=mona, note="He from the bank again", reason="It is advertising.")
    factories.hold(other, via=Via.DESK, by=mona, note=f"Same as {ADDRESS}, I think")
    ReaderNote.objects.create(reader=other.reader, text=f"Knows {name}; writes as {ADDRESS.upper()} too.", by=mona)
    Rule.objects.create(kind="email", pattern=ADDRESS, note=f"{name} was rude")
    Report.objects.create(comment=other, kind="rude", words=f"{name} wrote it.", sender="x", neighbourhood="y")
    Objection.objects.create(comment=other, words=f"I am not {name}.", answer="No.")
    Message.objects.create(key="1", to="mona@example.org", subject="Hello", text="x", last_error=f"550 {ADDRESS}")
    SavedReply.objects.create(name="x", text=f"Like {ADDRESS}.")
    ReviewNote.objects.create(post=post, written_by=mona, text=f"Ask {name}!")
    LogEntry.objects.log_actions(mona.pk, Rule.objects.all(), 1, change_message=f"Added for {ADDRESS}")
    SearchMiss.objects.create(query=ADDRESS, count=1, last_at=factories.NOON)
    AddressMiss.objects.create(path=f"/{ADDRESS}", first_at=factories.NOON, last_at=factories.NOON)
    return own


def everything() -> str:
    """All rows of both apps and of the admin's history, but what the comments themselves say."""
    found = [*apps.get_app_config("comments").get_models(), LogEntry, SearchMiss, AddressMiss, ReviewNote]
    return "\n".join(repr(list(model._default_manager.values())) for model in found)


def erase(address: str = ADDRESS, *, keeps_words: bool = False) -> None:
    erasure = erase_address(address, keeps_words=keeps_words)
    while erasure and erase_batch(erasure):
        pass


@pytest.mark.parametrize("typed", [ADDRESS, " Bahodir@EXAMPLE.net "])
def test_no_table_names_an_erased_person(post, typed):
    texts_about(post)
    assert ADDRESS in everything().casefold()
    erase(typed)
    assert ADDRESS not in everything().casefold()
    assert "bahodir" not in everything().casefold()


def test_the_record_stays_without_the_words(post):
    own = texts_about(post)
    erase()
    assert [row.note for row in own.decisions.order_by("pk") if row.by] == ["erased"]
    assert own.decisions.get(note="erased").reason == "It is advertising."
    assert Decision.objects.filter(note="erased").count() == 2
    rule = Rule.objects.get()
    assert (rule.is_active, rule.note) == (False, "… was rude")
    assert rule.pattern.endswith("@erased.invalid")
    assert ReaderNote.objects.get().text == "Knows …; writes as … too."
    assert Report.objects.get().words == "… wrote it."


@pytest.mark.parametrize("name", ["Casino", "The"])
def test_nobody_empties_the_record_by_calling_themselves_a_common_word(post, name):
    mona = factories.user("mona", group="Moderator")
    factories.comment(post, name=name, email=ADDRESS)
    for number in range(MAX_NAME_MENTIONS + 1):
        comment = factories.comment(post, name="Ann", email="ann@example.net", body=f"Words {number}")
        factories.hold(comment, via=Via.DESK, by=mona, note=f"{name} again")
    erase()
    assert Decision.objects.filter(note=f"{name} again").count() == MAX_NAME_MENTIONS + 1


def test_a_name_that_others_have_too_stays_where_it_may_be_theirs(post):
    texts_about(post, name="Ann")
    erase()
    assert ReaderNote.objects.get().text == "Knows Ann; writes as … too."


def test_other_addresses_and_longer_words_stay(post):
    factories.comment(post, name="Bahodir", email=ADDRESS)
    kept = f"x{ADDRESS} {ADDRESS}.uz new.{ADDRESS} Bahodirov"
    SavedReply.objects.create(name="x", text=kept)
    erase()
    assert SavedReply.objects.get().text == kept


def test_a_plus_sign_makes_another_address(post):
    factories.comment(post, name="Ann", email="ann+blog@example.net")
    erase("ann@example.net")
    assert Reader.objects.get().email == "ann+blog@example.net"


def test_readers_and_the_operator_erase_the_same(post):
    left = []
    for begin in (
        lambda reader: begin_erasure(reader, keeps_words=True),
        lambda _: erase_address(ADDRESS, keeps_words=True),
    ):
        reader = factories.reader(ADDRESS)
        comment = factories.comment(post, name="Bahodir", email=ADDRESS, body="Stays.")
        erasure = begin(reader)
        while erase_batch(erasure):
            pass
        comment.refresh_from_db()
        left.append((comment.name, comment.body, comment.email, comment.address, comment.reader))
    assert left[0] == left[1] == ("A former reader", "Stays.", "", None, None)
