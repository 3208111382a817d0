"""The history of a post: its versions, any two side by side, one as readers would see it, and restoring one.

Anyone who may see a post may see its history; its authors and editors may restore a version.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from blog.editing import history
from blog.editing.forms.correction import RestoreForm
from blog.editing.marked_passages import number_notes
from blog.editing.staff_request import StaffRequest
from blog.markup.limits import TooCostly
from blog.models import Post, Version
from blog.models.version import TEXT_FIELDS, StaleEdition
from blog.text.validators import is_pk
from blog.views.post import render_post, set_preview_headers

if TYPE_CHECKING:
    from blog.admin.post import PostAdmin

CONFLICT = 409


def version_urls(post_admin: PostAdmin) -> list[URLPattern]:
    """The views below /history/, which is Django's own address."""
    views: list[tuple[str, Callable[..., HttpResponse], str]] = [
        ("compare/", compare_view, "compare"),
        ("<int:number>/", version_view, "version"),
        ("<int:number>/preview/", version_preview_view, "version_preview"),
        ("<int:number>/restore/", restore_view, "restore"),
    ]
    return [
        path(
            f"<path:object_id>/history/{route}",
            post_admin.admin_site.admin_view(partial(view, post_admin=post_admin)),
            name=f"blog_post_{name}",
        )
        for route, view, name in views
    ]


def history_view(request: HttpRequest, object_id: str, *, post_admin: PostAdmin) -> HttpResponse:
    post = get_viewable_post(request, object_id, post_admin)
    page = history.history_page(post, request.GET.get("page", "1"))
    context = {
        "title": _("History"),
        "page": page,
        "is_choice": len(page.object_list) > 1,
        "notes": number_notes(post),
        "log": history.log_page(post, request.GET.get("log", "1")),
        "may_restore": post_admin.has_change_permission(request, post),
        "may_mend": request.user.has_perm("blog.change_correction"),
    }
    return render_history_page(request, post, "history", context, post_admin)


@require_safe
def compare_view(request: HttpRequest, object_id: str, *, post_admin: PostAdmin) -> HttpResponse:
    """Two versions, by default the latest and the one before it; the older comes first, in whatever order named."""
    post = get_viewable_post(request, object_id, post_admin)
    versions = post.versions.latest_first().select_related("saved_by")
    new = get_version_by_number(versions, request.GET.get("new", "")) or versions.first()
    if new is None:
        raise Http404("This post has no versions.")
    before = versions.filter(number__lt=new.number).first() or new
    old = get_version_by_number(versions, request.GET.get("old", "")) or before
    old, new = sorted([old, new], key=lambda version: version.number)
    title = _("Version %(old)s beside version %(new)s") % {"old": old.number, "new": new.number}
    context = {
        "title": title,
        "old": old,
        "new": new,
        "pair": [old, new],
        "parts": history.compare_versions(old, new),
    }
    return render_history_page(request, post, "comparison", context, post_admin)


@require_safe
def version_view(request: HttpRequest, object_id: str, number: int, *, post_admin: PostAdmin) -> HttpResponse:
    """One version as it was typed."""
    post, version = get_post_and_version(request, object_id, number, post_admin)
    context = {
        "title": _("Version %(number)s") % {"number": number},
        "version": version,
        "texts": history.version_texts(version),
        "has_before": post.versions.filter(number__lt=number).exists(),
        "may_restore": post_admin.has_change_permission(request, post),
    }
    return render_history_page(request, post, "version", context, post_admin)


@require_safe
def version_preview_view(request: HttpRequest, object_id: str, number: int, *, post_admin: PostAdmin) -> HttpResponse:
    """One version as readers would see it."""
    post, version = get_post_and_version(request, object_id, number, post_admin)
    where = reverse("admin:blog_post_version", args=[post.pk, number])
    post = Post.objects.for_page().get(pk=post.pk)
    try:
        version.apply_to(post)
    except TooCostly as refusal:
        post_admin.message_user(request, str(refusal), messages.ERROR)
        return HttpResponseRedirect(where)
    return set_preview_headers(render_post(request, post, is_preview=True, version=version, version_url=where))


@require_http_methods(["GET", "HEAD", "POST"])
def restore_view(request: StaffRequest, object_id: str, number: int, *, post_admin: PostAdmin) -> HttpResponse:
    """Show what restoring a version would change; by POST, restore it."""
    post, version = get_post_and_version(request, object_id, number, post_admin)
    if not post_admin.has_change_permission(request, post):
        raise PermissionDenied
    form = RestoreForm(request.POST if request.method == "POST" else None, post=post)
    complaint = restore(request, post, version, form) if form.is_valid() else ""
    if form.is_valid() and not complaint:
        sentence = _("Version %(number)s was restored.") % {"number": number}
        post_admin.log_change(request, post, sentence)
        post_admin.message_user(request, sentence, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:blog_post_history", args=[post.pk]))
    post = get_viewable_post(request, object_id, post_admin)  # as it is by now
    context = {
        "title": _("Restore version %(number)s") % {"number": number},
        "version": version,
        "form": form,
        "complaint": complaint,
        "parts": history.compare_versions(post, version, TEXT_FIELDS),
    }
    status = CONFLICT if complaint else 400 if form.errors else 200
    return render_history_page(request, post, "restore", context, post_admin, status=status)


def restore(request: StaffRequest, post: Post, version: Version, form: RestoreForm) -> str:
    """Restore the version; why it could not be, or "". Raises Http404 if the post was deleted."""
    edition, note = form.cleaned_data["edition"], form.cleaned_data.get("correction", "")
    try:
        is_restored = post.restore(version, by=request.user, edition=edition, correction=note)
    except Post.DoesNotExist:
        raise Http404("The post was deleted.") from None
    except StaleEdition:
        return _(
            "The post was changed after you opened this page, so nothing was restored. "
            "Below is the difference from the text as it is now. Restore it if you still want to."
        )
    except TooCostly as refusal:
        return str(refusal)
    return "" if is_restored else _("The post already has this text: there is nothing to restore.")


def get_viewable_post(request: HttpRequest, object_id: str, post_admin: PostAdmin) -> Post:
    """The post, if this person may see it."""
    post: Post = post_admin.get_object(request, unquote(object_id))
    if not post_admin.has_view_or_change_permission(request, post):
        raise PermissionDenied
    return post


def get_post_and_version(
    request: HttpRequest, object_id: str, number: int, post_admin: PostAdmin
) -> tuple[Post, Version]:
    post = get_viewable_post(request, object_id, post_admin)
    return post, get_object_or_404(post.versions.select_related("saved_by"), number=number)


def get_version_by_number(versions: QuerySet[Version], number: str) -> Version | None:
    """The version of this number; None when none was named. Raises Http404."""
    if number and not is_pk(number):
        raise Http404("There is no such version.")
    return get_object_or_404(versions, number=number) if number else None


def render_history_page(
    request: HttpRequest, post: Post, page: str, context: dict[str, Any], post_admin: PostAdmin, *, status: int = 200
) -> TemplateResponse:
    return post_admin.render_page(request, f"post/{page}", status=status, post=post, subtitle=post.title, **context)
