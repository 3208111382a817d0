"""Autosave: what is typed in a post's form is stored while it is typed, and can be compared, used or discarded."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from blog.admin.retry import retry_on_conflict
from blog.editing import presence
from blog.editing.form_data import compare_with_copy, extract_form_data
from blog.editing.forms import autosave
from blog.editing.forms.autosave import FormState
from blog.editing.newer_save import newer_save
from blog.editing.staff_request import StaffRequest
from blog.models import Post, WorkingCopy
from blog.models.working_copy import MAX_COPIES, AutosaveOutcome, is_form_key
from blog.text.datetimes import format_time
from blog.text.validators import is_pk

if TYPE_CHECKING:
    from blog.admin.post import PostAdmin

CONFLICT, TOO_LARGE = 409, 413


def working_copy_urls(post_admin: PostAdmin) -> list[URLPattern]:
    view = post_admin.admin_site.admin_view
    return [
        path("autosave/", view(partial(autosave_view, post_admin=post_admin)), name="blog_post_autosave"),
        path("copies/discard/", view(partial(discard_view, post_admin=post_admin)), name="blog_post_discard"),
        path(
            "copy/<str:key>/",
            view(partial(working_copy_view, post_admin=post_admin)),
            name="blog_post_working_copy",
        ),
    ]


@require_POST
def autosave_view(request: StaffRequest, *, post_admin: PostAdmin) -> HttpResponse:
    """Store what is in the form of `user`, and say who else has its post open. Without `key`, only the latter.

    Touches no post, log or clock. If the post was deleted or given to others, the text is stored for a new one.
    """
    # Retried, as the post may be deleted at this moment.
    return retry_on_conflict(partial(store_and_list_editors, request, post_admin))


def store_and_list_editors(request: StaffRequest, post_admin: PostAdmin) -> HttpResponse:
    pk = request.POST.get("post", "")
    if not post_admin.has_add_permission(request):
        raise PermissionDenied
    if pk and not is_pk(pk):
        raise BadRequest("That is not the id of a post.")
    if request.POST.get("user") != str(request.user.pk):
        # Somebody else has signed in, in another tab: this text is not theirs.
        return JsonResponse({"outcome": "out"}, status=403)
    post = get_changeable_post(request, pk, post_admin) if pk else None
    if post and "left" in request.POST:
        presence.leave_post(post.pk, request.user)
        return HttpResponse(status=204)
    answer, status = store_copy(request, post, post_admin) if "key" in request.POST else ({}, 200)
    if pk and post is None:
        return JsonResponse({**answer, "lost": True}, status=404)
    others = presence.enter_post(post.pk, request.user) if post else []
    answer["others"] = [{"name": editor.name, "since": editor.since_time} for editor in others]
    answer["newer"] = newer_save(post, FormState.from_post(request.POST).edition, user=request.user) if post else None
    return JsonResponse(answer, status=status)


def store_copy(request: StaffRequest, post: Post | None, post_admin: PostAdmin) -> tuple[dict[str, Any], int]:
    """Store the form's text; what to answer, and the status."""
    fields = post_admin.get_form(request, post, change=post is not None).base_fields
    form_data = extract_form_data(fields, request.POST)
    try:
        outcome, state = autosave.save_copy(request.user, FormState.from_post(request.POST), post, form_data)
    except autosave.TextTooLong:
        return {"outcome": "too long"}, TOO_LARGE
    status = CONFLICT if outcome is AutosaveOutcome.OUTDATED else 200  # what was saved is where it should be
    return {"outcome": outcome.value, "key": state.key, "at": format_time(timezone.now())}, status


@require_http_methods(["GET", "HEAD", "POST"])
def working_copy_view(request: StaffRequest, key: str, *, post_admin: PostAdmin) -> HttpResponse:
    """Compare an unsaved text with the post as it is; by POST, discard it."""
    if not post_admin.has_add_permission(request):
        raise PermissionDenied
    copy = get_object_or_404(WorkingCopy.objects.open().belonging_to(request.user).with_key(key))
    post = get_changeable_post(request, str(copy.post_id), post_admin) if copy.post_id else None
    form = reverse("admin:blog_post_change", args=[post.pk]) if post else reverse("admin:blog_post_add")
    if request.method == "POST":
        WorkingCopy.objects.close(user=request.user, key=copy.key)
        post_admin.message_user(request, _("Discarded."), messages.SUCCESS)
        return HttpResponseRedirect(form)
    return post_admin.render_page(
        request,
        "post/working_copy",
        title=_("Your unsaved text"),
        copy=copy,
        post=post,
        form_address=form,
        fields=compare_with_copy(post, copy),
    )


@require_POST
def discard_view(request: StaffRequest, *, post_admin: PostAdmin) -> HttpResponse:
    """Discard this person's unsaved texts of the keys that are sent; back to the page before."""
    if not post_admin.has_add_permission(request):
        raise PermissionDenied
    keys = list(filter(is_form_key, request.POST.getlist("key")[:MAX_COPIES]))
    for copy in WorkingCopy.objects.open().belonging_to(request.user).filter(key__in=keys):
        WorkingCopy.objects.close(user=request.user, key=copy.key)
    post_admin.message_user(request, _("Discarded."), messages.SUCCESS)
    is_dashboard = request.POST.get("back") == "dashboard"
    pk = request.POST.get("post", "")
    if is_pk(pk):
        return HttpResponseRedirect(reverse("admin:blog_post_change", args=[pk]))
    return HttpResponseRedirect(reverse("admin:index" if is_dashboard else "admin:blog_post_add"))


def not_editable_view(request: StaffRequest, status: int, *, post_admin: PostAdmin) -> HttpResponse:
    """Answer a form whose post was deleted or is no longer theirs: its text is stored for a new draft."""
    state = autosave.save_refused_form(request, post_admin.get_form(request)(), None)
    return post_admin.render_page(
        request,
        "post/not_editable",
        title=_("You can no longer edit this post"),
        status=status,
        form_address=f"{reverse('admin:blog_post_add')}?copy={state.key}",
        submitted_text=request.POST["body"],
    )


def get_changeable_post(request: StaffRequest, pk: str, post_admin: PostAdmin) -> Post | None:
    """The post, if there is one that this person may change."""
    try:
        post = post_admin.get_object(request, pk)
    except Http404:
        return None
    return post if post_admin.has_change_permission(request, post) else None
