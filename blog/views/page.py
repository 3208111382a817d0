"""Standing pages, and the one that says how to follow the blog."""

from __future__ import annotations

from typing import Any

from django.db.models import SlugField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.markup.extract import opening_words
from blog.models import Page
from blog.models.composed_query import ComposedQuery, Parameter
from blog.page_cache import cached_page, cached_site_page
from blog.sharing import json_ld
from blog.text.addresses import absolute_url
from blog.views.lists import DESCRIPTION_WORDS


@require_safe
@cached_page
def page_detail(request: HttpRequest, *, page: str) -> HttpResponse:
    return render_page(request, find_page(page))


PAGE_AT = ComposedQuery(lambda: Page.objects.select_related("thread").filter(slug=Parameter("slug", SlugField())))


def find_page(slug: str) -> Page:
    """The page at this address, with its conversation; raises Http404."""
    page = PAGE_AT.first(slug=slug)
    if page is None:
        raise Http404("Nothing is at this address.")
    return page


def render_page(request: HttpRequest, page: Page, *, status: int = 200, **more: Any) -> HttpResponse:
    """A standing page. `more` goes to the template: what the conversation on it needs to know of this request."""
    address = absolute_url(page.get_absolute_url())
    context = {
        "page_obj": page,
        "canonical": address,
        "words": opening_words(page.body_html, DESCRIPTION_WORDS),
        "linked_data": json_ld.page_json_ld(page, url=address),
        **more,
    }
    return render(request, "blog/page_detail.html", context, status=status)


@require_safe
@cached_site_page
def subscribe(request: HttpRequest) -> HttpResponse:
    """Every feed of the whole site, by name."""
    feeds = [
        {"name": name, "kind": kind, "url": absolute_url(url)}
        for name, base in ((_("All posts"), reverse("blog:feed")), (_("All comments"), reverse("comments:feed")))
        for kind, url in (("RSS", base), ("Atom", f"{base}atom/"), ("JSON", f"{base}json/"))
    ]
    return render(
        request, "blog/subscribe.html", {"feeds": feeds, "canonical": absolute_url(reverse("blog:subscribe"))}
    )
