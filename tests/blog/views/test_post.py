import re
from datetime import timedelta

import pytest
from django.utils import timezone

from blog.models import Post
from tests import factories

pytestmark = pytest.mark.django_db


def page(response) -> str:
    return response.content.decode()


def test_a_post_shows_title_byline_and_text_at_its_own_address(visitor):
    alice, bob = factories.author("Alice", slug="alice"), factories.author("Bob", slug="bob")
    factories.post("The tea house", slug="tea", body="Tea *first*.", authors=[alice, bob])
    response = visitor.get("/2026/03/20/tea/")
    assert response.status_code == 200
    shown = page(response)
    assert "The tea house</h1>" in shown
    assert "Tea <em>first</em>." in shown
    assert '<a class="byline__author" href="/author/alice/"><bdi>Alice</bdi></a>' in shown
    assert '<a class="byline__author" href="/author/bob/"><bdi>Bob</bdi></a>' in shown
    assert '<time datetime="2026-03-20T12:00:00+00:00">20 March 2026</time>' in shown
    assert '<link rel="canonical" href="http://127.0.0.1:8000/2026/03/20/tea/">' in shown


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["Alice"], 'by <a href="/author/alice/"><bdi>Alice</bdi></a>, author of 1 post on Registan.'),
        (["Alice", "Bob"], "by <bdi>Alice</bdi> and <bdi>Bob</bdi>."),
        (["Alice", "Bob", "Carol"], "by <bdi>Alice</bdi>, <bdi>Bob</bdi> and <bdi>Carol</bdi>."),
    ],
)
def test_one_sentence_says_who_wrote_a_post_however_many(visitor, names, sentence):
    post = factories.post(authors=[factories.author(name, slug=name.lower()) for name in names])
    shown = " ".join(page(visitor.get(post.get_absolute_url())).split())
    assert shown.count("This post was written") == 1
    assert f"This post was written {sentence}" in shown
    assert [name for name in names if f"<bdi>{name}</bdi></a>, author of 1 post on Registan" not in shown] == []


def test_they_are_joined_in_the_language_of_the_page(visitor):
    post = factories.post(authors=[factories.author("Alice"), factories.author("Bob")])
    visitor.cookies["language"] = "ru"
    assert "<bdi>Alice</bdi> и <bdi>Bob</bdi>" in page(visitor.get(post.get_absolute_url()))


def test_a_post_shows_its_epigraph_with_the_source(visitor):
    shown = page(
        visitor.get(factories.post(epigraph="Who rests, *rusts*.", epigraph_source="A smith").get_absolute_url())
    )
    assert "Who rests, <em>rusts</em>.</p>" in shown.partition("<blockquote>")[2]
    assert "<figcaption>A smith</figcaption>" in shown


def test_a_post_shows_its_tags(visitor):
    shown = page(visitor.get(factories.post(tags=[factories.tag("Tea"), factories.tag("Roads")]).get_absolute_url()))
    assert '<a href="/tag/tea/" rel="tag"><bdi>Tea</bdi></a>' in shown
    assert '<a href="/tag/roads/" rel="tag"><bdi>Roads</bdi></a>' in shown


def test_the_author_box_shows_their_number_of_posts(visitor):
    alice = factories.author("Alice", slug="alice", bio="Walks *far*.", website="https://alice.example/")
    post = factories.post(authors=[alice])
    assert "author of 1 post on Registan" in page(visitor.get(post.get_absolute_url()))
    factories.post(authors=[alice])
    factories.draft(authors=[alice])
    shown = page(visitor.get(post.get_absolute_url()))
    assert "author of 2 posts on Registan" in shown
    assert "Walks <em>far</em>." in shown
    assert 'href="https://alice.example/"' in shown


def test_a_post_leads_to_subscription_and_to_the_terms_when_there_are_any(visitor, post):
    shown = page(visitor.get(post.get_absolute_url()))
    assert 'href="/subscribe/"' in shown
    assert "/terms/" not in shown
    factories.page("terms")
    assert 'href="/terms/"' in page(visitor.get(post.get_absolute_url()))


def test_a_post_counts_its_approved_comments_alone(visitor, post):
    assert "byline__comments" not in page(visitor.get(post.get_absolute_url()))
    for status in ("approved", "approved", "pending", "spam"):
        factories.comment(post, status=status)
    assert f'href="{post.get_absolute_url()}#comments">2 comments</a>' in page(visitor.get(post.get_absolute_url()))


