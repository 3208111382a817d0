"""Network addresses, names of browsers and sign-ins are shortened or deleted after the days of the Site page."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from blog.models import Site
from comments.models import Comment, Decision, Finding, ReaderSession, RetentionNight, Rule
from comments.privacy import shortening
from comments.privacy.shortening import shorten_what_is_old
from comments.status import Via
from tests import factories

pytestmark = pytest.mark.django_db


def sent(post, address: str, *, days: int, **fields) -> Comment:
    comment = factories.comment(post, address=address, **fields)
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - datetime.timedelta(days))
    return comment


def run_night() -> None:
    while shorten_what_is_old():
        pass


def addresses() -> list[str | None]:
    return list(Comment.objects.order_by("pk").values_list("address", flat=True))


def test_old_addresses_are_shortened_and_young_ones_stay(post):
    sent(post, "198.51.100.9", days=91)
    sent(post, "2001:db8:1:2::3", days=91)
    sent(post, "198.51.100.9", days=89)
    sent(post, "203.0.113.0", days=91)
    run_night()
    assert addresses() == ["198.51.100.0", "2001:db8:1::", "198.51.100.9", "203.0.113.0"]
    assert list(Comment.objects.order_by("pk").values_list("network", flat=True)[:2]) == [
        "198.51.100.0/24",
        "2001:db8:1::/48",
    ]
    assert RetentionNight.objects.get().addresses == 2


def test_a_night_is_done_once_and_the_next_one_begins_anew(post, monkeypatch):
    run_night()
    sent(post, "198.51.100.9", days=91)
    assert shorten_what_is_old() == 0
    assert addresses() == ["198.51.100.9"]
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    run_night()
    assert addresses() == ["198.51.100.0"]


def test_the_comments_are_walked_through_in_batches(post, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(shortening, "WALK_BATCH", 2)
    for number in range(5):
        sent(post, f"198.51.100.{number + 1}", days=91)
    assert shorten_what_is_old() == 2
    assert addresses()[:3] == ["198.51.100.0", "198.51.100.0", "198.51.100.3"]
    call_command("worker", "--once")
    assert set(addresses()) == {"198.51.100.0"}
    assert RetentionNight.objects.get().addresses == 5


@pytest.mark.parametrize("days", [0, 7])
def test_the_site_page_says_how_long(post, days):
    row = Site.get()
    row.address_days = days
    row.save()
    sent(post, "198.51.100.9", days=8)
    run_night()
    assert addresses() == (["198.51.100.0"] if days else ["198.51.100.9"])


def test_the_record_forgets_whole_addresses_too(post):
    mona = factories.user("mona", group="Moderator")
    comment = sent(post, "198.51.100.9", days=91)
    rule = Rule.objects.create(kind="network", pattern="198.51.100.9/32")
    Finding.objects.create(comment=comment, kind="rule", words="network 198.51.100.9", rule=rule)
    for note in ("Came from 198.51.100.9 again", "Version 1.2 of the same", "From 198.51.100.0, I think"):
        factories.hold(comment, via=Via.DESK, by=mona, note=note)
        factories.approve(comment, via=Via.DESK, by=mona)
    later = timezone.now() + datetime.timedelta(days=91)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        run_night()
    assert Finding.objects.get().words == "network 198.51.100.0"
    notes = set(Decision.objects.filter(by=mona).values_list("note", flat=True)) - {""}
    assert notes == {"erased", "Version 1.2 of the same", "From 198.51.100.0, I think"}


@pytest.mark.parametrize(("token_days", "left"), [(90, {"new"}), (0, {"new", "old"})])
def test_unused_sign_ins_end_and_browsers_lose_their_names(token_days, left):
    row = Site.get()
    row.token_days = token_days
    row.save()
    today = timezone.localdate()
    for key, days in (("new", 10), ("old", 91), ("ancient", 401)):
        ReaderSession.objects.create(
            reader=factories.reader(), key=key, browser="Firefox", system="Linux",
            last_seen_on=today - datetime.timedelta(days),
        )  # fmt: skip
    run_night()
    assert set(ReaderSession.objects.values_list("key", flat=True)) == left
    assert set(ReaderSession.objects.exclude(browser="").values_list("key", flat=True)) == {"new"}
    night = RetentionNight.objects.get()
    assert (night.sessions, night.browsers) == ((2, 0) if token_days else (1, 1))
