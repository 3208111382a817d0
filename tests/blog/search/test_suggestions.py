"""Words that a search without results offers instead: those of texts that every reader may read, and no others."""

import pytest

from blog.models import SearchWord
from comments.status import Status, Via
from tests import factories
from tests.blog.search.results_page import page

pytestmark = pytest.mark.django_db
# One word, and its forms: whoever reads a suggestion cannot tell from it which of them hidden texts have.
TYPED, PUBLIC, HIDDEN = "resignatons", "resignation", "resignations"


def draft():
    factories.draft(title="Plans", body=f"All about {HIDDEN}.")


def scheduled():
    factories.scheduled(body=f"All about {HIDDEN}.")


def unlisted():
    factories.post(body=f"All about {HIDDEN}.", visibility="unlisted")


def protected():
    factories.post(body=f"All about {HIDDEN}.", visibility="password")


def published_once():
    factories.post(body=f"All about {HIDDEN}.").unpublish()


def listed_once():
    post = factories.post(body=f"All about {HIDDEN}.")
    post.visibility = "unlisted"
    post.save()


def deleted():
    factories.post(body=f"All about {HIDDEN}.").delete()


def waiting_comment():
    factories.comment(factories.post(), body=f"All about {HIDDEN}.", status=Status.PENDING)


def removed_comment():
    factories.remove(factories.comment(factories.post(), body=f"All about {HIDDEN}."), via=Via.DESK)


def comment_on_an_unlisted_post():
    factories.comment(factories.post(visibility="unlisted"), body=f"All about {HIDDEN}.")


EVERY_WAY = (
    *(draft, scheduled, unlisted, protected, published_once, listed_once, deleted, waiting_comment, removed_comment),
    comment_on_an_unlisted_post,
)


@pytest.mark.parametrize("language", ["simple", "english"])
@pytest.mark.parametrize("hide", EVERY_WAY, ids=lambda hide: hide.__name__)
def test_a_word_of_a_hidden_text_is_never_offered(
    visitor, settings, hide, language, django_capture_on_commit_callbacks
):
    settings.SEARCH_LANGUAGE = language
    with django_capture_on_commit_callbacks(execute=True):
        hide()
    assert "Did you mean" not in page(visitor, TYPED)
    with django_capture_on_commit_callbacks(execute=True):
        factories.post(body=f"One {PUBLIC} only.")
    shown = page(visitor, TYPED)
    assert f"<bdi>{PUBLIC}</bdi>" in shown
    assert HIDDEN not in shown


def test_words_of_drafts_are_not_even_remembered(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        draft()
        unlisted()
    assert not SearchWord.objects.filter(word=HIDDEN).exists()


def test_help_with_a_misspelt_word_comes_before_the_syntax(visitor, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        factories.post(body="A minaret of blue brick.")
    shown = page(visitor, "minraet")
    assert shown.index("<bdi>minaret</bdi>") < shown.index('class="search-help"')
