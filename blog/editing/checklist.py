"""What to check before a post is published: warnings, none of which prevents it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Upper
from django.http import Http404
from django.urls import Resolver404, resolve
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.cards.card_html import strip_cards
from blog.markup.proofreading import ProofreadingParser
from blog.models import Post, Redirect
from blog.models.redirect import redirectable_models
from blog.text.datetimes import date_or_min

# Characters: search engines and other sites cut longer titles, and longer addresses break in emails.
LONG_TITLE = 70
LONG_SLUG = 60
LONG_SUMMARY = 300
# Links that are checked; a post with more of them is a list of links.
MAX_CHECKED_LINKS = 100
# Broken links that are named.
MAX_NAMED_LINKS = 5


def find_warnings(post: Post) -> list[str]:
    """A sentence for each thing that an editor would ask about the post as it is stored."""
    proof = ProofreadingParser(strip_cards(post.body_html))
    return [
        *check_metadata(post),
        *check_text(proof),
        *check_links([*proof.links, *own_media(proof.images_without_renditions)]),
    ]


def check_metadata(post: Post) -> Iterator[str]:
    """Check authors, title, slug, summary and tags."""
    if not post.author_list:
        yield _("This post names no author. Choose one, so that readers see who wrote it.")
    if len(post.title) > LONG_TITLE:
        yield _("The title has %(length)d characters. Other sites cut titles after about %(limit)d.") % {
            "length": len(post.title),
            "limit": LONG_TITLE,
        }
    if posts_titled(post.title).exclude(pk=post.pk).exists():
        yield _("Another post has the same title.")
    if len(post.slug) > LONG_SLUG:
        yield _("The slug has %(length)d characters. Above %(limit)d, addresses break in emails and in print.") % {
            "length": len(post.slug),
            "limit": LONG_SLUG,
        }
    if not post.summary:
        yield _("There is no summary, so lists and feeds show the opening words.")
    elif len(post.summary) > LONG_SUMMARY:
        yield _("The summary has more than %d characters.") % LONG_SUMMARY
    if not post.tag_list:
        yield _("The post has no tags.")


def posts_titled(title: str) -> QuerySet[Post]:
    """The posts with this title, in whatever case, by the index `post_title`."""
    return Post.objects.all().alias(upper_title=Upper("title")).filter(upper_title=Upper(Value(title)))


def check_text(proof: ProofreadingParser) -> Iterator[str]:
    """Check for pictures without alternative text and quotations without a source."""
    if number := proof.images_without_alt:
        yield (
            ngettext(
                "%d image has no alternative text. Describe it, unless it is only decorative.",
                "%d images have no alternative text. Describe them, unless they are only decorative.",
                number,
            )
            % number
        )
    if number := proof.quotations_without_source:
        yield (
            ngettext(
                "%d quotation has no source. End it with a line that begins with a dash.",
                "%d quotations have no source. End each with a line that begins with a dash.",
                number,
            )
            % number
        )


def own_media(addresses: list[str]) -> list[str]:
    """The addresses that should be files of this site."""
    return [source for source in addresses if path_on_site(source).startswith(settings.MEDIA_URL)]


def check_links(links: list[str]) -> Iterator[str]:
    """Check for links within this site to pages that readers cannot see, and for missing pictures."""
    own = dict.fromkeys(path for link in links if (path := path_on_site(link)))
    broken = [path for path in list(own)[:MAX_CHECKED_LINKS] if not is_reachable(path)]
    if broken:
        yield _("Nothing is published at %s. Check the link.") % get_text_list(broken[:MAX_NAMED_LINKS], _("and"))


def path_on_site(link: str) -> str:
    """The path of a link within this site; "" for another site or a place on the same page."""
    if link.startswith(settings.SITE_URL + "/"):
        link = link[len(settings.SITE_URL) :]
    elif not link.startswith("/") or link.startswith("//"):
        return ""
    return unquote(urlsplit(link).path)


def is_reachable(path: str) -> bool:
    """Would a reader find something at this path of the site, or where it redirects?"""
    if not path.isprintable():  # no database accepts a NUL, and no address of ours has one
        return False
    if path.startswith(settings.MEDIA_URL):
        return is_file_stored(path.removeprefix(settings.MEDIA_URL))
    return is_page_public(path) or Redirect.objects.find_target_url(path) is not None


def is_file_stored(name: str) -> bool:
    try:
        return bool(name) and default_storage.exists(name)  # the folder itself is no file
    except SuspiciousOperation:
        return False


def is_page_public(path: str) -> bool:
    """Is the row that this address names public? An address that names no row always is."""
    try:
        match = resolve(path)
    except (Resolver404, Http404):
        return False
    names = match.kwargs
    if match.view_name == "blog:post":
        day = date_or_min(names["year"], names["month"], names["day"])
        return Post.objects.published().filter(published_on=day, slug=names["slug"]).exists()
    for model in redirectable_models():
        if slug := names.get(str(model._meta.model_name)):
            row = model._default_manager.filter(Q(slug=slug)).first()
            return row is not None and row.is_public
    return True
