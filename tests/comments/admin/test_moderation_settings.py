"""Rules, reasons, the policy and readers in the admin: editable fields, messages and queries."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.text.site_values import site
from comments.models import Comment, Decision, Finding, Policy, Reader, Reason, Rule
from comments.status import Status, Via
from tests import factories

pytestmark = pytest.mark.django_db
RULES = "/admin/comments/rule/"


def hit(rule: Rule, post, status: Status) -> Comment:
    comment = factories.comment(post, status=status)
    Finding.objects.create(comment=comment, kind="rule", rule=rule)
    return comment


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


# Rules


def test_a_rule_shows_its_matches_and_which_were_approved(mona, post):
    rule = Rule.objects.create(kind="words", pattern="watches", refusal_count=7)
    for status in (Status.PENDING, Status.SPAM, Status.APPROVED, Status.APPROVED):
        hit(rule, post, status)
    row = mona.get(RULES).content.decode()
    assert f'<a href="/admin/comments/decision/?rule={rule.pk}">4</a>' in row
    assert f'<a href="/admin/comments/decision/?rule={rule.pk}&amp;became=approved">2</a>' in row
    assert '<td class="field-refusal_count">7</td>' in row
    assert "Comments matched: 4, of which approved: 2. Refused: 7." in " ".join(
        mona.get(f"{RULES}{rule.pk}/change/").content.decode().split()
    )
    assert mona.get(f"/admin/comments/decision/?rule={rule.pk}").status_code == 200


def test_the_list_takes_the_same_queries_for_thirty_rules_as_for_one(mona, post):
    hit(Rule.objects.create(kind="words", pattern="one"), post, Status.SPAM)
    few = queries(mona, RULES)
    for number in range(30):
        hit(Rule.objects.create(kind="words", pattern=f"word{number}"), post, Status.APPROVED)
    assert queries(mona, RULES) == few <= 9


def test_a_rule_is_never_deleted(mona):
    rule = Rule.objects.create(kind="words", pattern="watches")
    assert mona.post(f"{RULES}{rule.pk}/delete/", {"post": "yes"}).status_code == 403
    mona.post(RULES, {"action": "delete_selected", "_selected_action": [rule.pk], "post": "yes"})
    assert Rule.objects.exists()


# Reasons


def test_reasons_are_added_and_put_away_never_deleted(mona):
    add = "/admin/comments/reason/add/"
    assert mona.post(add, {"words": "It is a riddle.", "place": "9", "is_offered": "on"}).status_code == 302
    reason = Reason.objects.get(words="It is a riddle.")
    change = f"/admin/comments/reason/{reason.pk}/change/"
    assert mona.post(change, {"words": "It is a riddle.", "place": "1"}).status_code == 302
    reason.refresh_from_db()
    assert (reason.place, reason.is_offered) == (1, False)
    assert mona.post(f"/admin/comments/reason/{reason.pk}/delete/", {"post": "yes"}).status_code == 403
    assert b"errorlist" in mona.post(add, {"words": "two\nlines\0", "place": "99999999999999999999"}).content


# The policy


def test_the_policy_is_one_row_and_straight_at_hand(mona):
    Policy.objects.all().delete()
    answer = mona.get("/admin/comments/policy/")
    assert (answer.status_code, answer.url) == (302, "/admin/comments/policy/1/change/")
    fields = {
        "regular_after": "5", "quiet_days": "30", "links_held": "2", "reports_hold": "4", "spam_days": "60",
        "hold_percent": "60", "spam_percent": "99.9", "hold_after_days": "0", "close_after_days": "30",
        "slow_minutes": "5",
    }  # fmt: skip
    assert mona.post(answer.url, fields).status_code == 302
    assert (site().close_after_days, site().slow_minutes) == (30, 5)
    assert b"errorlist" in mona.post(answer.url, {**fields, "hold_percent": "99.95"}).content
    assert b"at least the score that holds" in mona.post(answer.url, {**fields, "spam_percent": "55"}).content
    assert (Policy.current().regular_after, Policy.current().reports_hold) == (5, 4)
    assert Policy.objects.count() == 1
    assert b"errorlist" in mona.post(answer.url, {**fields, "regular_after": "0"}).content
    assert mona.get("/admin/comments/policy/add/").status_code == 403
    assert mona.post("/admin/comments/policy/1/delete/", {"post": "yes"}).status_code == 403


# Readers


@pytest.fixture
def reader(post) -> Reader:
    for status in (Status.APPROVED, Status.APPROVED, Status.SPAM):
        comment = factories.comment(post, email="ann@example.net", status=status)
    Comment.objects.update(reader=Reader.of("ann@example.net"))
    return Reader.of(comment.email)


def test_a_reader_is_found_by_address_with_the_history_of_their_comments(mona, reader):
    Reader.of("ben@example.com")
    found = mona.get("/admin/comments/reader/", {"q": "ann@"}).content.decode()
    assert "ann@example.net" in found
    assert "ben@example.com" not in found
    page = mona.get(f"/admin/comments/reader/{reader.pk}/change/").content.decode()
    assert "2 approved, 1 spam" in page
    assert f"/admin/comments/decision/?reader={reader.pk}" in page
    assert reader.session_key not in page


def test_a_readers_standing_is_the_only_field_to_change(mona, reader):
    address = f"/admin/comments/reader/{reader.pk}/change/"
    sent = {"standing": "held", "email": "eve@example.org", "session_key": "mine", "verified_at": "2026-01-01"}
    no_notes = {"notes-TOTAL_FORMS": 0, "notes-INITIAL_FORMS": 0}
    assert mona.post(address, {**sent, **no_notes}).status_code == 302
    changed = Reader.objects.get(pk=reader.pk)
    assert changed.standing == Reader.Standing.HELD
    assert (changed.email, changed.session_key, changed.verified_at) == ("ann@example.net", reader.session_key, None)
    assert b"errorlist" in mona.post(address, {"standing": "king", **no_notes}).content
    assert mona.get("/admin/comments/reader/add/").status_code == 403
    assert mona.post(f"/admin/comments/reader/{reader.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_list_of_readers_takes_the_same_queries_for_forty_as_for_one(mona, reader):
    few = queries(mona, "/admin/comments/reader/")
    for number in range(40):
        Reader.of(f"reader{number}@example.net")
    assert queries(mona, "/admin/comments/reader/") == few <= 9


def test_authors_do_not_see_it(post):
    client = Client()
    client.force_login(factories.user("alice", group="Author"))
    for noun in ("rule", "reason", "policy", "reader"):
        assert client.get(f"/admin/comments/{noun}/").status_code == 403
        assert client.post(f"/admin/comments/{noun}/add/").status_code == 403
    assert Decision.objects.filter(via=Via.ADMIN).count() == 0
