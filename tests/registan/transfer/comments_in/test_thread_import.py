"""The comments of an item come in as a conversation, each once, with everything that others have."""

import pytest

from blog.models import Author, Clock
from comments.models import Comment, CommentSign, Decision, Message, PendingNotification, PendingTraining, Reader
from comments.status import Status
from registan.transfer.content.comments.comment_draft import KnownAuthors
from registan.transfer.models import Outcome
from tests import factories
from tests.registan.transfer.comments_in.exported import bring_in, element, exported, numbers_of, stored, tree

pytestmark = pytest.mark.django_db


def test_a_comment_comes_in_with_its_writer_its_time_and_its_text(post):
    name, website = "Ann O'Neil", "http://ann.example/"
    bring_in(post, exported(7, author_name=name, author_url=website, content="I <b>agree</b>.\n\nTwice."))
    comment = stored(7)
    assert (comment.name, comment.email, comment.website) == (name, "bob@old.example", website)
    assert comment.body == "I **agree**.\n\nTwice."
    assert "<strong>agree</strong>" in comment.html
    assert comment.created_at.isoformat() == "2012-03-01T09:07:00+00:00"
    assert (comment.address, comment.network, comment.is_verified) == (None, "", False)


def test_it_is_stored_as_one_that_was_sent_here(post):
    sent = factories.comment(post, name="Bob", email="bob@old.example", body="The very same words, as it happens.")
    bring_in(post, exported(7, content="The very same words, as it happens."))
    comment = Comment.objects.get(pk=stored(7).pk)
    own = {"id", "path", "fingerprint", "created_at", "decided_at", "old_number"}
    columns = [field.attname for field in Comment._meta.concrete_fields if field.name not in own]
    assert {name: getattr(comment, name) for name in columns} == {name: getattr(sent, name) for name in columns}


def test_each_has_the_decision_of_an_import_and_nobody_is_told(post):
    factories.subscription(post)
    bring_in(post, exported(1), exported(2, approved="0"))
    decisions = Decision.objects.order_by("pk").values_list("from_status", "to_status", "via", "by")
    assert list(decisions) == [("", "approved", "import", None), ("", "pending", "import", None)]
    assert not PendingNotification.objects.exists()
    assert not PendingTraining.objects.exists()
    assert not Message.objects.exists()


def test_the_spam_filter_learns_only_if_it_is_asked_to(post):
    bring_in(post, exported(1), exported(2, approved="spam"), learn=True)
    assert set(PendingTraining.objects.values_list("comment", flat=True)) == {stored(1).pk, stored(2).pk}


@pytest.mark.parametrize(
    ("approved", "status"),
    [
        *(("1", "approved"), ("0", "pending"), ("hold", "pending"), ("spam", "spam"), ("trash", "removed")),
        *(("post-trashed", "pending"), ("shadowed", "pending"), ("", "pending")),
    ],
)
def test_no_status_becomes_more_public_than_it_was(post, approved, status):
    bring_in(post, exported(1, approved=approved))
    assert stored(1).status == status
    assert numbers_of(post) == ((1, 1) if status == "approved" else (0, 0))


def test_an_unknown_status_is_noted(post):
    bring_in(post, exported(1, approved="shadowed"))
    assert (element(1).reason, element(1).detail) == ("comment-status", "shadowed")


def test_spam_is_kept_as_long_as_that_which_is_marked_here(post):
    bring_in(post, exported(1, approved="spam"), exported(2, approved="trash"))
    assert stored(1).decided_at.year > 2012
    assert stored(2).decided_at.year == 2012


def test_an_address_becomes_a_reader_whom_nobody_has_verified(post):
    bring_in(post, exported(2), exported(1, author_email="BOB@old.example"), exported(3, author_email=""))
    reader = Reader.objects.get()
    assert (reader.email, reader.verified_at) == ("bob@old.example", None)
    assert reader.first_seen == stored(1).created_at
    assert stored(3).reader is None


def test_a_reader_who_is_here_already_is_the_same_but_the_comment_is_not_known_to_be_theirs(post):
    bob = factories.reader("bob@old.example")
    bring_in(post, exported(1))
    assert stored(1).reader == bob
    assert not stored(1).is_verified


@pytest.mark.parametrize(
    "email", ["nobody", "a@b", "bob@old.example\nBcc: all@example.org", "x" * 250 + "@old.example"]
)
def test_what_is_no_address_is_left_out_and_noted(post, email):
    bring_in(post, exported(1, author_email=email))
    assert stored(1).email == ""
    assert not Reader.objects.exists()
    assert element(1).reason == "email-left-out"


