"""The worker chooses which posts are related: by tags, sources and rare words, from what readers find."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from blog.models import Clock, Post, RelatedChoice, RelatedPost, Series
from blog.search.choose_related import choose_due_related
from tests import factories

pytestmark = pytest.mark.django_db
# Words that most posts have; the posts of these tests have others of their own.
COMMON = "Tea first, then talk."


@pytest.fixture
def others():
    """Eight posts that have nothing rare in common."""
    alice = factories.author("Alice")
    return [factories.post(f"Filler {number}", authors=[alice], body=COMMON) for number in range(8)]


def choose() -> None:
    while choose_due_related():
        pass


def related_to(post: Post) -> list[str]:
    choose()
    return [link.related.title for link in RelatedPost.objects.filter(post=post).select_related("related")]


def test_posts_that_share_a_tag_are_related_and_the_rarest_tag_says_most(others):
    rare, frequent = factories.tag("Glaze"), factories.tag("City")
    for number in range(3):
        factories.post(f"City {number}", tags=[frequent])
    near = factories.post("Near", tags=[rare])
    post = factories.post("This", tags=[rare, frequent])
    assert related_to(post)[0] == "Near"
    assert {"City 0", "City 1", "City 2"} & {*related_to(post)}
    assert related_to(near) == ["This"]
    assert related_to(others[0]) == []


def test_a_tag_that_most_posts_have_relates_none(others):
    everywhere = factories.tag("Blog")
    for other in Post.objects.all():
        other.save(tags=[everywhere])
    assert related_to(factories.post("This", tags=[everywhere])) == []


def test_posts_that_quote_the_same_source_are_related(others):
    quoting = "> Leave one brick.\n> — Navoiy, *Xamsa*\n"
    near, post = factories.post("Near", body=quoting), factories.post("This", body=f"Otherwise said.\n\n{quoting}")
    assert related_to(post) == ["Near"]
    assert related_to(near) == ["This"]


def test_posts_with_several_rare_words_in_common_are_related_and_one_word_is_too_little(others):
    near = factories.post("Near", body="Cobalt glazes, tin and kilns of Rishton.")
    factories.post("Far", body="A kiln for bread.")
    post = factories.post("This", body="In Rishton a kiln burns tin and cobalt into the glaze.")
    assert related_to(post) == ["Near"]
    assert related_to(near) == ["This"]


def test_what_the_page_names_anyway_and_other_languages_are_left_out(others):
    tag, series = factories.tag("Glaze"), Series.objects.create(name="Letters", slug="letters")
    post = factories.post("This", tags=[tag], series=series, part=1)
    factories.post("Part", tags=[tag], series=series, part=2)
    factories.post("Translation", tags=[tag], language="uz", translation_of=post)
    factories.post("Russian", tags=[tag], language="ru")
    factories.post("English", tags=[tag], language="en")
    post.refresh_from_db()
    assert related_to(post) == ["English"]


@pytest.mark.parametrize("fields", [{"status": "draft", "published_at": None}, {"visibility": "unlisted"}])
def test_what_readers_do_not_find_is_neither_chosen_nor_chosen_for(others, fields):
    tag = factories.tag("Glaze")
    hidden, post = factories.post("Hidden", tags=[tag], **fields), factories.post("This", tags=[tag])
    assert not RelatedChoice.objects.filter(post=hidden).exists()
    assert related_to(post) == related_to(hidden) == []


def test_a_scheduled_post_is_chosen_once_it_appears(others, monkeypatch):
    tag = factories.tag("Glaze")
    post, later = factories.post("This", tags=[tag]), factories.scheduled(title="Later", tags=[tag])
    assert related_to(post) == []
    tomorrow = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert related_to(post) == ["Later"]
    assert related_to(later) == ["This"]


def test_who_led_to_a_post_that_disappears_is_chosen_for_again(others):
    tag = factories.tag("Glaze")
    posts = [factories.post(f"Glaze {number}", tags=[tag]) for number in range(3)]
    assert related_to(posts[0]) == ["Glaze 2", "Glaze 1"]
    posts[2].unpublish()
    assert related_to(posts[0]) == ["Glaze 1"]
    assert related_to(posts[2]) == []
    posts[2].publish()
    assert related_to(posts[0]) == ["Glaze 2", "Glaze 1"]


def test_a_choice_for_a_post_that_is_saved_meanwhile_is_made_again(others, monkeypatch):
    tag = factories.tag("Glaze")
    near, post = factories.post("Near", tags=[tag]), factories.post("This", tags=[tag])
    choose()
    post.save(tags=[])

    def save_meanwhile(pk, common):
        monkeypatch.undo()
        post.save(tags=[tag])
        return []

    monkeypatch.setattr("blog.search.choose_related.choose_related", save_meanwhile)
    assert related_to(post) == ["Near"]
    assert related_to(near) == ["This"]


def test_the_clock_moves_for_a_post_that_was_saved_and_once_only(others):
    tag = factories.tag("Glaze")
    factories.post("Near", tags=[tag])
    choose()
    factories.post("This", tags=[tag])
    before = Clock.read().site
    choose()
    assert Clock.read().site == before + 1


def test_saving_a_post_as_it_is_asks_for_nothing(post):
    choose()
    post.save()
    assert not RelatedChoice.objects.exists()


def test_reindex_has_every_post_chosen_for_again_by_the_worker(others):
    tag = factories.tag("Glaze")
    near, post = (factories.post(title, tags=[tag]) for title in ("Near", "This"))
    choose()
    RelatedPost.objects.all().delete()
    call_command("reindex", verbosity=0)
    assert RelatedChoice.objects.filter(due_at__lte=timezone.now()).count() == 10
    call_command("worker", "--once")
    assert related_to(post) == ["Near"]
    assert related_to(near) == ["This"]
