"""Standing pages, and the one that says how to follow the blog."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.markup.extract import opening_words
from blog.models import Page
from blog.page_cache import cached_site_page
from blog.text.addresses import absolute_url
from blog.views.by_slug import get_by_slug_or_404
from blog.views.lists import DESCRIPTION_WORDS


@require_safe
@cached_site_page
def page_detail(request: HttpRequest, *, page: str) -> HttpResponse:
    page_obj = get_by_slug_or_404(Page, page)
    canonical = absolute_url(page_obj.get_absolute_url())
    words = opening_words(page_obj.body_html, DESCRIPTION_WORDS)
    return render(request, "blog/page_detail.html", {"page_obj": page_obj, "canonical": canonical, "words": words})


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