@pytest.mark.parametrize(
    ("typed", "website"),
    [("http://", ""), ("ann.example", "http://ann.example"), ("javascript:alert(1)", ""), ('http://a.example/"x', "")],
)
def test_a_website_is_one_of_the_web_or_none(post, typed, website):
    bring_in(post, exported(1, author_url=typed))
    assert stored(1).website == website


@pytest.mark.parametrize(
    ("typed", "name"), [("", "Anonymous"), ("A\u202eB\nC", "AB C"), ("x" * 100, "x" * 79 + "…"), ("\0", "Anonymous")]
)
def test_a_name_is_one_line_and_never_empty(post, typed, name):
    bring_in(post, exported(1, author_name=typed))
    assert stored(1).name == name


def test_whoever_was_signed_in_as_an_author_wrote_as_that_author(post):
    alice = factories.author("Alice", user=factories.user("alice"))
    known = KnownAuthors({3: alice}, {"alice@old.example": alice})
    bring_in(
        post,
        exported(1, user_id=3),
        exported(2, user_id=99, author_email="Alice@old.example"),
        exported(3, author_email="alice@old.example"),
        authors=known,
    )
    assert [stored(number).author for number in (1, 2, 3)] == [alice, alice, None]
    assert stored(1).user == alice.user


def test_an_author_without_an_account_writes_without_one(post):
    bring_in(post, exported(1, user_id=3), authors=KnownAuthors({3: Author.objects.get()}))
    assert (stored(1).author, stored(1).user) == (Author.objects.get(), None)


def test_a_text_without_a_visible_word_is_skipped_and_what_answers_it_moves_up(post):
    bring_in(post, exported(1), exported(2, 1, content="<!-- nothing -->"), exported(3, 2))
    assert (element(2).outcome, element(2).reason) == (Outcome.SKIPPED, "no-words")
    assert tree(post) == [("1", 0), ("3", 1)]


def test_waiting_comments_bear_the_signs_by_which_one_hand_is_recognised(post, settings):
    recent = factories.timezone.now().replace(tzinfo=None)
    bring_in(post, exported(1, approved="0", gmt=recent), exported(2, gmt=recent), exported(3, approved="0"))
    assert set(CommentSign.objects.values_list("comment", flat=True)) == {stored(1).pk}


def test_every_clock_that_a_comment_moves_is_moved(post):
    before, conversation = Clock.read(), post.thread.clock
    bring_in(post, exported(1, author_url="http://ann.example"))
    post.thread.refresh_from_db()
    assert Clock.read().comments > before.comments
    assert Clock.read().site > before.site
    assert post.thread.clock > conversation


def test_it_is_found_by_its_words_and_its_writer(client, post):
    bring_in(post, exported(1, content="The samovar whistles.", author_name="Zebo"))
    bring_in(post, exported(2, content="The waiting samovar.", approved="0"))
    for query in ("samovar", "author:zebo"):
        page = client.get("/search/", {"q": query})
        assert f"/comments/{stored(1).pk}/" in page.text, query
        assert f"/comments/{stored(2).pk}/" not in page.text, query


def test_the_page_shows_them(client, post):
    bring_in(post, exported(1, content="Tea at noon."), exported(2, 1, content="Or later."), exported(3, approved="0"))
    page = client.get(post.get_absolute_url()).text
    assert page.index("Tea at noon.") < page.index("Or later.")
    assert "Comment number 3." not in page
    assert "2 comments" in page


def test_links_to_the_number_that_it_had_lead_to_it_and_to_no_other(client, post):
    bring_in(post, exported(77), exported(78, content="A word and another. " * 1_200))
    assert (stored(77).old_number, stored(78).old_number, stored("78.2").old_number) == (77, 78, None)
    assert min(Comment.objects.values_list("pk", flat=True)) > 78
    assert 'id="comment-77"' in client.get(post.get_absolute_url()).text


def test_a_page_without_a_conversation_is_refused():
    with pytest.raises(ValueError, match="no conversation"):
        bring_in(factories.page(), exported(1))


def test_a_guest_book_takes_them_as_a_post_does(client):
    guests = factories.guest_book()
    bring_in(guests, exported(1, content="We were here."))
    assert "We were here." in client.get(guests.get_absolute_url()).text
    assert stored(1).subject == guests
    assert stored(1).status == Status.APPROVED
