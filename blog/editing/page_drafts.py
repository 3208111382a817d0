"""Draft words for the standing pages that a site with a conversation needs: terms of use, house rules, contact, risks.

The texts are ours, in `page_texts/`, a file for each language; the owner makes them their own. Two are stored for a new
site; the others have gaps that only the owner can fill in, and so are only offered.
"""

from __future__ import annotations

from pathlib import Path

from django.db.models import Q

from blog.models import Page
from blog.models.menu import HOUSE_RULES, TERMS
from blog.text.site_values import site

TEXTS = Path(__file__).with_name("page_texts")
CONTACT, RISK_NOTE = "contact", "risk-note"
STORED_SLUGS = (TERMS, HOUSE_RULES)
DRAFTED_SLUGS = (*STORED_SLUGS, CONTACT, RISK_NOTE)
# The language of the words where there are none in the site's own.
FALLBACK_LANGUAGE = "en"


def page_draft(slug: str) -> Page:
    """A page with our draft words in the site's language, not stored; `slug` is one of DRAFTED_SLUGS."""
    file = TEXTS / f"{slug}.{site().language}.md"
    text = (file if file.is_file() else TEXTS / f"{slug}.{FALLBACK_LANGUAGE}.md").read_text(encoding="utf-8")
    title, _, body = text.removeprefix("# ").partition("\n\n")
    return Page(slug=slug, title=title, body=body)


def find_standing_page(slug: str) -> Page | None:
    """The page at this address, or the one that stood there before it was renamed; also in the trash."""
    return Page.everything.filter(Q(slug=slug) | Q(redirects__path=f"/{slug}/")).first()


def add_missing_pages() -> list[Page]:
    """Store and return our drafts of the two pages that have no gaps, if the site has none; they show at once."""
    added = [page_draft(slug) for slug in STORED_SLUGS if find_standing_page(slug) is None]
    for page in added:
        page.save()
    return added
