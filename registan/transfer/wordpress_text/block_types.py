"""Renders each kind of Gutenberg's blocks: most hold their HTML, some only name what WordPress would put there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

from blog.markup.html_parts import tag_set
from registan.transfer.wordpress_text.block_comments import Attributes, BlockReader
from registan.transfer.wordpress_text.contract import Findings, OldSite, PostParts
from registan.transfer.wordpress_text.fragments import footnotes_section, lone_link

# Reusable blocks in one text, each counted as often as it stands there: they may hold each other.
MAX_REUSED = 100

# Those that are what is in them.
_HOLDERS = tag_set(
    "accordion accordion-heading accordion-item accordion-panel audio button buttons classic code column columns"
    " comment-template comments cover details file freeform gallery group heading html image list list-item math"
    " media-text missing more nextpage paragraph post-template preformatted pullquote query query-pagination quote row"
    " separator shortcode social-links stack subhead table term-template text-columns verse video"
)
# Those that WordPress fills from its database or its theme, when a page is shown: no words of the post's author.
_DYNAMIC = tag_set(
    "archives avatar calendar categories home-link latest-comments latest-posts legacy-widget loginout navigation"
    " navigation-link navigation-submenu next-post page-list page-list-item pattern post-title previous-post"
    " query-no-results query-title query-total read-more rss search site-logo site-tagline site-title tag-cloud"
    " template-part term-count term-description term-name widget-group"
)
_DYNAMIC_FAMILIES = ("post-", "comment-", "comments-", "query-pagination-", "breadcrumbs")
_FIGCAPTION = re.compile(r"<figcaption[^>]*>(.*?)</figcaption>", re.DOTALL)
_URL = re.compile(r"https?://[^\s<>\"]+")
_FOOTNOTE = re.compile(r'<sup\s[^<>]*\bdata-fn="([^"<>]{1,80})"[^<>]*>')


@dataclass
class BlockRenderer:
    """Renders the blocks of one post."""

    site: OldSite
    parts: PostParts
    findings: Findings
    open_refs: list[int] = field(default_factory=list)
    reused: int = 0

    def render_text(self, text: str) -> str:
        """The HTML of a whole text."""
        html = BlockReader(self.render, self.findings).read(text)
        return self.number_footnotes(html) if self.parts.footnotes and not self.open_refs else html

    def render(self, name: str, attributes: Attributes, inner: str) -> str:
        """The HTML of one block."""
        if name == "block":
            return self.render_reusable(attributes)
        if name == "embed" or name.startswith("core-embed/"):
            return self.render_embed(attributes, inner)
        if name == "social-link":
            return _render_social_link(attributes)
        if name in ("spacer", "footnotes"):  # notes are put at the end, where ours stand
            return ""
        if name == "cover" and "<img" not in inner and "<video" not in inner:
            inner = _render_background(attributes) + inner
        if name in _HOLDERS:
            return f"\n{inner}\n"
        if name in _DYNAMIC or name.startswith(_DYNAMIC_FAMILIES):
            self.findings.losses[f"block:{name}"] += 1
            return ""
        self.findings.unknown_blocks[name] += 1
        return inner

    def render_reusable(self, attributes: Attributes) -> str:
        """A block that several posts share."""
        number = attributes.get("ref", 0)
        self.reused += 1
        if not isinstance(number, int) or number in self.open_refs or self.reused > MAX_REUSED:
            content = None
        else:
            content = self.site.block(number)
        if content is None:
            self.findings.losses["missing-reusable-block"] += 1
            return ""
        self.open_refs.append(number)
        html = self.render_text(content)
        self.open_refs.pop()
        return html

    def render_embed(self, attributes: Attributes, inner: str) -> str:
        """What another site shows, and the caption below it."""
        found = _URL.search(inner)
        address = attributes.get("url") or (found[0] if found else "")
        caption = _FIGCAPTION.search(inner)
        below = f"<p>{caption[1]}</p>" if caption else ""
        return lone_link(address) + below if isinstance(address, str) and _URL.fullmatch(address) else inner

    def number_footnotes(self, html: str) -> str:
        """Write Gutenberg's notes, which it keeps beside the text, as a list at its end, in the order of the text."""
        order = [name for name in dict.fromkeys(_FOOTNOTE.findall(html)) if name in self.parts.footnotes]
        return html + footnotes_section([(name, f"{name}-link", self.parts.footnotes[name]) for name in order])


def _render_background(attributes: Attributes) -> str:
    """The picture behind a cover, which old ones have in a style."""
    address = str(attributes.get("url") or "")
    is_picture = attributes.get("backgroundType", "image") == "image" and _URL.fullmatch(address)
    return f'<p><img src="{escape(address)}" alt=""></p>' if is_picture else ""


def _render_social_link(attributes: Attributes) -> str:
    """WordPress shows a sign; its label is for those who do not see it."""
    address, service = str(attributes.get("url") or ""), str(attributes.get("service") or "")
    label = str(attributes.get("label") or service.capitalize())
    if not _URL.fullmatch(address):
        return ""
    return f'<li><a href="{escape(address)}">{escape(label or address)}</a></li>'
