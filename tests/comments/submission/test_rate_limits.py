"""How fast one address may write: twelve a minute, sixty an hour, and a number of seconds to wait."""

import ipaddress
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments.models import Comment
from comments.submission import rate_limits
from tests import factories
from tests.comments.comment_pages import form_on, opened, send

pytestmark = pytest.mark.django_db

HERE = "127.0.0.1"


def written(post, count: int, *, ago: timedelta = timedelta(), address: str = HERE) -> None:
    for _ in range(count):
        factories.comment(post, address=address, created_at=timezone.now() - ago)


def test_the_thirteenth_within_a_minute_is_refused(visitor, post):
    codes = [send(visitor, post, body=f"Word {number}").status_code for number in range(13)]
    assert codes == [302] * 12 + [429]
    assert Comment.objects.count() == 12


def test_the_refusal_gives_the_text_back_and_says_how_long_to_wait(visitor, post):
    written(post, 12, ago=timedelta(seconds=20))
    response = send(visitor, post, body="The thirteenth.")
    assert response.status_code == 429
    assert 38 <= int(response["Retry-After"]) <= 41
    assert form_on(response)["body"] == "The thirteenth."


def test_after_the_wait_it_is_taken(visitor, post, monkeypatch):
    written(post, 12)
    wait = rate_limits.seconds_until_comment_allowed(HERE)
    later = timezone.now() + timedelta(seconds=wait)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        assert rate_limits.seconds_until_comment_allowed(HERE) == 0
        assert send(visitor, post).status_code == 302


def test_sixty_an_hour_are_enough(post):
    written(post, 59, ago=timedelta(minutes=30))
    assert rate_limits.seconds_until_comment_allowed(HERE) == 0
    written(post, 1, ago=timedelta(minutes=10))
    assert 1_790 <= rate_limits.seconds_until_comment_allowed(HERE) <= 1_801


def test_the_longer_wait_counts(post):
    written(post, 48, ago=timedelta(minutes=59))
    written(post, 12)
    assert rate_limits.seconds_until_comment_allowed(HERE) > 55
    written(post, 60, ago=timedelta(minutes=5))
    assert rate_limits.seconds_until_comment_allowed(HERE) > 3_000


def test_another_address_is_not_held_up(visitor, post):
    written(post, 12, address="203.0.113.5")
    assert send(visitor, post).status_code == 302


def test_an_unknown_address_is_not_held_up(post):
    for _ in range(13):
        factories.comment(post, address=None)
    assert rate_limits.seconds_until_comment_allowed("") == 0


def test_an_address_that_a_stranger_makes_up_does_not_help(post):
    written(post, 12)
    response = send(Client(), post, headers={"X-Forwarded-For": "198.51.100.9"})
    assert response.status_code == 429


def test_behind_our_own_proxy_each_reader_has_their_own_limit(post, settings):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.0/8")]
    written(post, 12, address="198.51.100.9")
    assert send(Client(), post, headers={"X-Forwarded-For": "1.1.1.1, 198.51.100.9"}).status_code == 429
    assert send(Client(), post, headers={"X-Forwarded-For": "198.51.100.9, 198.51.100.10"}).status_code == 302


def test_an_address_written_in_two_ways_is_one(post, settings):
    written(post, 12, address="198.51.100.9")
    client = Client(REMOTE_ADDR="::ffff:198.51.100.9")
    assert send(client, post).status_code == 429


def test_readers_published_immediately_may_post_as_fast_as_they_can(client, post):
    client.force_login(factories.user("mona", group="Moderator"))
    codes = [send(client, post, body=f"Word {number}").status_code for number in range(14)]
    assert codes == [302] * 14


def test_a_comment_stored_already_is_not_refused_as_too_fast(visitor, post):
    form = opened(post, seconds_ago=60)
    first = send(visitor, post, body="Word", stamp=form)
    written(post, 12)
    again = send(visitor, post, body="Word", stamp=form)
    assert again.status_code == 302
    assert again["Location"].split("/")[2] == first["Location"].split("/")[2] == "receipt"


# A whole network


def test_a_whole_network_may_write_forty_a_minute(post):
    for number in range(39):
        written(post, 1, address=f"198.51.100.{number + 1}")
    assert rate_limits.seconds_until_comment_allowed("198.51.100.200") == 0
    written(post, 1, address="198.51.100.40")
    assert 55 <= rate_limits.seconds_until_comment_allowed("198.51.100.200") <= 61
    assert rate_limits.seconds_until_comment_allowed("198.51.101.1") == 0


def test_a_whole_network_may_write_240_an_hour(post):
    for number in range(240):
        written(post, 1, address=f"198.51.100.{number + 1}", ago=timedelta(minutes=30))
    assert 1_700 <= rate_limits.seconds_until_comment_allowed("198.51.100.250") <= 1_801


def test_a_rented_network_gets_the_text_back_too(post):
    for number in range(40):
        written(post, 1, address=f"198.51.100.{number + 1}")
    response = send(Client(REMOTE_ADDR="198.51.100.200"), post, body="The forty-first.")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 50
    assert form_on(response)["body"] == "The forty-first."


def test_one_home_of_the_sixth_version_is_one_sender(post):
    for number in range(12):
        written(post, 1, address=f"2001:db8:1:2::{number + 1:x}")
    assert rate_limits.seconds_until_comment_allowed("2001:db8:1:2:3:4:5:6") > 50
    assert rate_limits.seconds_until_comment_allowed("2001:db8:1:3::1") == 0


def test_a_network_of_the_sixth_version_is_48_bits_wide(post):
    for number in range(40):
        written(post, 1, address=f"2001:db8:1:{number + 1:x}::1")
    assert rate_limits.seconds_until_comment_allowed("2001:db8:1:ffff::1") > 50
    assert rate_limits.seconds_until_comment_allowed("2001:db8:2::1") == 0


def test_all_of_it_is_counted_in_one_query(post, django_assert_num_queries):
    written(post, 30)
    with django_assert_num_queries(1):
        rate_limits.seconds_until_comment_allowed(HERE)
