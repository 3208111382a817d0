"""Stop words move the score as before, and are no reason that a moderator reads."""

import pytest

from comments.models import Comment
from comments.spam import classifier
from comments.spam.classifier import TokenCounts, classify
from comments.spam.features import extract_features
from comments.spam.stop_words import STOP_WORDS, says_something
from comments.status import Status
from tests import factories

QUEUE = "/admin/comments/comment/queue/"


@pytest.mark.parametrize(
    "feature",
    ["a", "and", "that", "don't", "don’t", "of the", "и", "что", "va", "bo'lgan", "bo’lgan", "boʻlgan", "x"],
)
def test_what_every_text_has_tells_nothing(feature):
    assert not says_something(feature)


@pytest.mark.parametrize(
    "feature",
    ["casino", "the casino", "казино", "в казино", "pul", "link:a", "name:the", "shape:links-0", "茶", "茶屋", "7up"],
)
def test_what_only_some_texts_have_tells_something(feature):
    assert says_something(feature)


def test_the_list_has_only_words_that_features_can_be():
    for word in STOP_WORDS:
        assert word in extract_features(body=word), word


def test_the_score_is_the_same_with_and_without_the_list(monkeypatch):
    counts = TokenCounts(good=50, spam=50, words={"and": (3, 40), "casino": (0, 30), "dome": (40, 1)})
    found = frozenset({"and", "casino", "dome"})
    shown = classify(found, counts)
    monkeypatch.setattr(classifier, "says_something", lambda feature: True)
    everything = classify(found, counts)
    assert shown.score == everything.score
    assert {feature for feature, _ in everything.score_reasons} - {feature for feature, _ in shown.score_reasons} == {
        "and"
    }


def test_reasons_behind_stop_words_move_up():
    strong = dict.fromkeys(sorted(STOP_WORDS)[:20], (0, 49))
    counts = TokenCounts(good=50, spam=50, words={**strong, "casino": (1, 30)})
    assert [feature for feature, _ in classify(frozenset(counts.words), counts).score_reasons] == ["casino"]


@pytest.mark.django_db
def test_the_queue_leaves_them_out_of_older_scores_too(mona, post):
    comment = factories.comment(post, status=Status.PENDING, body="Tea.")
    reasons = [["and", 2.0], ["that the", 1.9], ["casino", 1.5], ["shape:links-0", -1.0]]
    Comment.objects.filter(pk=comment.pk).update(score=0.9, score_reasons=reasons)
    page = mona.get(QUEUE).text
    assert "the word “casino”" in page
    assert "no link" in page
    assert "the word “and”" not in page
    assert "that the" not in page
