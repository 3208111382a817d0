"""Screening of new comments: each check, whom it stops, and what is stored."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from comments.models import Comment, Decision, Finding, Policy, Reader, Rule
from comments.readers import session
from comments.screening.checks import CHECKS, CheckResult, Effect, Facts, Trust, run_checks
from comments.screening.labels import describe_finding, finding_labels, format_percent
from comments.screening.patterns import Pattern
from comments.spam import classifier
from comments.status import Status, Via
from tests import factories
from tests.comments.comment_pages import complaints, form_on, page, send

pytestmark = pytest.mark.django_db


def kinds(facts: Facts) -> list[str]:
    return [finding.kind for finding in run_checks(facts).findings]


# The checks, without a database

SPOKEN_AGAINST = {
    "rule": {"rules": (Pattern("words", "casino", "hold", 1),)},
    "reader": {"is_always_held": True},
    "barred": {"is_barred": True},
    "post": {"is_post_held": True},
    "trap": {"honeypot": "filled"},
    "links": {"link_count": 3},
    "repeated": {"repeated": "post"},
    "name": {"borrowed_from": "reader"},
    "quick": {"age": 1.0},
    "undated": {"is_undated": True},
    "filter": {"advice": "hold", "score": 0.8},
    "first": {},
}


@pytest.mark.parametrize("kind", SPOKEN_AGAINST)
def test_each_check_reports_its_fact_and_a_stranger_is_never_published(kind):
    verdict = run_checks(Facts(**SPOKEN_AGAINST[kind]))
    assert kind in [finding.kind for finding in verdict.findings]
    assert verdict.effect > Effect.PUBLISH


def test_no_check_is_skipped_after_the_first_finding():
    facts = Facts(**{name: value for facts in SPOKEN_AGAINST.values() for name, value in facts.items()})
    assert kinds(facts) == list(SPOKEN_AGAINST)
    assert len(CHECKS) == len(SPOKEN_AGAINST)


@pytest.mark.parametrize("broken", range(len(CHECKS)))
@pytest.mark.parametrize("trust", Trust)
def test_a_check_that_breaks_holds_every_writer(broken, trust, caplog):
    def breaks(facts):
        raise RuntimeError("out of order")

    checks = [*CHECKS]
    checks[broken] = breaks
    verdict = run_checks(Facts(trust=trust, is_verified=True, approved_count=9), checks)
    assert verdict.effect == Effect.HOLD
    assert ("failed", "breaks") in [(finding.kind, finding.words) for finding in verdict.findings]
    assert "out of order" in caplog.text


def test_a_check_that_fails_after_a_finding_holds_too():
    def breaks(facts):
        yield CheckResult("links", "3", stops=Trust.STRANGER)
        raise RuntimeError

    assert run_checks(Facts(trust=Trust.TRUSTED), [breaks]).effect == Effect.HOLD


@pytest.mark.parametrize(
    ("kind", "regular", "trusted"),
    [("rule", True, True), ("reader", True, True), ("post", True, True), ("trap", True, True), ("links", True, False),
     ("repeated", True, False), ("quick", False, False), ("undated", False, False), ("filter", False, False),
     ("first", False, False)],
)  # fmt: skip
def test_checks_that_stop_a_regular_and_even_a_trusted_reader(kind, regular, trusted):
    facts = {**SPOKEN_AGAINST[kind], "is_verified": True}
    assert (run_checks(Facts(**facts, trust=Trust.REGULAR)).effect > Effect.PUBLISH) is regular
    assert (run_checks(Facts(**facts, trust=Trust.TRUSTED)).effect > Effect.PUBLISH) is trusted


def test_the_filter_alone_never_stops_a_regular():
    assert run_checks(Facts(advice="spam", score=1.0, trust=Trust.REGULAR, is_verified=True)).effect == Effect.PUBLISH


def test_the_strictest_finding_decides_and_says_by_what_path():
    rules = (Pattern("words", "a", "hold", 1), Pattern("words", "b", "spam", 2))
    by_rule = run_checks(Facts(rules=rules))
    assert (by_rule.status, by_rule.via, by_rule.rule) == (Status.SPAM, Via.RULE, 2)
    by_filter = run_checks(Facts(advice="spam", score=0.999))
    assert (by_filter.status, by_filter.via, by_filter.rule) == (Status.SPAM, Via.FILTER, None)
    by_trap = run_checks(Facts(honeypot="filled"))
    assert (by_trap.status, by_trap.via) == (Status.SPAM, Via.FORM)
    held = run_checks(Facts(rules=rules[:1]))
    assert (held.status, held.via, held.rule) == (Status.PENDING, Via.FORM, None)
    refused = run_checks(Facts(rules=(*rules, Pattern("words", "c", "refuse", 3))))
    assert (refused.effect, refused.rule) == (Effect.REFUSE, 3)


def test_a_signed_in_reader_who_filled_the_honeypot_is_held_but_is_no_spammer():
    assert run_checks(Facts(honeypot="filled", is_verified=True)).effect == Effect.HOLD


@pytest.mark.parametrize(
    ("kind", "words", "sentence"),
    [
        ("first", "", "First comment by this reader"),
        ("links", "3", "3 links"),
        ("links", "1", "1 link"),
        ("repeated", "post", "The same text under another post"),
        ("repeated", "address", "The same text from another email address"),
        ("name", "author", "The name of an author of this site"),
        ("name", "reader", "The name of a verified reader"),
        ("rule", "words casino", "The rule for the word or phrase “casino”"),
        ("rule", "link example.org", "The rule for links to “example.org”"),
        ("quick", "1", "Sent 1 second after the form was opened"),
        ("undated", "", "No sign that a browser opened the form"),
        ("claimed", "", "A verified address, but the sender is not signed in"),
        ("few", "2", "Only 2 approved comments so far"),
        ("filter", "97", "Spam filter score: 97%"),
        ("reports", "3", "Reported by 3 readers"),
        ("failed", "links", "A check failed: links"),
        ("links", "", "Many links"),
        ("links", "x", "Many links"),
        ("unheard of", "", "unheard of"),
    ],
)
def test_a_finding_is_described_in_plain_words(kind, words, sentence):
    assert describe_finding(kind, words) == sentence


@pytest.mark.parametrize(("language", "percentage"), [("en", "3%"), ("ru", "3\N{NO-BREAK SPACE}%"), ("uz", "3%")])
def test_a_percentage_is_written_as_its_language_does(language, percentage):
    with override(language):
        assert format_percent(3) == percentage
        assert describe_finding("filter", "3").endswith(f" {percentage}")


def test_every_kind_has_its_own_text():
    for kind in finding_labels():
        assert describe_finding(kind, "") != kind


# Through the form


def proven(email: str = "bob@example.net", *, approved: int = 0, **fields) -> tuple[Client, Reader]:
    """The signed-in browser of a reader with this many approved comments."""
    reader = Reader.objects.create(email=email, verified_at=timezone.now(), **fields)
    elsewhere = factories.post()
    for _ in range(approved):
        factories.comment(elsewhere, email=email)
    return factories.reader_client(reader), reader


def last() -> Comment:
    return Comment.objects.latest("pk")


def found() -> list[str]:
    return [finding.kind for finding in last().findings.order_by("pk")]


def test_the_first_comment_of_a_guest_waits_and_says_why(visitor, post):
    send(visitor, post)
    assert (last().status, found(), last().is_verified) == (Status.PENDING, ["first"], False)


def test_a_verified_regular_is_published_at_once(post):
    client, _ = proven(approved=3)
    response = send(client, post)
    assert (last().status, last().is_verified, found()) == (Status.APPROVED, True, [])
    assert response["Location"].endswith(f"#comment-{last().pk}")
    assert Decision.objects.latest("pk").via == Via.FORM


def test_the_address_is_the_same_in_capitals(post):
    client, _ = proven(approved=3)
    send(client, post, email="BOB@Example.Net")
    assert last().status == Status.APPROVED


@pytest.mark.parametrize(("approved", "kind"), [(0, "first"), (1, "few"), (2, "few")])
def test_a_verified_reader_with_too_few_comments_waits(post, approved, kind):
    client, _ = proven(approved=approved)
    send(client, post)
    assert (last().status, found(), last().is_verified) == (Status.PENDING, [kind], True)


def test_moderators_set_how_many_comments_make_a_regular(post):
    Policy(regular_after=1).save()
    client, _ = proven(approved=1)
    send(client, post)
    assert last().status == Status.APPROVED


def test_a_typed_address_that_is_verified_waits_without_its_session_and_is_marked(visitor, post):
    proven(approved=5)
    send(visitor, post)
    assert (last().status, found(), last().is_verified) == (Status.PENDING, ["claimed"], False)


def test_a_session_verifies_its_own_address_alone(post):
    client, _ = proven(approved=5)
    proven("alice@example.net", approved=5)
    send(client, post, email="alice@example.net")
    assert (last().status, found()) == (Status.PENDING, ["claimed"])


def test_an_ended_session_verifies_nothing(post):
    client, reader = proven(approved=5)
    reader.sessions.all().delete()
    send(client, post)
    assert (last().status, found()) == (Status.PENDING, ["claimed"])


def test_a_regular_with_a_removed_comment_waits_as_many_days_as_the_policy_says(post):
    client, reader = proven(approved=3)
    removed = factories.comment(post, email=reader.email)
    factories.remove(removed, via=Via.DESK)
    send(client, post)
    assert (last().status, found()) == (Status.PENDING, ["lately"])
    Comment.objects.filter(pk=removed.pk).update(decided_at=timezone.now() - timedelta(days=91))
    send(client, post, body="Again.")
    assert last().status == Status.APPROVED


def test_comments_under_the_readers_address_by_others_count_as_theirs_until_decided(post):
    client, reader = proven(approved=3)
    factories.comment(post, email=reader.email, status=Status.WITHDRAWN)
    send(client, post)
    assert last().status == Status.APPROVED


def test_a_trusted_readers_first_comment_is_published_once_they_are_verified(visitor, post):
    client, _ = proven(standing=Reader.Standing.TRUSTED)
    send(client, post)
    assert last().status == Status.APPROVED
    send(visitor, post, body="Another one by a forger.")
    assert last().status == Status.PENDING


def test_a_reader_who_is_always_held_waits_despite_good_comments(post):
    client, _ = proven(approved=5, standing=Reader.Standing.HELD)
    send(client, post)
    assert last().status == Status.PENDING
    assert "reader" in found()


def test_links_hold_a_regular_and_our_own_do_not_count(post, settings):
    client, _ = proven(approved=3)
    ours = " ".join(f"http://{settings.HOST}/2026/03/2{n}/a/" for n in range(5))
    send(client, post, body=f"As said before: {ours} https://a.example https://b.example")
    assert last().status == Status.APPROVED
    send(client, post, body="See https://a.example https://b.example https://c.example")
    assert (last().status, found()) == (Status.PENDING, ["links"])
    assert last().findings.get().words == "3"


def test_the_same_words_under_another_post_are_held_and_called_so(post):
    client, _ = proven(approved=3)
    words = "The same six words for everybody."
    send(client, post, body=words)
    assert last().status == Status.APPROVED
    send(client, factories.post(), body=words.upper() + "!!")
    assert (last().status, found()) == (Status.PENDING, ["repeated"])
    assert last().findings.get().words == "post"


def test_the_same_words_from_another_address_are_called_so(visitor, post):
    send(visitor, post, body="The same six words for everybody.")
    send(visitor, post, body="The same six words for everybody.", email="other@example.net")
    assert last().findings.get(kind="repeated").words == "address"


def test_words_of_a_month_ago_and_short_thanks_are_no_repetition(visitor, post):
    factories.comment(post, body="The same six words for everybody.", created_at=timezone.now() - timedelta(days=31))
    factories.comment(post, body="Thank you very much!")
    send(visitor, post, body="The same six words for everybody.", email="a@example.net")
    send(visitor, post, body="Thank you very much!", email="a@example.net")
    assert not Finding.objects.filter(kind="repeated").exists()


@pytest.mark.parametrize("seconds", [0, 1, 2])
def test_a_form_that_comes_back_at_once_says_so(visitor, post, monkeypatch, seconds):
    now = int(signing.time.time())
    monkeypatch.setattr("comments.submission.form_time.time.time", lambda: now)
    stamp = form_on(send(visitor, post, stamp="", body=""))["stamp"]
    monkeypatch.setattr("comments.submission.form_time.time.time", lambda: now + seconds)
    send(visitor, post, stamp=stamp)
    assert "quick" in found()


def test_a_form_that_took_its_time_does_not(visitor, post, monkeypatch):
    stamp = form_on(send(visitor, post, stamp="", body=""))["stamp"]
    now = signing.time.time()
    monkeypatch.setattr("comments.submission.form_time.time.time", lambda: now + 4)
    send(visitor, post, stamp=stamp)
    assert "quick" not in found()


def test_a_machine_that_fills_every_field_is_stored_as_spam_without_notice(visitor, post):
    response = send(visitor, post, subject="Cheap pills")
    assert (last().status, found()) == (Status.SPAM, ["trap", "first"])
    assert response["Location"].startswith("/comments/receipt/")


def test_the_honeypot_is_hidden_by_a_class_and_labelled_for_those_who_see_it(visitor, post):
    html = page(visitor.get(post.get_absolute_url()))
    start = html.index('class="respond__trap"')
    aside = html[start : html.index("</p>", start)]
    for part in ('aria-hidden="true"', "Leave this field empty", 'autocomplete="off"', 'tabindex="-1"'):
        assert part in aside
    assert "style=" not in aside


# Rules

TYPED = {"name": 'Bob <b>& "sons"', "website": "https://bob.example.net/", "body": "  The casino & I\n\n😀"}


def test_a_rule_holds_even_a_trusted_reader(post):
    rule = Rule.objects.create(kind="words", pattern="casino")
    client, _ = proven(standing=Reader.Standing.TRUSTED)
    send(client, post, body="The CASINO is near.")
    finding = last().findings.get()
    assert (last().status, finding.kind, finding.words, finding.rule) == ("pending", "rule", "words casino", rule)


def test_a_rule_that_marks_as_spam_is_in_the_log(visitor, post):
    rule = Rule.objects.create(kind="email", pattern="example.net", effect="spam")
    send(visitor, post)
    decision = Decision.objects.get()
    assert (decision.to_status, decision.via, decision.rule, decision.by) == ("spam", Via.RULE, rule, None)


def test_a_rule_that_refuses_gives_the_text_back_and_counts(visitor, post):
    rule = Rule.objects.create(kind="words", pattern="casino", effect="refuse")
    for _ in range(2):
        response = send(visitor, post, **TYPED)
        assert response.status_code == 403
        assert {name: form_on(response)[name] for name in TYPED} == TYPED
        assert "rules of this site" in complaints(response)
        assert "casino" not in complaints(response)
    rule.refresh_from_db()
    assert rule.refusal_count == 2
    assert not Comment.objects.exists()


def test_a_rule_that_is_switched_off_does_nothing(visitor, post):
    Rule.objects.create(kind="words", pattern="casino", effect="refuse", is_active=False)
    assert send(visitor, post, **TYPED).status_code == 302


def test_a_rule_of_a_network_goes_by_the_senders_address(visitor, post):
    Rule.objects.create(kind="network", pattern="127.0.0.0/8", effect="spam")
    send(visitor, post)
    assert last().status == Status.SPAM


def test_moderators_are_not_screened(client, post):
    Rule.objects.create(kind="words", pattern="casino", effect="refuse")
    client.force_login(factories.user(group="Moderator"))
    send(client, post, body="The casino.")
    assert (last().status, last().score) == (Status.APPROVED, None)


def test_staff_who_are_not_authors_of_the_post_wait_with_that_reason(client, post):
    client.force_login(factories.user(group="Author"))
    send(client, post)
    assert (last().status, found()) == (Status.PENDING, ["staff"])


# The filter


@pytest.fixture
def taught(monkeypatch):
    """Makes the filter say this of everything."""

    def teach(advice: str, score: float) -> None:
        verdict = classifier.Classification(score=score, score_reasons=[("casino", 2.5)])
        monkeypatch.setattr(classifier, "classify", lambda found, counts: verdict)
        monkeypatch.setattr(classifier, "advise", lambda verdict, counts, **thresholds: advice)

    return teach


def test_the_filters_findings_are_stored_with_the_comment(visitor, post, taught):
    taught("hold", 0.83)
    send(visitor, post)
    assert (last().score, last().score_reasons, found()) == (0.83, [["casino", 2.5]], ["filter", "first"])
    assert last().findings.first().words == "83"


def test_the_filter_marks_as_spam_on_its_own_account(visitor, post, taught):
    taught("spam", 0.999)
    send(visitor, post)
    assert (last().status, Decision.objects.get().via) == (Status.SPAM, Via.FILTER)


def test_the_filter_does_not_hold_a_regular(post, taught):
    taught("spam", 0.999)
    client, _ = proven(approved=3)
    send(client, post)
    assert last().status == Status.APPROVED


def test_a_broken_filter_holds_the_comment_and_loses_nothing(post, monkeypatch):
    monkeypatch.setattr(classifier, "classify", lambda found, counts: 1 / 0)
    client, _ = proven(approved=3)
    assert send(client, post).status_code == 302
    assert (last().status, found()) == (Status.PENDING, ["failed"])


# What the form says and carries


def test_the_form_says_what_will_happen_to_each(visitor, post):
    address = post.get_absolute_url()
    regular, _ = proven(approved=3)
    newcomer, _ = proven("new@example.net")
    assert "once a moderator has read it" in page(visitor.get(address))
    assert "once a moderator has read it" in page(newcomer.get(address))
    assert "will appear straight away, unless a moderator" in page(regular.get(address))
    post.conversation = "held"
    post.save()
    assert "once a moderator has read it" in page(regular.get(address))


def test_a_signed_in_reader_alone_finds_their_address_in_the_form(visitor, post):
    client, _ = proven()
    assert form_on(client.get(post.get_absolute_url()))["email"] == "bob@example.net"
    assert form_on(visitor.get(post.get_absolute_url()))["email"] == ""


@pytest.mark.parametrize(("sent", "stored"), [("on", True), ("", False), (None, False)])
def test_a_reader_who_wants_marks_is_remembered(visitor, post, sent, stored):
    send(visitor, post, notify=sent)
    assert last().wants_outcome_email is stored


def test_a_form_shown_again_keeps_its_email_choices(visitor, post):
    again = page(send(visitor, post, body="", notify="on"))
    assert 'name="notify"' in again
    assert "checked" in again[again.index('name="notify"') - 40 : again.index('name="notify"') + 80]


def test_a_regulars_submission_costs_a_pinned_number_of_queries(post, django_assert_num_queries):
    client, _ = proven(approved=3)
    locks_or_words = 2 if connection.vendor == "postgresql" else 1  # PostgreSQL learns the words later
    with django_assert_num_queries(23 + locks_or_words):
        send(client, post)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: none misses the other")
@pytest.mark.django_db(transaction=True)
def test_the_same_words_sent_under_many_posts_at_one_moment_are_published_once():
    regular, _reader = proven(approved=3)
    posts, start = [factories.post() for _ in range(4)], Barrier(4)

    def write(post):
        client = Client()
        client.cookies[session.COOKIE] = regular.cookies[session.COOKIE].value
        start.wait()
        send(client, post, body="The same words, under every post.")
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, posts))
    found = Comment.objects.filter(post__in=posts).values_list("status", flat=True)
    assert sorted(found) == ["approved", "pending", "pending", "pending"]
