"""Figures: an image alone in its paragraph with a caption, several as a gallery, wide ones, and media files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# The address of an uploaded file; its name is 32 random digits. Written like an image, it becomes a link, to which
# blog/media/players.py adds a player.
FILE_ADDRESS = r"/media/files/([0-9a-f]{32})\.(?:mp3|m4a|ogg|flac|wav|mp4|webm|pdf)"
_FILE = re.compile(FILE_ADDRESS)
# Behind an image, or behind the last one of a gallery: wider than the column. As in kramdown and Pandoc.
WIDE_MARK = "{.wide}"


def build_figures(state: StateCore) -> None:
    """Make a figure or a gallery of each paragraph that consists of images."""
    tokens: list[Token] = []
    for token in state.tokens:
        tokens.append(token)
        if token.type == "paragraph_close" and tokens[-2].type == "inline":
            figures = _figures_of(tokens[-2].children or [], tokens[-3])
            if figures:
                tokens[-3:] = figures
    for token in tokens:
        if token.type == "inline" and any(map(_is_file, token.children or [])):
            token.children = list(_link_files(token.children or []))
    state.tokens = tokens


def _link_files(children: list[Token]) -> Iterator[Token]:
    """Make links of media files that are written like images; not inside a link, since links do not nest."""
    inside = 0
    for token in children:
        inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if inside or not _is_file(token):
            yield token
            continue
        address = str(token.attrs["src"])
        yield Token("link_open", "a", 1, {"href": address})
        yield from token.children or [Token("text", "", 0, content=address.rpartition("/")[2])]
        yield Token("link_close", "a", -1)


def _is_file(token: Token) -> bool:
    return token.type == "image" and bool(_FILE.fullmatch(str(token.attrs.get("src", ""))))


def _figures_of(children: list[Token], paragraph: Token) -> list[Token]:
    """The tokens that stand for a paragraph with these children; none when it stays one."""
    images = [child for child in children if child.type == "image"]
    others = [child for child in children if child.type != "image"]
    if not images or any(other.type not in ("text", "softbreak", "hardbreak") for other in others):
        return []
    words = "".join(other.content for other in others).strip()
    is_wide = words == WIDE_MARK and children[-1].type != "image"
    if words and not is_wide:
        return []
    if any(map(_is_file, images)):
        return _figure_tokens(images[0], paragraph, css="figure figure--media") if len(children) == 1 else []
    if len(images) > 1:
        return _gallery_tokens(images, paragraph, is_wide=is_wide)
    if is_wide or images[0].attrs.get("title"):
        return _figure_tokens(images[0], paragraph, css="figure figure--wide" if is_wide else "figure")
    return []


def _gallery_tokens(images: list[Token], paragraph: Token, *, is_wide: bool) -> list[Token]:
    css = "gallery gallery--wide" if is_wide else "gallery"
    figures = [token for image in images for token in _figure_tokens(image, paragraph, css="figure")]
    return [
        Token("gallery_open", "div", 1, {"class": css}, paragraph.map, paragraph.level, block=True),
        *figures,
        Token("gallery_close", "div", -1, block=True),
    ]


def _figure_tokens(image: Token, paragraph: Token, *, css: str) -> list[Token]:
    title = str(image.attrs.pop("title", ""))
    return [
        Token("figure_open", "figure", 1, {"class": css}, paragraph.map, paragraph.level, block=True),
        Token("inline", "", 0, children=[image]),
        *(caption_tokens([Token("text", "", 0, content=title)], content=title) if title else []),
        Token("figure_close", "figure", -1, block=True),
    ]


def caption_tokens(words: list[Token], *, content: str = "") -> list[Token]:
    caption = Token("inline", "", 0, content=content, children=words)
    return [Token("figcaption_open", "figcaption", 1), caption, Token("figcaption_close", "figcaption", -1)]
