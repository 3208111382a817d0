"""Generates prose from a small stock of words."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from blog.markup import extract, renderer

FIRST_NAMES = (
    "Adiba", "Anvar", "Aygul", "Bahrom", "Clara", "Davlat", "Edith", "Farida", "Gulnora", "Hamid", "Ilse", "Jasur",
    "Kamola", "Lutfi", "Malika", "Nadir", "Olim", "Parviz", "Ruth", "Saida", "Timur", "Umida", "Viktor", "Yulduz",
    "Zafar",
)  # fmt: skip
SURNAMES = (
    "Ashworth", "Bekov", "Carrow", "Dalimov", "Elton", "Fozilova", "Greaves", "Hoshimov", "Ibrat", "Jalilova",
    "Karim", "Lindqvist", "Mirzo", "Norova", "Oqtosh", "Penrose", "Rahim", "Sobirov", "Tilla", "Usmon", "Vane",
    "Whitlock", "Yoqubova", "Zokir",
)  # fmt: skip
NOUNS = (
    "bazaar", "bridge", "camel", "caravan", "carpet", "clock", "courtyard", "dome", "door", "garden", "kiln",
    "ledger", "letter", "map", "minaret", "mirror", "mulberry", "pass", "pomegranate", "river", "road", "scholar",
    "scribe", "shadow", "stove", "teapot", "tower", "wall", "well", "window",
)  # fmt: skip
ADJECTIVES = (
    "blue", "borrowed", "broken", "careful", "crooked", "distant", "empty", "forgotten", "generous", "hidden", "late",
    "narrow", "old", "patient", "quiet", "stubborn", "tall", "unfinished", "warm", "yellow",
)  # fmt: skip
VERBS = (
    "answered", "crossed", "describes", "explains", "followed", "hides", "keeps", "measured", "outlived", "praised",
    "promised", "remembers", "repaired", "replaced", "resembles", "returned", "shaded", "taught",
)  # fmt: skip
ADVERBIALS = (
    "after the rain", "all winter", "as everybody knows", "at noon", "before the census", "for a hundred years",
    "in the end", "more than once", "on market days", "without a word",
)  # fmt: skip


class RenderedText(NamedTuple):
    """A Markdown text, its HTML, and its opening words."""

    body: str = ""
    html: str = ""
    opening: str = ""


class TextGenerator:
    """Generates texts at random; the same `rng` gives the same texts."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def post(self) -> RenderedText:
        """Write three to twenty-two paragraphs with the Markdown that authors use."""
        parts = [self.paragraph(6) for _ in range(self.rng.choice([2, 3, 4, 5, 6, 8, 12, 20]))]
        parts.insert(1, f"> {self.paragraph(4)}")
        parts.append(f"*{self.sentence()}* [{self.thing()}](https://example.org/{self.rng.choice(NOUNS)})")
        body = "\n\n".join(parts)
        html = renderer.render_article(body)
        return RenderedText(body, html, extract.opening_words(html))

    def epigraph(self) -> RenderedText:
        body = self.sentence()
        return RenderedText(body, renderer.render_author_markdown(body))

    def comment(self) -> RenderedText:
        """Write a paragraph or two, rarely ten, sometimes below a quotation."""
        paragraphs = 10 if self.rng.random() < 0.02 else self.rng.choice([1, 1, 1, 2, 3])
        parts = [self.paragraph(4) for _ in range(paragraphs)]
        if self.rng.random() < 0.15:
            parts.insert(0, f"> {self.sentence()}")
        body = "\n\n".join(parts)
        return RenderedText(body, renderer.render_reader_markdown(body))

    def title(self) -> str:
        return f"The {self.rng.choice(ADJECTIVES)} {self.rng.choice(NOUNS)} and {self.thing()}"

    def paragraph(self, max_sentences: int) -> str:
        return " ".join(self.sentence() for _ in range(self.rng.randint(1, max_sentences)))

    def sentence(self) -> str:
        words = f"{self.thing()} {self.rng.choice(VERBS)} {self.thing()} {self.rng.choice(ADVERBIALS)}."
        return words[0].upper() + words[1:]

    def thing(self) -> str:
        return f"the {self.rng.choice(ADJECTIVES)} {self.rng.choice(NOUNS)}"


def person_name(number: int) -> str:
    """A person's name; six hundred numbers give different names."""
    return f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {SURNAMES[number // len(FIRST_NAMES) % len(SURNAMES)]}"
