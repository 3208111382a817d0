"""Converts the text of a post or page."""

from __future__ import annotations

import re
from collections.abc import Callable

from blog.editing.conversion.tree import Element
from registan.transfer.wordpress_text.block_comments import has_blocks
from registan.transfer.wordpress_text.block_types import BlockRenderer
from registan.transfer.wordpress_text.contract import Converted, Findings, OldSite, PostParts
from registan.transfer.wordpress_text.outside_content import replace_outside_content
from registan.transfer.wordpress_text.paragraphs import add_paragraphs
from registan.transfer.wordpress_text.pictures import TargetReader
from registan.transfer.wordpress_text.shortcode_types import ShortcodeRenderer
from registan.transfer.wordpress_text.shown_tree import clean_characters, parse_shown, text_of
from registan.transfer.wordpress_text.tidy_tree import TreeTidier
from registan.transfer.wordpress_text.tree_notes import take_notes
from registan.transfer.wordpress_text.write_post import PostWriter

# Where the opening ends, within one conversion. A noncharacter.
MORE_MARK = "\ufdd3"
PrepareTree = Callable[[Element], None]
_MORE_COMMENT = re.compile(r"\s*more\b.*", re.DOTALL)


def convert_post(text: str, site: OldSite, parts: PostParts | None = None) -> Converted:
    """The text of a post as `post_content` has it, in our Markdown.

    Raises TooCostly for a text that our renderer refuses in every form: one longer than AUTHOR_LIMIT, or with
    thousands of tags that are not closed. Raises nothing else, whatever the text.
    """
    findings = Findings()
    return convert_shown(show_post(text, site, parts or PostParts(), findings), site, findings)


def convert_shown(html: str, site: OldSite, findings: Findings, prepare: PrepareTree | None = None) -> Converted:
    """The HTML that was shown to readers, with MORE_MARK where the opening ends, in our Markdown.

    `prepare` may change the tree, before the words are read that readers see. Raises as `convert_post` does.
    """
    tree = parse_shown(html.replace(MORE_MARK, ""))
    if prepare:
        prepare(tree)
    shown = text_of(tree)
    TreeTidier(TargetReader(site, findings)).tidy(tree)
    body, form = PostWriter(tree, *take_notes(tree)).write()
    return Converted(
        body=clean_characters(body),
        format=form,
        shown=shown,
        opening=opening_of(html, shown),
        losses=+findings.losses,
        unknown_shortcodes=findings.unknown_shortcodes,
        unknown_blocks=findings.unknown_blocks,
        media=findings.media,
        links=findings.links,
    )


def opening_of(html: str, shown: str) -> str:
    """The words before the mark, if there are others after it."""
    before, mark, _after = html.partition(MORE_MARK)
    words = " ".join(text_of(parse_shown(before)).split()) if mark else ""
    return words if words != " ".join(shown.split()) else ""


def show_post(text: str, site: OldSite, parts: PostParts, findings: Findings) -> str:
    """The HTML that WordPress would make of a text."""
    text = clean_characters(text)
    is_classic = not has_blocks(text)
    if not is_classic:
        text = clean_characters(BlockRenderer(site, parts, findings).render_text(text))
    text = ShortcodeRenderer(site, parts, findings).render_text(text)
    text = replace_outside_content(replace_comments(text, findings), findings)
    return add_paragraphs(text) if is_classic else text


def replace_comments(html: str, findings: Findings) -> str:
    """The HTML without comments; `<!--more-->` becomes a mark, `<!--nextpage-->` a line across the page."""
    first, *others = html.split("<!--")
    parts = [first]
    for other in others:
        comment, end, rest = other.partition("-->")
        if not end:  # browsers show nothing after it, but its writer meant to
            findings.losses["unclosed-comment"] += 1
            rest = comment
        elif _MORE_COMMENT.fullmatch(comment):
            parts.append(MORE_MARK if MORE_MARK not in parts else "")
        elif comment.strip() == "nextpage":
            parts.append("\n\n<hr>\n\n")
        parts.append(rest)
    return "".join(parts)
