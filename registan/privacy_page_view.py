"""The draft of the privacy page in the admin: to read, to copy, or to use as the page's text."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog.editing.staff_request import StaffRequest
from blog.models import Page, Site
from registan.privacy_page import draft_digest, find_privacy_page, privacy_draft


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(["blog.change_site", "blog.change_page"], raise_exception=True)
def privacy_page(request: StaffRequest) -> HttpResponse:
    """Show the draft as the settings are now, and whether they have changed since it was last used."""
    draft, page = privacy_draft(), find_privacy_page()
    if request.method == "POST" and not (page and page.is_trashed):
        stored = use_draft(draft, page)
        messages.success(request, _("The page has the text of the draft. Now fill in the gaps."))
        return redirect("admin:blog_page_change", stored.pk)
    used = Site.get().privacy_facts
    context = {
        **admin.site.each_context(request),
        "title": _("Privacy page"),
        "draft": draft,
        "page": page,
        "has_changed": bool(page and used and used != draft_digest(draft)),
    }
    return TemplateResponse(request, "admin/privacy_page.html", context)


@transaction.atomic
def use_draft(draft: Page, page: Page | None) -> Page:
    """Store the draft as the page's text, and remember of which settings it was made."""
    page = page or draft
    page.body = draft.body
    page.save()
    row = Site.get()
    row.privacy_facts = draft_digest(draft)
    row.save()
    return page
