"""Reads the samples, and tells of a page which words and which elements it shows, without the code under test."""

import html
import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "samples"
HIDDEN = re.compile(r"<!--.*?-->|<![^>]*>|<(head|style|script|button|iframe)\b.*?</\1>", re.DOTALL)
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\"[^\"]*\"|'[^']*'|[^\"'>])*)>", re.IGNORECASE)
SAME = {"b": "strong", "i": "em", "s": "del", "strike": "del", **{f"h{n}": "h" for n in range(1, 7)}}
TOLD = set("h ul ol li blockquote table tr th td pre code strong em del sup sub cite a".split())  # noqa: SIM905
TYPOGRAPHY = str.maketrans("“”„‘’‚", "\"\"\"'''", "-–—―\ufe0e")


class Sample(NamedTuple):
    """A clipboard, the Markdown that it becomes, and what is seen where the source does not tell it by its tags."""

    name: str
    html: str
    markdown: str
    words: str | None
    structure: str | None


def read_samples() -> list[Sample]:
    samples = []
    for file in sorted(FOLDER.glob("*.txt")):
        for part in file.read_text().split("=== ")[1:]:
            name, _, rest = part.partition("\n")
            source, *others = re.split(r"^--- (becomes|words|structure)\n", rest, flags=re.MULTILINE)
            told = dict(zip(others[::2], others[1::2], strict=True))
            words, structure = (told[key].strip() if key in told else None for key in ("words", "structure"))
            becomes = told["becomes"].strip("\n")
            samples.append(Sample(f"{file.stem}: {name}", source.strip(), becomes, words, structure))
    return samples


def words_seen(source: str) -> str:
    """All words without spaces; dashes and quotation marks are the site's to draw."""
    bare = html.unescape(TAG.sub("", HIDDEN.sub("", source)))
    return "".join(bare.replace("…", "...").split()).translate(TYPOGRAPHY)


def structure_of(source: str) -> list[str]:
    """The elements that mean something, in their order; a reference to a note is a link."""
    found = []
    for closing, tag, attributes in TAG.findall(HIDDEN.sub("", source)):
        name = SAME.get(tag.lower(), tag.lower())
        is_link = name != "a" or "href" in attributes
        if not closing and name in TOLD and is_link and "footnote-ref" not in attributes:
            found.append(name)
    return found
