"""Takes texts of our own exports as they were typed: no word is converted, only files have other addresses here."""

from __future__ import annotations

import re

from blog.images.embeds import IMAGE_URL
from blog.markup.figures import FILE_ADDRESS
from blog.markup.limits import TooCostly
from blog.markup.renderer import READER_LIMIT, render_author_markdown, render_reader_markdown
from registan.transfer.wordpress_text.addresses import absolute_address, address_key
from registan.transfer.wordpress_text.comments import convert_plain_comment
from registan.transfer.wordpress_text.contract import BodyFormat, Converted, ConvertedComment, Findings, OldSite
from registan.transfer.wordpress_text.shown_tree import clean_characters, parse_shown, text_of

# Files have names that no other word of a text is.
_FILE = re.compile(f"(?:{IMAGE_URL.pattern})|(?:{FILE_ADDRESS})")


def convert_own_post(text: str, site: OldSite) -> Converted:
    """The text of a post or page. Raises TooCostly as `convert_post` does."""
    media: dict[str, str] = {}

    def replace(found: re.Match[str]) -> str:
        old = absolute_address(found[0], site.base)
        media[old] = site.new_address(address_key(old)) or found[0]
        return media[old]

    body = _FILE.sub(replace, clean_characters(text))
    return Converted(
        body=body,
        format=BodyFormat.MARKDOWN,
        shown=text_of(parse_shown(render_author_markdown(body))),
        opening="",
        losses={},
        unknown_shortcodes={},
        unknown_blocks={},
        media=media,
        links={},
    )


def convert_own_comment(text: str, findings: Findings) -> ConvertedComment:
    """The text of a comment, which our own form has taken once; as plain words if it would not be taken now."""
    try:
        html = render_reader_markdown(text) if len(text) <= READER_LIMIT else None
    except TooCostly:
        html = None
    if html is None:
        return convert_plain_comment(text, findings)
    return ConvertedComment([text] if text.strip() else [], text_of(parse_shown(html)), {}, {})
