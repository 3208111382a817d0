"""Find and replace in the texts of posts and pages: the page that shows what would change, and the report with *Undo*.

For whoever may change every post. Nothing is replaced that the page did not show; the reports are kept in the session.
"""

from __future__ import annotations

from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog.admin.base import can_edit_all
from blog.admin.retry import retry_on_conflict
from blog.diff.word_search import Edit
from blog.editing.bulk import NotChanged, change_post
from blog.editing.forms.replacement import PlacesForm, ReplacementForm
from blog.editing.staff_request import StaffRequest
from blog.editing.text_changes import ABOVE_ALL, Findings, TextChange, chosen_edits, find_in_pages, find_in_posts
from blog.markup.limits import TooCostly
from blog.models import Page, Post
from blog.models.working_copy import new_form_key

if TYPE_CHECKING:
    from blog.admin.post import PostAdmin

BAD_REQUEST = 400
# Where the session has the reports of somebody's latest replacements, and how many.
REPORTS, MAX_REPORTS = "replacements", 10
# Characters of what was replaced by what, in a report and in the log.
MAX_QUOTED = 60
# Parts of a list's address that do not say which posts are in it.
PAGING = ("p", "o", "all", "e")


def replacement_urls(post_admin: PostAdmin) -> list[URLPattern]:
    """The views below /replace/."""
    views: list[tuple[str, Any, str]] = [
        ("replace/", replace_view, "replace"),
        ("replace/<str:key>/", report_view, "replaced"),
    ]
    return [
        path(route, post_admin.admin_site.admin_view(partial(view, post_admin=post_admin)), name=f"blog_post_{name}")
        for route, view, name in views
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def replace_view(request: StaffRequest, *, post_admin: PostAdmin) -> HttpResponse:
    """Ask for the words; by POST, show what would change, and replace what is ticked there."""
    check_may_replace(request, post_admin)
    may_change_pages = request.user.has_perm("blog.change_page")
    if request.method != "POST":
        scope = {name: request.GET.get(name, "") for name in ("chosen", "listed")}
        form = ReplacementForm(initial=scope, may_change_pages=may_change_pages)
        return render_replacement(request, post_admin, form)
    form, places = ReplacementForm(request.POST, may_change_pages=may_change_pages), PlacesForm(request.POST)
    if not form.is_valid():
        return render_replacement(request, post_admin, form, status=BAD_REQUEST)
    is_valid = places.is_valid()
    if is_valid and "replace" in request.POST:
        if places.places:
            return replace_places(request, post_admin, form, places)
        said = _("Nothing was ticked, so nothing was replaced. Tick each place that you want to replace.")
        post_admin.message_user(request, said, messages.WARNING)
    below, rest = places.cleaned_data.get("below") or ABOVE_ALL, places.cleaned_data.get("rest") or 0
    try:
        findings = find_in_scope(request, post_admin, form, below, rest)
    except IncorrectLookupParameters:
        form.add_error(None, _("The list cannot be read any more. Start from the list of posts again."))
        return render_replacement(request, post_admin, form, status=BAD_REQUEST)
    if "replace" in request.POST:
        keep_ticks(findings, places)
    is_complete = findings.is_whole and below == ABOVE_ALL
    found = {"findings": findings, "below": below, "rest": rest, "is_complete": is_complete}
    status = 200 if is_valid else BAD_REQUEST
    return render_replacement(request, post_admin, form, places=places, status=status, **found)


def check_may_replace(request: HttpRequest, post_admin: PostAdmin) -> None:
    """Raises PermissionDenied for whoever may not change every post."""
    if not (can_edit_all(request) and post_admin.has_change_permission(request)):
        raise PermissionDenied


def render_replacement(
    request: HttpRequest, post_admin: PostAdmin, form: ReplacementForm, *, status: int = 200, **found: Any
) -> HttpResponse:
    reports = [*request.session.get(REPORTS, {}).items()][::-1]
    sent = [(name, value) for name, values in request.POST.lists() if name in form.fields for value in values]
    context = {"title": _("Find and replace"), "form": form, "reports": reports, "sent": sent, **found}
    return post_admin.render_page(request, "post/replace", status=status, **context)


def find_in_scope(
    request: HttpRequest, post_admin: PostAdmin, form: ReplacementForm, below: int, rest: int
) -> Findings:
    """What the words are found in. Raises IncorrectLookupParameters for the address of no list."""
    findings, data = Findings(), form.cleaned_data
    if data.get("in_pages"):
        find_in_pages(findings, form.search, data["where"], below=below, rest=rest)
    posts = posts_in_scope(request, post_admin, form)
    find_in_posts(findings, posts, form.search, data["where"], below=below, rest=rest)
    return findings


def posts_in_scope(request: HttpRequest, post_admin: PostAdmin, form: ReplacementForm) -> QuerySet[Post]:
    if form.chosen_ids:
        return post_admin.get_queryset(request).filter(pk__in=form.chosen_ids)
    if not form.list_query:
        return post_admin.get_queryset(request)
    query = QueryDict(form.list_query, mutable=True)
    for name in PAGING:
        query.pop(name, None)
    listing: Any = copy(request)
    listing.GET = query
    return post_admin.get_changelist_instance(listing).get_queryset(listing)


def keep_ticks(findings: Findings, places: PlacesForm) -> None:
    """Tick what was ticked in the page that was sent, and nothing else."""
    for number, text in enumerate(findings.texts):
        ticked = places.places.get((text.kind, text.pk), set())
        kept = [place._replace(is_ticked=(place.name, place.start) in ticked) for place in text.places]
        findings.texts[number] = text._replace(places=kept)


def replace_places(
    request: StaffRequest, post_admin: PostAdmin, form: ReplacementForm, places: PlacesForm
) -> HttpResponse:
    """Replace what is ticked, text by text, and lead to the report."""
    words, correction = form.cleaned_data["words"], places.cleaned_data["correction"]
    changes = {
        text: TextChange(mark, chosen_edits(form.search, words, places.places[text]), correction)
        for text, mark in places.texts.items()
        if text in places.places
    }
    quoted = {"find": quote(form.cleaned_data["find"]), "words": quote(words)}
    report = {**quoted, "at": timezone.now().isoformat(), **run_changes(request, post_admin, changes, quoted)}
    report["correction"] = any(entry["undo"]["note"] for entry in report["changed"])
    search = {name: request.POST.getlist(name) for name in form.fields if name in request.POST}
    data = places.cleaned_data
    report["again"] = {**search, "below": [data["below"] or ""], "rest": [data["rest"] or 0]}
    if data["next_below"]:
        report["next"] = {**search, "below": [data["next_below"]], "rest": [data["next_rest"] or 0]}
    return store_report(request, report)


def run_changes(
    request: StaffRequest, post_admin: PostAdmin, changes: dict[tuple[str, int], TextChange], quoted: dict[str, str]
) -> dict[str, Any]:
    """Make these changes, each in a transaction of its own; those made, with what undoes them, and those refused."""
    changed: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    for (kind, pk), change in changes.items():
        change_one = change_one_post if kind == "post" else change_one_page
        try:
            row: Any = retry_on_conflict(partial(change_one, request, post_admin, pk, change, quoted))
        except (Post.DoesNotExist, Page.DoesNotExist):
            refused.append({"kind": "", "pk": pk, "title": f"{pk}", "reason": _("It was deleted.")})
        except (ValidationError, NotChanged, TooCostly) as error:
            model = Post if kind == "post" else Page
            title = model._default_manager.values_list("title", flat=True).filter(pk=pk).first()
            reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            refused.append({"kind": kind, "pk": pk, "title": title, "reason": reason})
        else:
            places = sum(map(len, change.inverse.values()))
            undo = {"mark": change.new_mark, "edits": change.inverse, "note": change.note}
            changed.append({"kind": kind, "pk": pk, "title": row.title, "places": places, "undo": undo})
    return {"changed": changed, "refused": refused, "places": sum(entry["places"] for entry in changed)}


def change_one_post(
    request: StaffRequest, post_admin: PostAdmin, pk: int, change: TextChange, quoted: dict[str, str]
) -> Post:
    may_change = partial(post_admin.has_change_permission, request)
    post, _fields = change_post(pk, change.change_post, by=request.user, may_change=may_change)
    post_admin.log_change(request, post, describe(change, quoted, version=post.edition))
    return post


def change_one_page(
    request: StaffRequest, post_admin: PostAdmin, pk: int, change: TextChange, quoted: dict[str, str]
) -> Page:
    page_admin = post_admin.admin_site.get_model_admin(Page)
    if not page_admin.has_change_permission(request):
        raise NotChanged(_("You may not change it."))
    page = change.change_page(pk)
    page_admin.log_change(request, page, describe(change, quoted))
    return page


def describe(change: TextChange, quoted: dict[str, str], *, version: int | None = None) -> str:
    """What the log says of a change."""
    sentence = _("Put “%(find)s” back for “%(words)s”") if change.is_undo else _("Replaced “%(find)s” with “%(words)s”")
    said = sentence % quoted
    return _("%(change)s (version %(number)s).") % {"change": said, "number": version} if version else f"{said}."


def quote(words: str) -> str:
    return Truncator(words).chars(MAX_QUOTED)


# The report


def store_report(request: HttpRequest, report: dict[str, Any]) -> HttpResponse:
    key = new_form_key()
    reports = {**request.session.get(REPORTS, {}), key: report}
    request.session[REPORTS] = dict([*reports.items()][-MAX_REPORTS:])
    return HttpResponseRedirect(reverse("admin:blog_post_replaced", args=[key]))


@require_http_methods(["GET", "HEAD", "POST"])
def report_view(request: StaffRequest, key: str, *, post_admin: PostAdmin) -> HttpResponse:
    """What was replaced and what was not; by POST, undo it where the text is still the same."""
    check_may_replace(request, post_admin)
    report = request.session.get(REPORTS, {}).get(key)
    if report is None:
        raise Http404("This session has no such report.")
    if request.method == "POST":
        undo(request, post_admin, report)
        request.session.modified = True
        return HttpResponseRedirect(request.path)
    return post_admin.render_page(request, "post/replaced", title=_("Find and replace"), report=report, latest=key)


def undo(request: StaffRequest, post_admin: PostAdmin, report: dict[str, Any]) -> None:
    """Put back what was replaced, delete the correction notes about it, and note in `report` what could not be."""
    quoted = {"find": report["find"], "words": report["words"]}
    changes = {(entry["kind"], entry["pk"]): undo_of(entry["undo"]) for entry in report["changed"]}
    result = run_changes(request, post_admin, changes, quoted)
    report |= {"undone": result["changed"], "refused": result["refused"], "changed": []}


def undo_of(stored: dict[str, Any]) -> TextChange:
    edits = {name: [Edit(*edit) for edit in changes] for name, changes in stored["edits"].items()}
    return TextChange(stored["mark"], lambda row: edits, is_undo=True, note=stored["note"])
