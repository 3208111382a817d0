"""Converts texts by their format: WordPress's, HTML, Markdown."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from blog.markup.extensions import add_autolinks
from blog.markup.limits import Meter, MeteredMarkdown, TooCostly
from blog.markup.renderer import READER_WORK
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.wordpress_text.addresses import absolute_address
from registan.transfer.wordpress_text.comments import convert_comment, convert_html_comment, convert_plain_comment
from registan.transfer.wordpress_text.contract import Converted, ConvertedComment, Findings, OldSite, PostParts
from registan.transfer.wordpress_text.markdown_posts import convert_markdown_post
from registan.transfer.wordpress_text.outside_content import replace_outside_content
from registan.transfer.wordpress_text.own_texts import convert_own_comment, convert_own_post
from registan.transfer.wordpress_text.paragraphs import add_paragraphs, has_block_tags
from registan.transfer.wordpress_text.posts import convert_post, convert_shown, replace_comments
from registan.transfer.wordpress_text.shown_tree import clean_characters
from registan.transfer.wordpress_text.site_cards import CardReplacer, show_widgets


def convert_text(
    text: str, form: ContentFormat, site: OldSite, parts: PostParts | None = None, page: str = ""
) -> Converted:
    """The text of a post or page in our Markdown.

    `page` is its old address, from which relative addresses in HTML and Markdown start. Raises TooCostly as
    `convert_post` does, and nothing else.
    """
    if form == ContentFormat.WORDPRESS:
        return convert_post(text, site, parts)
    if form == ContentFormat.OWN:
        return convert_own_post(text, site)
    site = replace(site, base=_folder_of(absolute_address(page, site.base)) or site.base)
    return convert_markdown_post(text, site) if form == ContentFormat.MARKDOWN else convert_html_post(text, site)


def convert_comment_text(text: str, form: ContentFormat, site: OldSite) -> ConvertedComment:
    """The text of a comment in readers' Markdown. Raises nothing, whatever the text."""
    if form == ContentFormat.WORDPRESS:
        return convert_comment(text, site)
    text, findings = clean_characters(text), Findings()
    if form == ContentFormat.OWN:
        return convert_own_comment(text, findings)
    if form == ContentFormat.MARKDOWN:
        return _convert_markdown_comment(text, site, findings)
    # Comments that Disqus once took over from elsewhere have lines and no tags for them.
    return convert_html_comment(text, site, findings, None if has_block_tags(text) else add_paragraphs)


def convert_html_post(text: str, site: OldSite) -> Converted:
    """HTML as it was shown, without shortcodes, and with paragraphs of its own; cards of Ghost and Substack."""
    findings = Findings()
    html = show_widgets(replace_comments(clean_characters(text), findings))
    return convert_shown(replace_outside_content(html, findings), site, findings, CardReplacer(findings).replace_in)


def _convert_markdown_comment(text: str, site: OldSite, findings: Findings) -> ConvertedComment:
    """Markdown as other systems read it, where a line break is a blank, by way of its HTML."""
    try:
        html = _parser.render(text, {"meter": Meter(READER_WORK)})
    except TooCostly:
        findings.losses["broken-markdown"] += 1
        return convert_plain_comment(text, findings)
    return convert_html_comment(html, site, findings)


def _folder_of(page: str) -> str:
    """The address from which relative ones start on a page: `/a/b.html` is in `/a/`, and `/a/b/` is a folder."""
    try:
        name = urlsplit(page).path.rpartition("/")[2]
        return urljoin(page, ".") if "." in name else page
    except ValueError:
        return ""


def _build_parser() -> MeteredMarkdown:
    """As our own, for comments with headings, tables, pictures and HTML, none of which reaches a page."""
    md = MeteredMarkdown("gfm-like", html=True, linkify=False, xhtmlOut=False)
    md.disable("linkify")
    add_autolinks(md)
    md.render("*a* [b](/c)\n\n> - d", {"meter": Meter(READER_WORK)})  # builds its lists of rules, once
    return md


_parser = _build_parser()
