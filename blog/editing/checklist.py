"""What to look at before a post is published. It warns and never stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.db.models import QuerySet, Value
from django.db.models.functions import Upper
from django.http import Http404
from django.urls import Resolver404, resolve
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.markup.proofreading import ProofreadingParser
from blog.models import Post, Redirect
from blog.models.redirect import redirectable_models
from blog.text.datetimes import date_or_min

# Characters: longer titles are cut where search engines and other sites show them, longer slugs break in mails.
LONG_TITLE = 70
LONG_SLUG = 60
LONG_SUMMARY = 300
# Links looked after; a post with more of them is a list.
MAX_CHECKED_LINKS = 100
# Dead links that are named.
MAX_NAMED_LINKS = 5


def find_warnings(post: Post) -> list[str]:
    """A sentence for each thing that an editor would ask about, of `post` as it is stored."""
    proof = ProofreadingParser(post.body_html)
    return [
        *check_metadata(post),
        *check_text(proof),
        *check_links([*proof.links, *own_media(proof.images_without_renditions)]),
    ]


def check_metadata(post: Post) -> Iterator[str]:
    """Its title, slug and summary."""
    if len(post.title) > LONG_TITLE:
        yield _("The title has %(length)d characters; other sites cut it after about %(limit)d.") % {
            "length": len(post.title),
            "limit": LONG_TITLE,
        }
    if posts_titled(post.title).exclude(pk=post.pk).exists():
        yield _("Another post has this title.")
    if len(post.slug) > LONG_SLUG:
        yield _("The slug has %(length)d characters; addresses of up to %(limit)d survive mails and print.") % {
            "length": len(post.slug),
            "limit": LONG_SLUG,
        }
    if not post.summary:
        yield _("There is no summary: lists and feeds show the opening words.")
    elif len(post.summary) > LONG_SUMMARY:
        yield _("The summary is longer than %d characters.") % LONG_SUMMARY
    if not post.tags.exists():
        yield _("The post has no tags.")


def posts_titled(title: str) -> QuerySet[Post]:
    """The posts of this title, in whatever case: found in the index `post_title`, not by reading them all."""
    return Post.objects.alias(loud=Upper("title")).filter(loud=Upper(Value(title)))


def check_text(proof: ProofreadingParser) -> Iterator[str]:
    """Pictures that say nothing to who cannot see them, and quotations that are nobody's."""
    if number := proof.images_without_alt:
        yield (
            ngettext(
                "%d picture has no alternative text: right only when it is mere decoration.",
                "%d pictures have no alternative text: right only when they are mere decoration.",
                number,
            )
            % number
        )
    if number := proof.quotations_without_source:
        yield (
            ngettext(
                "%d quotation does not say whose it is: end it with a line that begins with a dash.",
                "%d quotations do not say whose they are: end each with a line that begins with a dash.",
                number,
            )
            % number
        )


def own_media(pictures: list[str]) -> list[str]:
    """Those that should be among the files of this site."""
    return [source for source in pictures if path_on_site(source).startswith(settings.MEDIA_URL)]


def check_links(links: list[str]) -> Iterator[str]:
    """Links within this site that lead nowhere a reader can go, and pictures that are not there."""
    own = dict.fromkeys(path for link in links if (path := path_on_site(link)))
    dead = [path for path in list(own)[:MAX_CHECKED_LINKS] if not is_reachable(path)]
    if dead:
        yield _("Nothing a reader can see stands at %s.") % get_text_list(dead[:MAX_NAMED_LINKS], _("and"))


def path_on_site(link: str) -> str:
    """The path of a link within this site; "" for a link to elsewhere or to a place in the same page."""
    if link.startswith(settings.SITE_URL + "/"):
        link = link[len(settings.SITE_URL) :]
    elif not link.startswith("/") or link.startswith("//"):
        return ""
    return unquote(urlsplit(link).path)


def is_reachable(path: str) -> bool:
    """Would a reader find something at this path of the site, there or where it leads on?"""
    if not path.isprintable():  # no database takes a NUL, and no address of ours has one
        return False
    if path.startswith(settings.MEDIA_URL):
        return is_file_stored(path.removeprefix(settings.MEDIA_URL))
    return is_page_public(path) or Redirect.objects.find_target_url(path) is not None


def is_file_stored(name: str) -> bool:
    try:
        return bool(name) and default_storage.exists(name)  # the folder itself shows nothing
    except SuspiciousOperation:
        return False


def is_page_public(path: str) -> bool:
    """Is there what this address is about? An address that is about nothing stored stands always."""
    try:
        found = resolve(path)
    except (Resolver404, Http404):
        return False
    names = found.kwargs
    if found.view_name == "blog:post":
        day = date_or_min(names["year"], names["month"], names["day"])
        return Post.objects.published().filter(published_on=day, slug=names["slug"]).exists()
    kind = next((kind for kind in redirectable_models() if kind._meta.model_name in names), None)
    one = kind and kind.objects.filter(slug=names[kind._meta.model_name]).first()
    return kind is None or (one is not None and one.is_public)
