"""The moderators' queue: the details of each comment, and every comment exactly once."""

import random
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.db.models import F, Value
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from comments.lifecycle import edits
from comments.models import Comment, Reader, Report
from comments.queue.slipped import slipped_through
from comments.screening.checks import CheckResult
from comments.status import Status, Via
from comments.web.tiles import tile_values
from tests import factories

QUEUE = "/admin/comments/comment/queue/"
CHOSEN = b'form="bulk" data-key="x" checked'


def waiting(post, **fields) -> Comment:
    return factories.comment(post, status=Status.PENDING, **fields)


def report(comment: Comment, kind: str = "rude", words: str = "", sender: str = "somebody") -> None:
    Report.objects.create(comment=comment, kind=kind, words=words, sender=sender)
    Comment.objects.filter(pk=comment.pk).update(open_report_count=F("open_report_count") + 1)


def next_page(response) -> str:
    return response.context["page"].next_query


def status(comment: Comment) -> str:
    return Comment.objects.values_list("status", flat=True).get(pk=comment.pk)


def text_of(response) -> str:
    """The words of the page as a reader sees them."""
    main = response.content.decode().split("<main", 1)[1].split("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_the_queue_shows_what_waits_oldest_first_and_nothing_else(mona, post):
    young = waiting(post, name="Young")
    old = waiting(post, name="Old", created_at=timezone.now() - timedelta(days=2))
    factories.comment(post, name="Approved already")
    response = mona.get(QUEUE)
    assert response.context["page"].comments == [old, young]
    assert b"Approved already" not in response.content


def test_each_comment_comes_with_its_writer_text_and_post(mona):
    post = factories.post("The melon", body="It was sweet in winter.")
    waiting(
        post, name="Ann", email="ann@example.net", website="https://ann.example/", address="203.0.113.7", body="*Oh.*"
    )
    page = mona.get(QUEUE).content.decode()
    for part in ("Ann", "ann@example.net", "203.0.113.7", "<em>Oh.</em>", "The melon", "It was sweet in winter."):
        assert part in page
    assert '<a href="https://ann.example/" rel="nofollow ugc noopener noreferrer">' in page
    assert f'href="{post.get_absolute_url()}"' in page


def test_a_reply_comes_with_the_comment_it_answers(mona, post):
    parent = factories.comment(post, name="Ann", body="Who said **that**?")
    waiting(post, parent=parent)
    page = mona.get(QUEUE).content.decode()
    assert "in reply to Ann" in page
    assert "Who said <strong>that</strong>?" in page


def test_a_readers_input_is_text_and_never_markup_or_a_dangerous_link(mona, post):
    comment = waiting(post, name='"><svg onload=x>', body="<script>x</script>")
    Comment.objects.filter(pk=comment.pk).update(website=Value("javascript:alert(1)"))
    page = mona.get(QUEUE).content.decode()
    assert "<svg onload" not in page
    assert "<script>x" not in page
    assert 'href="javascript:' not in page
    assert "javascript:alert(1)" in page


def test_the_queue_has_fifty_comments_a_page_and_the_next_page_has_the_others(mona, post):
    all_of_them = [waiting(post) for _ in range(51)]
    first = mona.get(QUEUE)
    assert first.context["page"].comments == all_of_them[:50]
    assert mona.get(QUEUE + next_page(first)).context["page"].comments == all_of_them[50:]


def test_very_long_comments_make_a_shorter_page_and_none_is_left_out(mona, post):
    all_of_them = [waiting(post, body=f"{number} " + "word " * 1900) for number in range(40)]
    first = mona.get(QUEUE)
    shown = first.context["page"].comments
    assert 1 < len(shown) < 40
    assert mona.get(QUEUE + next_page(first)).context["page"].comments[0] == all_of_them[len(shown)]


def test_every_waiting_comment_is_shown_exactly_once_while_others_post_and_act(mona, post):
    stand = [factories.comment(post) for _ in range(5)]
    first = [waiting(post) for _ in range(120)]
    Comment.objects.filter(pk__in=[comment.pk for comment in first[100:103]]).update(open_report_count=2)
    stand = [*(factories.comment(post) for _ in range(5)), *stand]
    for comment in stand[::2]:
        report(comment)
    seen, query, chance = [], "", random.Random(7)  # noqa: S311
    nora = factories.moderator_client("nora")
    while True:
        response = mona.get(QUEUE + query)
        seen += [comment.pk for comment in response.context["page"].rows]
        latest = waiting(post).pk
        left = Comment.objects.waiting().exclude(pk=latest)
        for other in chance.sample(list(left), 9):
            factories.approve(other, via=Via.DESK)
        every = nora.get(f"{QUEUE}?show=reported&all=matching").context["every"]
        nora.post(f"{QUEUE}?show=reported", {"decision": "aside", "every": every})
        held = stand.pop()
        nora.post(QUEUE, {"decision": f"hold:{held.pk}", "state": "approved"})
        if not (query := next_page(response)):
            break
    assert len(seen) == len(set(seen))
    missed = Comment.objects.waiting().exclude(pk__in=seen)
    assert missed
    assert all(comment.pk >= latest or comment.decisions.count() > 1 for comment in missed), (
        "these came when it was passed"
    )


def test_reported_comments_come_first(mona, post):
    plain, reported = waiting(post), waiting(post)
    Comment.objects.filter(pk=reported.pk).update(open_report_count=2)
    assert mona.get(QUEUE).context["page"].comments == [reported, plain]


def test_reported_published_comments_come_before_all_waiting_ones(mona, post):
    stands, held, waits = factories.comment(post, name="Ann"), waiting(post), waiting(post)
    report(stands, words="He shouts.")
    Comment.objects.filter(pk=held.pk).update(open_report_count=2)
    response = mona.get(QUEUE)
    assert response.context["page"].comments == [stands, held, waits]
    assert "He shouts." in text_of(response)
    assert f'name="comment" value="{stands.pk}"' not in response.text
    mona.post(QUEUE, {"decision": f"hold:{stands.pk}", "state": "approved"})
    assert status(stands) == Status.PENDING


def test_many_reported_ones_that_stand_leave_room_and_hide_nothing_that_waits(mona, post):
    for _ in range(12):
        report(factories.comment(post))
    all_of_them = [waiting(post) for _ in range(51)]
    first = mona.get(QUEUE)
    assert first.context["page"].comments[10:] == all_of_them[:50]
    assert mona.get(QUEUE + next_page(first)).context["page"].comments == all_of_them[50:]
    post_only = mona.get(f"{QUEUE}?post={post.thread_id}")
    assert post_only.context["page"].comments == all_of_them[:50]


def test_the_last_page_says_how_many_came_to_stand_before_it_meanwhile(mona, post):
    early = factories.comment(post)
    for _ in range(51):
        waiting(post)
    query = next_page(mona.get(QUEUE))
    assert "50 comments still waiting: back to the start" in text_of(mona.get(QUEUE + query))
    factories.hold(early, via=Via.DESK)
    assert "51 comments still waiting: back to the start" in text_of(mona.get(QUEUE + query))


def test_the_end_of_the_queue_leads_back_to_what_was_passed_over(mona, post):
    first = [waiting(post) for _ in range(51)]
    query = next_page(mona.get(QUEUE))
    factories.approve(first[50], via=Via.DESK)
    page = mona.get(QUEUE + query).content.decode()
    assert "You have reached the end of the queue." in page
    assert "50 comments still wait" in page


@pytest.mark.parametrize(
    "asked", ["from=x", "from=1.2", f"from=1.{'9' * 18}.1", "from=-1.1.1", f"at={'9' * 30}", "at=x"]
)
def test_an_invalid_position_shows_the_beginning(asked, mona, post):
    comment = waiting(post)
    assert mona.get(f"{QUEUE}?{asked}").context["page"].comments == [comment]


def test_the_queue_can_be_opened_at_one_comment(mona, post):
    _first, second, third = (waiting(post) for _ in range(3))
    assert mona.get(f"{QUEUE}?at={second.pk}").context["page"].comments == [second, third]
    assert "is no longer waiting" in mona.get(f"{QUEUE}?at={third.pk + 1}").content.decode()


def test_the_readers_history_stands_beside_their_comment(mona, post):
    for state in (Status.APPROVED, Status.APPROVED, Status.REMOVED, Status.SPAM):
        factories.comment(post, email="ann@example.net", status=state)
    comment = waiting(post, email="ANN@example.net")
    factories.comment(post, email="ben@example.net", status=Status.SPAM)
    (shown,) = mona.get(QUEUE).context["page"].items
    assert shown.comment == comment
    assert (shown.record.approved, shown.record.removed, shown.record.spam) == (2, 1, 1)
    page = text_of(mona.get(QUEUE))
    assert f"2 approved 1 removed 1 spam first seen {date_format(shown.record.reader.first_seen)}" in page
    assert "email not verified" in page
    shown.record.reader.verify()
    assert "email verified" in text_of(mona.get(QUEUE))


def test_a_typed_address_that_is_verified_elsewhere_is_marked(mona, post):
    mine, borrowed = (waiting(post, email="ann@example.net", is_verified=proven) for proven in (True, False))
    Reader.objects.get(email="ann@example.net").verify()
    marks = {item.comment.pk: item.has_borrowed_email for item in mona.get(QUEUE).context["page"].items}
    assert marks == {mine.pk: False, borrowed.pk: True}
    assert "uses a known reader’s email address, not verified" in text_of(mona.get(QUEUE))


def test_the_reasons_and_the_score_are_described_in_plain_words(mona, post):
    findings = [CheckResult(kind="links", words="4"), CheckResult(kind="first")]
    waiting(post, findings=findings, score=0.974, score_reasons=[["buy", 3.2], ["melon", -0.4]])
    page = text_of(mona.get(QUEUE))
    assert "Held because 4 links First comment by this reader" in page
    assert "97% likely spam" in page
    assert page.index("buy") < page.index("melon")


def test_open_reports_are_shown_with_their_words(mona, post):
    comment = waiting(post)
    report(comment, "rude", "He shouts.", sender="1")
    report(comment, "spam", sender="2")
    page = text_of(mona.get(QUEUE))
    assert "2 readers reported it It attacks somebody: He shouts." in page
    assert "It is advertising or spam" in page


def test_the_earlier_words_of_an_edited_comment_are_kept_in_sight(mona, post):
    comment = waiting(post, body="My number is 12345.")
    edits.edit(comment, "My number is gone.", by=factories.user("nora"), note="A telephone number")
    page = text_of(mona.get(QUEUE))
    assert "Edited: A telephone number" in page
    assert "My number is 12345." in page


def test_an_empty_queue_says_so(mona):
    assert "Nothing is waiting." in mona.get(QUEUE).content.decode()


def test_each_commenter_has_their_tile(mona, post):
    values = tile_values(waiting(post).tile)
    tile = re.search(r'<svg class="tile .*?</svg>', mona.get(QUEUE).text)[0]
    assert values["tile_classes"] in tile
    assert f'href="#t{values["tile_shape"]}"' in tile


def test_the_queue_takes_the_same_queries_for_any_number_waiting(mona, post):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            mona.get(QUEUE)
        return len(asked)

    first = waiting(post)
    edits.edit(first, "Better words.", by=factories.user())
    report(first)
    slipped_through()  # which is cached
    few = queries()
    for number in range(30):
        parent = factories.comment(factories.post())
        findings = [CheckResult(kind="first"), CheckResult(kind="links", words="3")]
        made = waiting(parent.post, parent=parent, email=f"{number}@example.net", findings=findings)
        edits.edit(made, "Better words.", by=factories.user(f"editor {number}"))
        report(made)
    assert queries() == few
    assert few <= 30


def test_the_dashboard_and_the_list_of_comments_link_to_the_queue_with_the_number_waiting(mona, post):
    waiting(post)
    waiting(post)
    assert "2 comments are waiting for a moderator" in mona.get("/admin/").content.decode()
    assert "Queue (2 waiting)" in mona.get("/admin/comments/comment/").content.decode()


def test_choosing_all_on_the_page_needs_no_script(mona, post):
    waiting(post)
    assert CHOSEN not in mona.get(QUEUE).content
    assert CHOSEN in mona.get(f"{QUEUE}?all=yes").content


@pytest.mark.parametrize("group", ["Contributor", "Author"])
def test_accounts_that_do_not_moderate_neither_see_nor_decide(group, db, post):
    comment, client = waiting(post), Client()
    client.force_login(factories.user(group=group))
    assert client.get(QUEUE).status_code == 403
    assert client.post(QUEUE, {"decision": f"approve:{comment.pk}"}).status_code == 403
    assert status(comment) == Status.PENDING
    assert b"Queue" not in client.get("/admin/").content


def test_a_decision_needs_a_csrf_token(post):
    comment = waiting(post)
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user(group="Moderator"))
    assert client.post(QUEUE, {"decision": f"approve:{comment.pk}"}).status_code == 403
    assert status(comment) == Status.PENDING