def test_the_neighbours_are_the_posts_before_and_after_in_order_of_time(visitor):
    noon = factories.NOON
    first = factories.post("First", published_at=noon)
    later = factories.post("Later that day", published_at=noon + timedelta(hours=1))
    same = factories.post("The same second", published_at=noon + timedelta(hours=1))
    last = factories.post("Next day", published_at=noon + timedelta(days=1))
    factories.scheduled(title="Not yet")
    factories.draft(title="Never")

    def neighbours(post: Post) -> tuple:
        further = visitor.get(post.get_absolute_url() + "?reply=1").context["further"]
        return further.previous, further.next

    assert neighbours(first) == (None, later)
    assert neighbours(later) == (first, same)
    assert neighbours(same) == (later, last)
    assert neighbours(last) == (same, None)


def test_a_text_changed_after_publication_says_so(visitor, post):
    Post.objects.filter(pk=post.pk).update(updated_at=post.published_at)
    assert "byline__updated" not in page(visitor.get(post.get_absolute_url() + "?reply=1"))
    post.body = "Tea last."
    post.save()
    assert "byline__updated" in page(visitor.get(post.get_absolute_url()))


def test_authors_cannot_smuggle_markup_through_titles_and_names(visitor):
    alice = factories.author('<b>"Al"', slug="al")
    tag = factories.tag("<i>tea</i>", slug="tea")
    post = factories.post("<script>alert(1)</script>", authors=[alice], tags=[tag], epigraph="x", epigraph_source="<u>")
    for address in (post.get_absolute_url(), "/", "/tags/", "/tag/tea/", "/authors/", "/author/al/", "/archive/"):
        shown = page(visitor.get(address))
        assert not any(raw in shown for raw in ("<script>alert", "<b>", "<i>tea", "<u>")), address


def said(answer, *, but: str) -> str:
    """The page without the words of its own address, which its search field repeats."""
    return re.sub(f'value="({but})"', "", answer.text)


def test_draft_scheduled_and_missing_posts_answer_alike(visitor):
    tomorrow = timezone.now() + timedelta(days=1)
    draft = factories.draft(slug="draft", published_at=factories.NOON)
    scheduled = factories.scheduled(slug="later", published_at=tomorrow)
    day = tomorrow.date().strftime("/%Y/%m/%d/")
    below = ("", "comment-page-1/", "comment-page-2/", "feed/", "feed/atom/", "feed/json/", "?reply=1")
    for method in ("get", "head"):
        for rest in below:
            answers = {
                (answer.status_code, said(answer, but="draft|later|never|wrong"), str(sorted(answer.headers.items())))
                for address in (
                    draft.get_absolute_url(),
                    scheduled.get_absolute_url(),
                    f"{day}never/",
                    "/2026/03/20/wrong/",
                )
                for answer in [getattr(visitor, method)(address + rest)]
            }
            assert len(answers) == 1, rest
            assert answers.pop()[0] == 404


@pytest.mark.parametrize("day", ["2026/02/30", "2026/00/01", "2026/13/01", "0000/01/01", "9999/12/31", "2026/3/20"])
def test_an_impossible_date_is_a_missing_page(visitor, day, post):
    assert visitor.get(f"/{day}/{post.slug}/").status_code == 404


def test_a_post_answers_on_its_own_day_alone(visitor, post):
    assert visitor.get(f"/2026/03/21/{post.slug}/").status_code == 404


def test_an_address_without_its_last_slash_leads_to_the_one_with_it(visitor, post):
    response = visitor.get(post.get_absolute_url().rstrip("/"))
    assert (response.status_code, response["Location"]) == (301, post.get_absolute_url())


def test_slugs_of_any_script_and_length_are_looked_up_safely(visitor, post):
    for slug in ("чайхана", "x" * 3000, "-", "a\x00b", "..", "%2e%2e"):
        assert visitor.get(f"/2026/03/20/{slug}/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_a_post_is_only_read(visitor, post, method):
    response = getattr(visitor, method)(post.get_absolute_url())
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("comments", [0, 10, 250])
def test_a_post_costs_at_most_eight_queries_for_any_thread(
    visitor, django_assert_num_queries, django_assert_max_num_queries, comments
):
    post = factories.post(tags=[factories.tag(), factories.tag()], authors=[factories.author(), factories.author()])
    factories.post(published_at=factories.NOON - timedelta(days=1))
    factories.post(published_at=factories.NOON + timedelta(days=1))
    parent = None
    for number in range(comments):
        parent = factories.comment(post, parent=parent if number % 7 else None)
    with django_assert_num_queries(7 if comments else 6):
        visitor.get(post.get_absolute_url())
    if comments > 100:
        with django_assert_num_queries(3):  # clock, post, comments: the rest is rendered by now
            visitor.get(f"{post.get_absolute_url()}comment-page-3/")
    with django_assert_max_num_queries(8):
        visitor.get(f"{post.get_absolute_url()}?reply={parent.pk if parent else 1}")
