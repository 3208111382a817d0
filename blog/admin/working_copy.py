"""The form of a post never loses what was typed: it is kept while it is written, offered again, and compared."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from blog.admin.base import StaffAdmin, retry_on_conflict
from blog.editing import autosave, presence
from blog.editing.autosave import EditingState, FormState
from blog.editing.field_conflicts import INITIAL_CHOICES_INPUT, serialize_choices
from blog.editing.form_data import compare_with_copy, extract_form_data
from blog.editing.forms.post import PostForm
from blog.models import Post, WorkingCopy
from blog.models.working_copy import AutosaveOutcome, new_form_key
from blog.text.datetimes import format_time
from blog.text.validators import is_pk

CONFLICT, TOO_LARGE = 409, 413


class WorkingCopyAdmin(StaffAdmin):
    """For the admin of posts."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("autosave/", view(self.autosave), name="blog_post_autosave"),
            path("copy/<str:key>/", view(self.copy), name="blog_post_working_copy"),
            *super().get_urls(),
        ]

    # While it is written

    @method_decorator(require_POST)
    def autosave(self, request: HttpRequest) -> HttpResponse:
        """Keep what a form of `user` holds, and tell who else has its post open. Touches no post, no log and no clock.

        Without a `key` only the second. A post that is gone, or no longer theirs, leaves the words for a new one.
        """
        return retry_on_conflict(
            partial(self.store_and_list_editors, request)
        )  # the post may be deleted in this moment

    def store_and_list_editors(self, request: HttpRequest) -> HttpResponse:
        pk = request.POST.get("post", "")
        if not self.has_add_permission(request):
            raise PermissionDenied
        if pk and not is_pk(pk):
            raise BadRequest("That is no number of a post.")
        if request.POST.get("user") != str(request.user.pk):
            # Somebody else has signed in, in another tab: these are not his words.
            return JsonResponse({"outcome": "out"}, status=403)
        post = self.get_changeable_post(request, pk) if pk else None
        if post and "left" in request.POST:
            presence.leave_post(post.pk, request.user)
            return HttpResponse(status=204)
        answer, status = self.store_copy(request, post) if "key" in request.POST else ({}, 200)
        if pk and post is None:
            return JsonResponse({**answer, "lost": True}, status=404)
        others = presence.enter_post(post.pk, request.user) if post else []
        answer["others"] = [{"name": one.name, "since": one.since_time} for one in others]
        return JsonResponse(answer, status=status)

    def get_changeable_post(self, request: HttpRequest, pk: str) -> Post | None:
        """The post, when there is one that this person may change."""
        try:
            post = self.get_object(request, pk)
        except Http404:
            return None
        return post if self.has_change_permission(request, post) else None

    def store_copy(self, request: HttpRequest, post: Post | None) -> tuple[dict[str, Any], int]:
        fields = self.get_form(request, post, change=post is not None).base_fields
        try:
            outcome, sent = autosave.save_copy(
                request.user, FormState.from_post(request.POST), post, extract_form_data(fields, request.POST)
            )
        except autosave.TextTooLong:
            return {"outcome": "too long"}, TOO_LARGE
        status = CONFLICT if outcome is AutosaveOutcome.OUTDATED else 200  # saved words are where they should be
        return {
            "outcome": outcome.value,
            "key": sent.key,
            "at": format_time(timezone.now()),
        }, status

    # Coming back to it

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def copy(self, request: HttpRequest, key: str) -> HttpResponse:
        """Compare what is kept with the post as it is; by POST, discard it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        copy = get_object_or_404(WorkingCopy.objects.open().belonging_to(request.user).with_key(key))
        post = self.get_changeable_post(request, str(copy.post_id)) if copy.post_id else None
        form = reverse("admin:blog_post_change", args=[post.pk]) if post else reverse("admin:blog_post_add")
        if request.method == "POST":
            WorkingCopy.objects.close(user=request.user, key=copy.key)
            self.message_user(request, _("Discarded."), messages.SUCCESS)
            return HttpResponseRedirect(form)
        return self.page(
            request,
            "post/working_copy",
            title=_("What you wrote and did not save"),
            copy=copy,
            post=post,
            form_address=form,
            fields=compare_with_copy(post, copy),
        )

    def render_change_form(
        self, request: HttpRequest, context: dict, add: bool = False, change: bool = False, form_url: str = "", obj=None
    ) -> HttpResponse:
        desk = None
        if add or self.has_change_permission(request, obj):
            form = context["adminform"].form
            desk = (
                self.refused_form_state(request, form, obj)
                if form.is_bound
                else self.opened_form_state(request, form, obj)
            )
        context["editing"] = desk
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if desk and desk.conflict:
            response.status_code = CONFLICT
        return response

    def opened_form_state(self, request: HttpRequest, form: forms.ModelForm, post: Post | None) -> EditingState:
        """A form that somebody opens, with the words he left when he asks for them (?copy=KEY)."""
        mine = WorkingCopy.objects.open().belonging_to(request.user).filter(**({"post": post} if post else {}))
        taken = mine.with_key(request.GET.get("copy", "")).first()
        sent = autosave.load_copy(taken, form) if taken else FormState(new_form_key(), 0, post.edition if post else 0)
        return EditingState(
            sent,
            merge_base=sent.edition,
            is_unsaved=taken is not None,
            unsaved_copies=autosave.find_unsaved_copies(request.user, post, type(form), sent.key),
            others=presence.enter_post(post.pk, request.user) if post else [],
            loaded_copy=taken,
            initial_choices=taken.text(INITIAL_CHOICES_INPUT) if taken else serialize_choices(post) if post else "",
        )

    def refused_form_state(self, request: HttpRequest, form: PostForm, post: Post | None) -> EditingState:
        """A form that came back: what is in it is kept, and it goes on from what it was shown now."""
        sent, collision = autosave.save_refused_form(request, form, post), form.conflict
        is_merged = collision is not None and PostForm.MERGE in request.POST
        if collision:
            sent = sent._replace(edition=collision.stored.edition)
        if is_merged:
            form.data = form.data.copy()
            form.data.update(collision.merged_form_data())
        return EditingState(
            sent,
            merge_base=collision.began if collision else sent.edition,
            is_unsaved=True,
            unsaved_copies=[],
            others=presence.enter_post(post.pk, request.user) if post and post.pk else [],
            conflict=collision,
            is_merged=is_merged,
            initial_choices=request.POST.get(INITIAL_CHOICES_INPUT, ""),
        )

    def save_related(self, request: HttpRequest, form: PostForm, formsets: list, change: bool) -> None:
        if "key" in request.POST:
            WorkingCopy.objects.close(user=request.user, key=FormState.from_post(request.POST).key)
        presence.leave_post(form.instance.pk, request.user)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """A form whose post was deleted, or is no longer theirs: the answer is the same, with the words kept."""
        try:
            return super().change_view(request, object_id, form_url, extra_context)
        except (Http404, PermissionDenied) as refusal:
            if not (request.method == "POST" and request.POST.get("body") and self.has_add_permission(request)):
                raise
            sent = autosave.save_refused_form(request, self.get_form(request)(), None)
            return self.page(
                request,
                "post/not_editable",
                title=_("This post is not yours to change now"),
                status=404 if isinstance(refusal, Http404) else 403,
                form_address=f"{reverse('admin:blog_post_add')}?copy={sent.key}",
                typed=request.POST["body"],
            )
