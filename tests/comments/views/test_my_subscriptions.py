"""A reader's own subscriptions: signed in, without an account."""

import pytest
from django.test import Client

from blog.models import Post
from comments.models import Mailbox, Subscription
from comments.models.subscription import Frequency
from comments.privacy.export import export_subscription
from tests import factories
from tests.comments.comment_pages import page

pytestmark = pytest.mark.django_db
MINE = "/subscribe/mine/"


@pytest.fixture
def ann():
    return factories.reader("ann@example.net")


@pytest.fixture
def browser_of_ann(ann):
    return factories.reader_client(ann)


def press(client: Client, act: str, **more):
    return client.post(MINE, {"act": act, **more})


def test_it_shows_the_readers_subscriptions_and_nobody_elses(browser_of_ann, post, ann):
    factories.subscription(post, by=ann)
    factories.subscription(factories.tag("Secret of Bob"), by=factories.reader("bob@example.net"))
    html = page(browser_of_ann.get(MINE))
    assert "New comments on “The tea house”" in html
    assert f'href="{post.get_absolute_url()}"' in html
    assert "Bob" not in html


def test_a_browser_without_a_session_sees_and_changes_nothing(visitor, post, ann):
    subscription = factories.subscription(post, by=ann)
    html = page(visitor.get(MINE))
    assert "tea house" not in html
    assert "This browser is not signed in" in html
    assert press(visitor, f"stop:{subscription.pk}").status_code == 403
    assert Subscription.objects.count() == 1


def test_each_subscription_can_change_its_frequency_or_end(browser_of_ann, post, ann):
    first, second = factories.subscription(post, by=ann), factories.subscription(by=ann)
    assert press(browser_of_ann, f"daily:{first.pk}").status_code == 303
    assert Subscription.objects.get(pk=first.pk).often == Frequency.DAILY
    press(browser_of_ann, f"at-once:{first.pk}")
    assert Subscription.objects.get(pk=first.pk).often == Frequency.AT_ONCE
    press(browser_of_ann, f"stop:{first.pk}")
    assert list(Subscription.objects.all()) == [second]
    press(browser_of_ann, "stop-all")
    assert "You have no subscriptions." in page(browser_of_ann.get(MINE))


def test_subscriptions_of_others_cannot_be_changed(browser_of_ann, post):
    subscription = factories.subscription(post)
    for act in ("daily", "stop"):
        assert press(browser_of_ann, f"{act}:{subscription.pk}").status_code == 303
    assert Subscription.objects.get().often == Frequency.AT_ONCE


def test_readers_choose_their_hour_and_time_zone(browser_of_ann, post, ann):
    factories.subscription(post, by=ann)
    assert press(browser_of_ann, "hour", hour="21", zone="Asia/Tashkent").status_code == 303
    box = Mailbox.objects.get()
    assert (box.hour, box.zone) == (21, "Asia/Tashkent")
    html = page(browser_of_ann.get(MINE))
    assert '<option value="Asia/Tashkent" selected>Tashkent</option>' in html
    assert '<option value="21" selected>21:00</option>' in html


@pytest.mark.parametrize("wrong", [{"hour": "24"}, {"hour": "x"}, {"hour": "7", "zone": "Mars/Olympus"}, {"zone": ""}])
def test_an_invalid_hour_or_time_zone_is_refused(browser_of_ann, post, ann, wrong):
    factories.subscription(post, by=ann)
    assert press(browser_of_ann, "hour", **wrong).status_code == 400
    assert Mailbox.objects.get().hour == 7


@pytest.mark.parametrize("act", ["", "stop:", "stop:x", "stop:99999999999999999999", "often:1", "daily:\0"])
def test_a_value_that_no_button_sends_is_refused(browser_of_ann, act):
    assert press(browser_of_ann, act).status_code == 400


def test_another_site_cannot_press_a_button(browser_of_ann, post, ann):
    subscription = factories.subscription(post, by=ann)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        response = browser_of_ann.post(MINE, {"act": f"stop:{subscription.pk}"}, headers=headers)
        assert response.status_code == 403
    assert Subscription.objects.count() == 1


def test_a_paused_address_gets_email_again_when_its_owner_asks(browser_of_ann, post, ann):
    factories.subscription(post, by=ann)
    for _ in range(3):
        Mailbox.record_refusal(ann.pk)
    assert "we have stopped sending them" in page(browser_of_ann.get(MINE))
    press(browser_of_ann, "resume")
    assert "we have stopped sending them" not in page(browser_of_ann.get(MINE))
    assert Mailbox.objects.get().refusals == 0


def test_an_ended_session_opens_nothing(browser_of_ann, post, ann):
    factories.subscription(post, by=ann)
    ann.sessions.all().delete()
    assert "tea house" not in page(browser_of_ann.get(MINE))


def test_a_list_of_many_costs_as_many_queries_as_one_of_few(browser_of_ann, ann, django_assert_num_queries):
    for _ in range(30):
        factories.subscription(factories.tag(), by=ann)
    with django_assert_num_queries(5):  # with their session, the clock and the standing pages in the masthead
        browser_of_ann.get(MINE)


def test_readers_download_their_comments_in_plain_values(post, ann):
    factories.subscription(post, by=ann, often=Frequency.DAILY)
    line = export_subscription(ann.subscriptions.with_targets().get())
    assert line.pop("since").startswith("20")
    assert line == {
        "what": "New comments on “The tea house”",
        "kind": "post",
        "address": post.get_absolute_url(),
        "often": "daily",
    }


def test_an_unpublished_post_is_not_named(post):
    ann = factories.reader("ann@example.net")
    factories.subscription(post, by=ann)
    Post.objects.filter(pk=post.pk).update(status="draft", title="Secret plans")
    html = factories.reader_client(ann).get("/subscribe/mine/").text
    assert "Secret plans" not in html
    assert "Something that is no longer here" in html
