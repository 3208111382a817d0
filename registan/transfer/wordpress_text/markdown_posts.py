"""Converts a post that is Markdown already: it stays as typed, but for addresses and what our Markdown has not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from urllib.parse import unquote

from blog.editing.conversion.tree import Element
from blog.markup.lone_links import LONE_LINK
from blog.markup.renderer import AUTHOR_LIMIT, render_author_markdown
from registan.transfer.wordpress_text.contract import BodyFormat, Converted, Findings, OldSite
from registan.transfer.wordpress_text.outside_content import replace_outside_content
from registan.transfer.wordpress_text.pictures import TargetReader
from registan.transfer.wordpress_text.posts import MORE_MARK, opening_of, replace_comments
from registan.transfer.wordpress_text.shown_tree import clean_characters, parse_shown, text_of
from registan.transfer.wordpress_text.template_tags import map_outside_code, replace_template_tags
from registan.transfer.wordpress_text.visible import structure

# Addresses that are tried one by one, each with a rendering of the whole text, where all at once change too much.
MAX_TRIALS = 20
_LONE = re.compile(rf'<p class="{LONE_LINK}"><a href="([^"]*)">[^<]*</a></p>')
_TARGET = re.compile(r'(\s(?:href|src)=")([^"]*)(")')
# What stands before an address in Markdown or HTML, and after it.
_BEFORE = r"(\]\(\s*<?|^[ ]{0,3}\[[^\]\n]+\]:[ \t]*<?|(?:href|src)\s*=\s*[\"']?|<)"
_AFTER = r"(?=[\s)>\"']|\Z)"


def convert_markdown_post(text: str, site: OldSite) -> Converted:
    """Markdown of a static site, without what stands above it. Raises TooCostly as `convert_post` does."""
    findings = Findings()
    if len(text) > 2 * AUTHOR_LIMIT:
        render_author_markdown(text)  # which says that it is too long
    text = replace_template_tags(clean_characters(text), findings)
    text = map_outside_code(text, lambda words: _replace_html(words, findings))
    before, mark, after = text.partition(MORE_MARK)
    text = before + after
    shown_html = render_author_markdown(text)
    tree = parse_shown(shown_html)
    shown = text_of(tree)
    opening = opening_of(render_author_markdown(before) + mark, shown) if mark else ""
    targets = dict(_find_targets(tree, TargetReader(site, findings)))
    body = _replace_addresses(text, shown_html, targets, findings)
    return Converted(
        body=body.strip("\n"),
        format=BodyFormat.MARKDOWN,
        shown=shown,
        opening=opening,
        losses=+findings.losses,
        unknown_shortcodes=+findings.unknown_shortcodes,
        unknown_blocks=findings.unknown_blocks,
        media=findings.media,
        links=findings.links,
    )


def _replace_html(words: str, findings: Findings) -> str:
    """Frames become addresses, comments go, and the mark of the opening stays."""
    words = replace_outside_content(replace_comments(words, findings), findings)
    return _LONE.sub(lambda line: unescape(line[1]), words)


def _find_targets(tree: Element, reader: TargetReader) -> Iterator[tuple[str, str]]:
    """The addresses in a text that have others now."""
    for element in tree.descendants():
        name = {"a": "href", "img": "src"}.get(element.tag, "")
        old = element.attrs.get(name, "").strip() if name else ""
        if not old or old.startswith("#"):
            continue
        if element.tag == "a":
            new = reader.link(old)
        else:
            reader.picture(element)
            new = element.attrs.get("src", "")
        if new and new != old:
            yield old, new


def _replace_addresses(text: str, html: str, targets: Mapping[str, str], findings: Findings) -> str:
    """The text with new addresses, if readers see no other difference; each by itself if they would."""
    if not targets:
        return text
    if (replaced := _try(text, html, targets)) is not None:
        return replaced
    for number, (old, new) in enumerate(targets.items()):
        replaced = _try(text, html, {old: new}) if number < MAX_TRIALS else None
        if replaced is None:
            findings.losses["address"] += 1
        else:
            text, html = replaced, render_author_markdown(replaced)
    return text


def _try(text: str, html: str, targets: Mapping[str, str]) -> str | None:
    wanted = _TARGET.sub(lambda target: _new_target(target, targets), html)
    replaced = map_outside_code(text, lambda words: _substitute(words, targets))
    return replaced if structure(render_author_markdown(replaced)) == structure(wanted) else None


def _new_target(target: re.Match[str], targets: Mapping[str, str]) -> str:
    new = targets.get(unescape(target[2]))
    return f"{target[1]}{escape(new)}{target[3]}" if new else target[0]


def _substitute(words: str, targets: Mapping[str, str]) -> str:
    """The words with addresses replaced where they are what a link or a picture leads to, however they are typed."""
    spellings = {spelling: new for old, new in targets.items() for spelling in (escape(old), unquote(old), old)}
    longest_first = sorted(spellings, key=len, reverse=True)
    pattern = f"{_BEFORE}({'|'.join(map(re.escape, longest_first))}){_AFTER}"
    return re.sub(pattern, lambda found: f"{found[1]}{_as_target(spellings[found[2]])}", words, flags=re.MULTILINE)


def _as_target(address: str) -> str:
    return address.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
