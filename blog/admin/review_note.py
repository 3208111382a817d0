"""The notes on a post: the page that shows them beside its text, and what people do with them there.

Anyone who may see a post in the admin may read its notes; whoever may edit it writes, answers and resolves them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from blog.admin.version import get_viewable_post, render_history_page
from blog.editing.forms.review import NoteForm, ReplyForm
from blog.editing.marked_passages import mark_passages, number_notes
from blog.editing.staff_request import StaffRequest
from blog.models import Post, ReviewNote

if TYPE_CHECKING:
    from blog.admin.post import PostAdmin

# The form was understood and refused: it is shown again with the reason.
BAD_REQUEST = 400


def note_urls(post_admin: PostAdmin) -> list[URLPattern]:
    """The views below /notes/."""
    at = "<path:object_id>/notes/"
    views: list[tuple[str, Any, str]] = [
        (at, notes_view, "notes"),
        (f"{at}<int:note_id>/reply/", reply_view, "note_reply"),
        (f"{at}<int:note_id>/resolve/", resolve_view, "note_resolve"),
        (f"{at}<int:note_id>/reopen/", reopen_view, "note_reopen"),
    ]
    return [
        path(route, post_admin.admin_site.admin_view(partial(view, post_admin=post_admin)), name=f"blog_post_{name}")
        for route, view, name in views
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def notes_view(request: StaffRequest, object_id: str, *, post_admin: PostAdmin) -> HttpResponse:
    """Show the text with its notes; by POST, write one."""
    post = get_viewable_post(request, object_id, post_admin)
    if request.method != "POST":
        return render_notes(request, post, post_admin, form=NoteForm(post=post))
    check_may_write(request, post, post_admin)
    with transaction.atomic():
        lock_post(post)
        form = NoteForm(request.POST, post=post)
        if form.is_valid():
            form.save_note(post, by=request.user)
    if not form.is_valid():
        return render_notes(request, post, post_admin, form=form, status=BAD_REQUEST)
    post_admin.message_user(request, _("Your note was added."), messages.SUCCESS)
    return HttpResponseRedirect(notes_address(post))


@require_POST
def reply_view(request: StaffRequest, object_id: str, note_id: int, *, post_admin: PostAdmin) -> HttpResponse:
    post, note = get_post_and_note(request, object_id, note_id, post_admin)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return render_notes(
            request, post, post_admin, form=NoteForm(post=post), refused=(note.pk, form), status=BAD_REQUEST
        )
    note.reply(form.cleaned_data["reply"], by=request.user)
    return HttpResponseRedirect(notes_address(post, note))


@require_POST
def resolve_view(request: StaffRequest, object_id: str, note_id: int, *, post_admin: PostAdmin) -> HttpResponse:
    post, note = get_post_and_note(request, object_id, note_id, post_admin)
    note.resolve(by=request.user)
    return HttpResponseRedirect(notes_address(post, note))


@require_POST
def reopen_view(request: StaffRequest, object_id: str, note_id: int, *, post_admin: PostAdmin) -> HttpResponse:
    post, note = get_post_and_note(request, object_id, note_id, post_admin)
    note.reopen()
    return HttpResponseRedirect(notes_address(post, note))


def check_may_write(request: HttpRequest, post: Post, post_admin: PostAdmin) -> None:
    """Raises PermissionDenied for whoever may not edit the post."""
    if not post_admin.has_change_permission(request, post):
        raise PermissionDenied


def get_post_and_note(
    request: HttpRequest, object_id: str, note_id: int, post_admin: PostAdmin
) -> tuple[Post, ReviewNote]:
    """The post and one of its notes, for somebody who may edit it. Raises Http404 and PermissionDenied."""
    post = get_viewable_post(request, object_id, post_admin)
    check_may_write(request, post, post_admin)
    note = post.review_notes.filter(pk=note_id, reply_to=None).first()
    if note is None:
        raise Http404("There is no such note on this post.")
    return post, note


def lock_post(post: Post) -> None:
    """Lock the post, so that a note finds its words in the text that is stored. Raises Http404 if it was deleted."""
    try:
        post.lock()
    except Post.DoesNotExist:
        raise Http404("The post was deleted.") from None


def notes_address(post: Post, note: ReviewNote | None = None) -> str:
    return reverse("admin:blog_post_notes", args=[post.pk]) + (f"#note-{note.pk}" if note else "")


def render_notes(
    request: HttpRequest,
    post: Post,
    post_admin: PostAdmin,
    *,
    form: NoteForm,
    refused: tuple[int, ReplyForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = number_notes(post)
    context = {
        "title": _("Notes"),
        "open_rows": [row for row in rows if row.note.resolved_at is None],
        "resolved_rows": [row for row in rows if row.note.resolved_at],
        "pieces": list(mark_passages(post.body, rows)),
        "may_write": post_admin.has_change_permission(request, post),
        "form": form,
        "refused_note": refused and refused[0],
        "refused_form": refused and refused[1],
    }
    return render_history_page(request, post, "notes", context, post_admin, status=status)
