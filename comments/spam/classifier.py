"""How likely a comment is spam, by what moderators decided of others before it. Knows no model.

Naive Bayes with doubt: each feature has a probability of spam by Bayes' rule, drawn towards "unknown" while it has
been seen seldom (Gary Robinson, "A Statistical Approach to the Spam Problem", 2003), and the probabilities are
combined by Fisher's method, as SpamBayes did. Unlike a plain product it ends in the middle, not at one of the ends,
when the evidence contradicts itself: what is uncertain can be told from what is certain. Whether spam is rare or
common on the site is left out of it. bench/classifier.py measures the quality, and is where the numbers come from.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from comments.spam.stop_words import says_something

# Lessons of each kind before anything is advised: with fewer, chance speaks.
MIN_LESSONS = 10
# Where, after 1,000 decisions, it holds no more good texts than scikit-learn's MultinomialNB calls spam (1 in 120), and
# finds more of the spam.
HOLD_THRESHOLD = 0.7
# At most 1 good text in 100 may reach it: after 50, 200 and 1,000 decisions 1 in 700 did, and 1 in 70 where a flood
# had taught it ten times as much spam as good.
SPAM_THRESHOLD = 0.995
# Lessons of spam to one good one beyond which nothing is marked, only held: of 100 good texts more than one was marked
# by a filter that knew ten times as much spam.
MAX_SPAM_RATIO = 5
# Sightings that "unknown" weighs: always, and as many more, divided by the good lessons. Where few good texts are
# known a word may be missing from them by chance, and everything in a flood of spam would seem to be a sign of it.
DOUBT = 0.3
DOUBT_WHEN_YOUNG = 20
# What lies nearer to "unknown" (0.5) says nothing, and much of it would drown what speaks.
MIN_DISTANCE = 0.1
# A text is judged by its strongest features; what a spammer adds of harmless prose beyond them does not count.
MAX_JUDGED = 150
MAX_REASONS = 8


@dataclass(frozen=True)
class TokenCounts:
    """What was learned: numbers of good and of spam texts, and for each feature how many of either had it.

    `words` needs to hold only the features of the text at hand; one that it does not hold was never seen. To unlearn
    a text, subtract what it had added: what is then at (0, 0) counts as never seen.
    """

    good: int
    spam: int
    words: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Classification:
    """`score`: 0 is certainly good, 1 certainly spam, 0.5 unknown. `score_reasons`: up to 8 features that moved it
    most, without stop words, which tell a moderator nothing.

    Each has its weight in log-odds (natural logarithm), positive towards spam; the strongest is first.
    """

    score: float
    score_reasons: list[tuple[str, float]]


def classify(found: frozenset[str], counts: TokenCounts) -> Classification:
    """The verdict on a text with the features `found`; 0.5 without a reason while either kind was never learned."""
    if counts.good < 1 or counts.spam < 1:
        return Classification(score=0.5, score_reasons=[])
    strongest = list(_strongest_features(found, counts))
    score = _combine_by_fisher([probability for _, probability in strongest])
    telling = [(feature, chance) for feature, chance in strongest if says_something(feature)]
    told = [(feature, math.log(chance / (1 - chance))) for feature, chance in telling[:MAX_REASONS]]
    return Classification(score=score, score_reasons=told)


def advise(
    verdict: Classification,
    counts: TokenCounts,
    *,
    hold_from: float = HOLD_THRESHOLD,
    spam_from: float = SPAM_THRESHOLD,
) -> Literal["", "hold", "spam"]:
    """What to do with a comment: mark it spam, hold it for a moderator, or nothing. Never a reason to publish."""
    if min(counts.good, counts.spam) < MIN_LESSONS or verdict.score < hold_from:
        return ""
    is_flooded = counts.spam > MAX_SPAM_RATIO * counts.good
    return "spam" if verdict.score >= spam_from and not is_flooded else "hold"


def _strongest_features(found: frozenset[str], counts: TokenCounts) -> Iterator[tuple[str, float]]:
    """Features and their probabilities, the strongest first; a word that has spoken, alone or in a pair, is silent."""
    known = [(feature, _probability(*counts.words[feature], counts)) for feature in found if feature in counts.words]
    speaking = [(feature, chance) for feature, chance in known if abs(chance - 0.5) >= MIN_DISTANCE]
    spoken: set[str] = set()
    left = MAX_JUDGED
    for feature, chance in sorted(speaking, key=lambda pair: (-abs(pair[1] - 0.5), pair[0])):
        words = feature.split(" ")
        if left and spoken.isdisjoint(words):
            spoken.update(words)
            left -= 1
            yield feature, chance


def _probability(good: int, spam: int, counts: TokenCounts) -> float:
    """That a text is spam which has a feature seen in so many good and spam texts; between 0 and 1, never either."""
    if good <= 0 and spam <= 0:
        return 0.5
    in_good, in_spam = max(0, good) / counts.good, max(0, spam) / counts.spam
    # Counted as if both kinds had been learned equally often: the many lessons of one are not many of the other.
    sightings = counts.good * in_good * min(1, counts.spam / counts.good)
    sightings += counts.spam * in_spam * min(1, counts.good / counts.spam)
    doubt = DOUBT + DOUBT_WHEN_YOUNG / counts.good
    return (doubt * 0.5 + sightings * in_spam / (in_good + in_spam)) / (doubt + sightings)


def _combine_by_fisher(chances: list[float]) -> float:
    """Fisher's method, once for spam and once against it; 0.5 without evidence, or with as much for either."""
    if not chances:
        return 0.5
    spam = _chi_square_tail([1 - chance for chance in chances])
    good = _chi_square_tail(chances)
    return (1 + good - spam) / 2


def _chi_square_tail(chances: list[float]) -> float:
    """How probable it is that chances drawn at random are so small together: chi-square, two degrees for each."""
    half = -math.fsum(math.log(chance) for chance in chances)
    term = total = math.exp(-half)
    for number in range(1, len(chances)):
        term *= half / number
        total += term
    return min(1.0, total)
