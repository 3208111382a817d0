"""Writes the comments for bench/hands.py: what people say, and what machines make in thirty hands.

The sentences follow the words of the demo's conversations (a chain of word after word), so that texts about one subject
share words as people's do. Everything is drawn from one seed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random

from bench.site import ROOT

# The weights of comments/families/join.py were chosen on this draw; others show whether they hold.
TRAINING_SEED, OTHER_SEEDS = 58, (59, 60)
HANDS, PER_HAND, PEOPLE_COMMENTS = 30, 20, 3_000
HOURS = 24 * 42
# Of ten hands: what they gain, and so what their comments share.
TRADES = ("page", "page", "website", "website", "website", "words", "words", "telephone", "landing", "copied")
# Pages that many people link to, the first ones oftenest.
POPULAR = [f"https://{host}/{path}" for path in range(8) for host in ("news.example", "wiki.example", "video.example")]


@dataclass(frozen=True)
class Written:
    """One comment: `person` wrote it, in a `hand` (-1: their own), so many `seconds` after opening the form."""

    person: int
    hand: int
    body: str
    name: str
    address: str
    hour: int
    seconds: float
    email: str = ""
    website: str = ""
    is_verified: bool = False
    is_published: bool = False


@dataclass
class Writer:
    """Draws texts, addresses and names."""

    rng: Random
    chain: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for path in sorted(ROOT.glob("comments/demo/*.md")):
            words = [word.strip("`*[]()#>|\"'“”") for word in path.read_text().split() if "/" not in word]
            words = [word for word in words if word and word[0].isalpha() and "@" not in word]
            for word, following in pairwise(words):
                self.chain[word].append(following)

    def text(self, words: int) -> str:
        """So many words, each one that follows the last somewhere in the demo."""
        word, said = self.rng.choice(list(self.chain)), []
        for _ in range(words):
            said.append(word)
            word = self.rng.choice(self.chain[word] or list(self.chain))
        return " ".join(said).capitalize() + "."

    def reworded(self, text: str) -> str:
        """The same with one word in eight replaced."""
        every = list(self.chain)
        return " ".join(self.rng.choice(every) if self.rng.random() < 0.125 else word for word in text.split())

    def address(self) -> str:
        return ".".join(str(self.rng.randrange(1, 255)) for _ in range(4))

    def name(self) -> str:
        return self.rng.choice(list(self.chain)).title()[:30]


def write_all(seed: int = TRAINING_SEED) -> list[Written]:
    """Every comment in the order in which it was sent."""
    writer = Writer(Random(seed))
    people = list(people_comments(writer))
    hands = list(machine_comments(writer, people))
    return sorted([*people, *hands], key=lambda comment: (comment.hour, comment.person))


def people_comments(writer: Writer) -> Iterator[Written]:
    """Three thousand true ones: from offices, schools and mobile networks, and from homes."""
    rng, person = writer.rng, 0
    written: list[Written] = []
    places = list(shared_places(writer))
    while len(written) < PEOPLE_COMMENTS:
        person += 1
        place = rng.choice(places) if rng.random() < 0.6 else None
        network, website, page = place or (writer.address().rpartition(".")[0], "", "")
        if not place and rng.random() < 0.1:
            website = f"https://{person}.home.example.{rng.choice(['org', 'net'])}/".replace("home.example", "person")
        is_verified = rng.random() < 0.25
        for _ in range(rng.choice((1, 1, 1, 2, 3, 5))):
            body = writer.text(rng.randrange(8, 120))
            if rng.random() < 0.05:
                body += " " + POPULAR[min(int(rng.expovariate(0.3)), len(POPULAR) - 1)]
            if page and rng.random() < 0.1:
                body += f" {page}"
            if written and rng.random() < 0.05:
                body = f"> {rng.choice(written).body}\n\n{body}"
            written.append(
                Written(
                    person, -1, body, name=f"Reader {person}", address=f"{network}.{rng.randrange(1, 255)}",
                    hour=rng.randrange(HOURS), seconds=rng.lognormvariate(4.6, 0.9), website=website,
                    email=f"reader{person}@example.org", is_verified=is_verified, is_published=rng.random() < 0.75,
                )
            )  # fmt: skip
    yield from written[:PEOPLE_COMMENTS]


def shared_places(writer: Writer) -> Iterator[tuple[str, str, str]]:
    """Networks of many people, with the website that colleagues give as theirs, and the page that a class reads."""
    for number in range(40):
        network = writer.address().rpartition(".")[0]
        if number < 20:
            yield network, f"https://office{number}.example/" if number % 2 else "", ""
        elif number < 30:
            yield network, "", f"https://school{number}.example/lesson" if number % 5 == 0 else ""
        else:
            yield from ((network, "", "") for _ in range(4))  # mobile networks have more people


def machine_comments(writer: Writer, people: list[Written]) -> Iterator[Written]:
    for hand in range(HANDS):
        yield from comments_of_hand(writer, hand, people)


def comments_of_hand(writer: Writer, hand: int, people: list[Written]) -> Iterator[Written]:
    """Twenty comments under twenty names, from rented addresses, within some days; one in ten takes more care."""
    rng, trade = writer.rng, TRADES[hand % len(TRADES)]
    first, pace = rng.randrange(HOURS - 100), rng.uniform(6, 40)
    pool = [writer.address() for _ in range(8)]
    template = writer.text(60)
    for number in range(PER_HAND):
        is_careful = rng.random() < 0.1
        comment = Written(
            -hand - 1, hand, writer.text(rng.randrange(25, 90)), name=writer.name(),
            address=writer.address() if is_careful else rng.choice(pool), hour=first + int(number * rng.uniform(0, 3)),
            seconds=rng.lognormvariate(4.6, 0.9) if is_careful else pace + rng.random(),
            email=f"{writer.name().lower()}{rng.randrange(10_000)}@mail.example", is_published=rng.random() < 0.3,
        )  # fmt: skip
        yield with_trade(comment, trade, hand=hand, template=template, writer=writer, people=people)


def with_trade(
    comment: Written, trade: str, *, hand: int, template: str, writer: Writer, people: list[Written]
) -> Written:
    """The comment with what its hand wants readers to find."""
    rng, domain = writer.rng, f"goods{hand}.example"
    if trade == "page":
        return replace(comment, body=f"{comment.body} https://{domain}/offer?ref={rng.randrange(99)}")
    if trade == "website":
        return replace(comment, website=f"https://{domain}/")
    if trade == "words":
        return replace(comment, body=writer.reworded(template))
    if trade == "telephone":
        return replace(comment, body=f"{comment.body} Call +998 90 55{hand:02} 12-34.")
    if trade == "landing":
        return replace(comment, body=f"{comment.body} https://shop{rng.randrange(3)}.{domain}/{rng.randrange(9)}")
    long = [other.body for other in people if other.is_published and len(other.body) > 200 and ">" not in other.body]
    return replace(comment, body=rng.choice(long), website=f"https://{domain}/")
