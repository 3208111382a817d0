"""The queue's filters: by reason, post, reader, age and reports; combined, tolerant of errors, and for batches."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from comments.lifecycle.reports import file_report
from comments.models import Comment, Report
from comments.screening.checks import CheckResult
from comments.status import Status, Via
from tests import factories

QUEUE = "/admin/comments/comment/queue/"


def waiting(post, **fields) -> Comment:
    return factories.comment(post, status=Status.PENDING, **fields)


def report(comment: Comment, *senders: str) -> None:
    Report.objects.bulk_create([Report(comment=comment, kind="rude", sender=sender) for sender in senders])
    Comment.objects.filter(pk=comment.pk).update(open_report_count=F("open_report_count") + len(senders))


def shown(client: Client, query: str) -> list[Comment]:
    return client.get(QUEUE + query).context["page"].comments


def status(comment: Comment) -> str:
    return Comment.objects.values_list("status", flat=True).get(pk=comment.pk)


def test_by_the_reason_it_was_held_for(mona, post):
    linked = waiting(post, findings=[CheckResult(kind="links", words="3"), CheckResult(kind="links", words="4")])
    waiting(post, findings=[CheckResult(kind="first")])
    assert shown(mona, "?kind=links") == [linked]


def test_by_post_and_by_reader(mona, post):
    ann, ben = (waiting(post, email=f"{name}@example.net") for name in ("ann", "ben"))
    elsewhere = waiting(factories.post(), email="ann@example.net")
    assert shown(mona, f"?post={post.thread_id}") == [ann, ben]
    assert shown(mona, f"?reader={ann.reader_id}") == [ann, elsewhere]
    assert shown(mona, f"?reader={ann.reader_id}&post={post.thread_id}") == [ann]


def test_by_age(mona, post):
    old = waiting(post, created_at=timezone.now() - timedelta(days=4))
    new = waiting(post)
    assert shown(mona, "?age=over-3") == [old]
    assert shown(mona, "?age=under-3") == [new]
    assert shown(mona, "?age=over-5") == []


def test_reported_comments_of_any_status_are_sorted_by_reports(mona, post):
    waiting(post)
    once, twice = factories.comment(post), waiting(post)
    report(once, "1")
    report(twice, "1", "2")
    response = mona.get(f"{QUEUE}?show=reported")
    assert response.context["page"].comments == [twice, once]
    assert f'value="aside:{once.pk}"' in response.text
    assert "Dismiss reports" in response.text


@pytest.mark.parametrize(
    "query", ["?show=x", "?kind=%00", "?kind=A B", "?post=x", "?post=-1", "?age=over", "?age=over-0",
              "?age=under-99999", "?age=%D9%A3", "?reader=1e3", "?post=" + "9" * 25, "?nonsense=1"],
)  # fmt: skip
def test_an_unknown_filter_is_ignored(query, mona, post):
    comment = waiting(post)
    response = mona.get(QUEUE + query)
    assert (response.status_code, response.context["page"].comments) == (200, [comment])


@pytest.mark.parametrize("query", ["?kind=unheard-of", f"?post={'9' * 18}", f"?reader={'9' * 18}", "?age=over-9999"])
def test_a_filter_that_nothing_matches_says_so_and_leads_back(query, mona, post):
    waiting(post)
    response = mona.get(QUEUE + query)
    assert response.status_code == 200
    assert "No comments in the queue match." in response.text
    assert f'<a href="{QUEUE}">The whole queue</a>' in response.text


def test_each_filter_is_named_and_can_be_taken_away_by_itself(mona):
    post = factories.post("The melon")
    comment = waiting(post, email="ann@example.net", findings=[CheckResult(kind="links", words="3")])
    page = mona.get(f"{QUEUE}?kind=links&post={post.thread_id}&reader={comment.reader_id}&age=under-7").context["page"]
    assert dict(page.filters.chosen()) == {
        "Many links": f"?post={post.thread_id}&reader={comment.reader_id}&age=under-7",
        "The melon": f"?kind=links&reader={comment.reader_id}&age=under-7",
        "ann@example.net": f"?kind=links&post={post.thread_id}&age=under-7",
        "From the last 7 days": f"?kind=links&post={post.thread_id}&reader={comment.reader_id}",
    }


def test_reasons_and_posts_are_offered_with_their_numbers(mona):
    melon, rice = factories.post("The melon"), factories.post("Rice")
    for post in (melon, melon, rice):
        waiting(post, findings=[CheckResult(kind="first")])
    response = mona.get(QUEUE)
    assert "First comment by this reader (3)" in response.text
    assert [(choice.words, choice.count) for choice in response.context["choices"]["post"]] == [
        ("Rice", 1),
        ("The melon", 2),
    ]


def test_a_decision_leads_back_to_the_same_filters_and_place(mona, post):
    comment = waiting(post)
    answer = mona.post(f"{QUEUE}?post={post.thread_id}&from=0.1.1&at=9", {"decision": f"spam:{comment.pk}"})
    assert answer.url == f"{QUEUE}?post={post.thread_id}&from=0.1.1"


# All that match


def test_all_matching_comments_are_decided_as_one_batch_and_no_others(mona, post):
    matching = [waiting(post, findings=[CheckResult(kind="links")]) for _ in range(60)]
    other = waiting(post, findings=[CheckResult(kind="first")])
    page = mona.get(f"{QUEUE}?kind=links&all=matching")
    assert "All 60 matching" in page.text
    mona.post(f"{QUEUE}?kind=links", {"decision": "spam", "every": page.context["every"]})
    assert {status(comment) for comment in matching} == {Status.SPAM}
    assert status(other) == Status.PENDING
    assert len({comment.decisions.first().batch for comment in matching}) == 1


def test_comments_posted_after_the_page_was_rendered_are_not_decided_unseen(mona, post):
    seen = waiting(post)
    back = factories.comment(post)
    every = mona.get(f"{QUEUE}?all=matching").context["every"]
    late = waiting(post)
    factories.hold(back, via=Via.REPORTS)
    Comment.objects.filter(pk=back.pk).update(decided_at=timezone.now() + timedelta(seconds=1))  # seconds are counted
    mona.post(QUEUE, {"decision": "approve", "every": every})
    assert [status(comment) for comment in (seen, late, back)] == ["approved", "pending", "pending"]


def test_no_more_than_five_thousand_are_decided_at_once(mona, post, monkeypatch):
    monkeypatch.setattr("comments.views.moderation_queue.MAX_CHOSEN", 3)
    ids = [waiting(post).pk for _ in range(5)]
    page = mona.get(f"{QUEUE}?all=matching")
    assert "the limit for one action" in page.text
    mona.post(QUEUE, {"decision": "approve", "every": page.context["every"]})
    assert list(Comment.objects.waiting().values_list("pk", flat=True)) == ids[3:]


def test_all_reports_can_be_dismissed(mona, post):
    comments = [factories.comment(post) for _ in range(3)]
    for comment in comments:
        report(comment, "1")
    every = mona.get(f"{QUEUE}?show=reported&all=matching").context["every"]
    mona.post(f"{QUEUE}?show=reported", {"decision": "aside", "every": every})
    assert not Comment.objects.exclude(open_report_count=0).exists()
    assert {status(comment) for comment in comments} == {Status.APPROVED}


def test_reported_comments_of_any_status_are_decided_together_unless_reviewed_since(mona, post):
    published, held, set_aside = factories.comment(post), waiting(post), factories.comment(post)
    for comment in (published, held, set_aside):
        report(comment, "1")
    page = mona.get(f"{QUEUE}?show=reported")
    assert '<input type="hidden" name="state" value="reported">' in page.text
    mona.post(QUEUE, {"decision": f"aside:{set_aside.pk}"})
    chosen = [published.pk, held.pk, set_aside.pk]
    mona.post(f"{QUEUE}?show=reported", {"decision": "spam", "comment": chosen, "state": "reported"})
    assert [status(comment) for comment in (published, held, set_aside)] == ["spam", "spam", "approved"]


def test_a_reported_comment_can_be_replied_to_in_the_queue(mona, post):
    comment = factories.comment(post)
    report(comment, "1")
    form = {"decision": f"answer:{comment.pk}", "answer": "Enough.", "state": "approved"}
    response = mona.post(f"{QUEUE}?show=reported", form, follow=True)
    assert [str(message) for message in response.context["messages"]] == ["Replied to: Bob on “The tea house”."]
    assert comment.replies.get().status == Status.APPROVED


def test_reported_comments_are_announced_on_moderators_pages(mona, post):
    assert "Readers have reported" not in mona.get("/admin/").content.decode()
    comment = factories.comment(post)
    file_report(comment, kind=Report.Kind.RUDE, words="", sender="ann")
    assert "Readers have reported 1 comment" in mona.get("/admin/").content.decode()
    assert mona.get(QUEUE).context["reported"] == 1


def test_the_page_itself_leads_to_each_filter(mona, post):
    comment = waiting(post)
    html = mona.get(QUEUE).text
    assert f'href="{QUEUE}?reader={comment.reader_id}"' in html
    form = html[html.index('class="filters__form"') :]
    form = form[: form.index("</form>")]
    assert f'method="get" action="{QUEUE}"' in form
    assert re.findall(r'<select name="(\w+)"', form) == ["kind", "post", "age", "assigned"]
    assert f'<option value="{post.thread_id}"' in form
    assert '<option value="over-3"' in form
