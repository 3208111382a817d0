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

from blog.admin.base import StaffAdmin, once_more
from blog.desk import autosave, presence
from blog.desk.autosave import Desk, Sent
from blog.desk.choices import CHOSEN, chosen
from blog.desk.words import compared, words_of
from blog.forms.post import PostForm
from blog.models import Post, WorkingCopy
from blog.models.working_copy import Outcome, new_key
from blog.moments import hour
from blog.text import is_key

CONFLICT, TOO_LARGE = 409, 413


class NeverLost(StaffAdmin):
    """For the admin of posts."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("autosave/", view(self.autosave), name="blog_post_autosave"),
            path("copy/<str:key>/", view(self.copy), name="blog_post_copy"),
            *super().get_urls(),
        ]

    # While it is written

    @method_decorator(require_POST)
    def autosave(self, request: HttpRequest) -> HttpResponse:
        """Keep what a form of `user` holds, and tell who else has its post open. Touches no post, no log and no clock.

        Without a `key` only the second. A post that is gone, or no longer theirs, leaves the words for a new one.
        """
        return once_more(partial(self.autosaved, request))  # the post may be deleted in this moment

    def autosaved(self, request: HttpRequest) -> HttpResponse:
        pk = request.POST.get("post", "")
        if not self.has_add_permission(request):
            raise PermissionDenied
        if pk and not is_key(pk):
            raise BadRequest("That is no number of a post.")
        if request.POST.get("user") != str(request.user.pk):
            # Somebody else has signed in, in another tab: these are not his words.
            return JsonResponse({"outcome": "out"}, status=403)
        post = self.theirs(request, pk) if pk else None
        if post and "left" in request.POST:
            presence.leave(post.pk, request.user)
            return HttpResponse(status=204)
        answer, status = self.kept(request, post) if "key" in request.POST else ({}, 200)
        if pk and post is None:
            return JsonResponse({**answer, "lost": True}, status=404)
        others = presence.enter(post.pk, request.user) if post else []
        answer["others"] = [{"name": one.name, "since": one.since_time} for one in others]
        return JsonResponse(answer, status=status)

    def theirs(self, request: HttpRequest, pk: str) -> Post | None:
        """The post, when there is one that this person may change."""
        try:
            post = self.get_object(request, pk)
        except Http404:
            return None
        return post if self.has_change_permission(request, post) else None

    def kept(self, request: HttpRequest, post: Post | None) -> tuple[dict[str, Any], int]:
        fields = self.get_form(request, post, change=post is not None).base_fields
        try:
            outcome, sent = autosave.keep(request.user, Sent.read(request.POST), post, words_of(fields, request.POST))
        except autosave.TooLong:
            return {"outcome": "too long"}, TOO_LARGE
        status = CONFLICT if outcome is Outcome.BEHIND else 200  # saved words are where they should be
        return {
            "outcome": outcome.value,
            "key": sent.key,
            "at": hour(timezone.now()),
        }, status

    # Coming back to it

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def copy(self, request: HttpRequest, key: str) -> HttpResponse:
        """Compare what is kept with the post as it is; by POST, discard it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        copy = get_object_or_404(WorkingCopy.objects.open().of(request.user).named(key))
        post = self.theirs(request, str(copy.post_id)) if copy.post_id else None
        form = reverse("admin:blog_post_change", args=[post.pk]) if post else reverse("admin:blog_post_add")
        if request.method == "POST":
            WorkingCopy.objects.settle(user=request.user, key=copy.key)
            self.message_user(request, _("Discarded."), messages.SUCCESS)
            return HttpResponseRedirect(form)
        return self.page(
            request,
            "post/copy",
            title=_("What you wrote and did not save"),
            copy=copy,
            post=post,
            form_address=form,
            fields=compared(post, copy),
        )

    def render_change_form(
        self, request: HttpRequest, context: dict, add: bool = False, change: bool = False, form_url: str = "", obj=None
    ) -> HttpResponse:
        desk = None
        if add or self.has_change_permission(request, obj):
            form = context["adminform"].form
            desk = self.refused(request, form, obj) if form.is_bound else self.opened(request, form, obj)
        context["desk"] = desk
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if desk and desk.collision:
            response.status_code = CONFLICT
        return response

    def opened(self, request: HttpRequest, form: forms.ModelForm, post: Post | None) -> Desk:
        """A form that somebody opens, with the words he left when he asks for them (?copy=KEY)."""
        mine = WorkingCopy.objects.open().of(request.user).filter(**({"post": post} if post else {}))
        taken = mine.named(request.GET.get("copy", "")).first()
        sent = autosave.take_up(taken, form) if taken else Sent(new_key(), 0, post.edition if post else 0)
        return Desk(
            sent,
            base=sent.edition,
            is_unsaved=taken is not None,
            offers=autosave.offered(request.user, post, type(form), sent.key),
            others=presence.enter(post.pk, request.user) if post else [],
            taken=taken,
            chosen=taken.text(CHOSEN) if taken else chosen(post) if post else "",
        )

    def refused(self, request: HttpRequest, form: PostForm, post: Post | None) -> Desk:
        """A form that came back: what is in it is kept, and it goes on from what it was shown now."""
        sent, collision = autosave.keep_refused(request, form, post), form.collision
        is_merged = collision is not None and PostForm.MERGE in request.POST
        if collision:
            sent = sent._replace(edition=collision.stored.edition)
        if is_merged:
            form.data = form.data.copy()
            form.data.update(collision.merged())
        return Desk(
            sent,
            base=collision.began if collision else sent.edition,
            is_unsaved=True,
            offers=[],
            others=presence.enter(post.pk, request.user) if post and post.pk else [],
            collision=collision,
            is_merged=is_merged,
            chosen=request.POST.get(CHOSEN, ""),
        )

    def save_related(self, request: HttpRequest, form: PostForm, formsets: list, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "key" in request.POST:
            WorkingCopy.objects.settle(user=request.user, key=Sent.read(request.POST).key)
        presence.leave(form.instance.pk, request.user)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """A form whose post was deleted, or is no longer theirs: the answer is the same, with the words kept."""
        try:
            return super().change_view(request, object_id, form_url, extra_context)
        except (Http404, PermissionDenied) as refusal:
            if not (request.method == "POST" and request.POST.get("body") and self.has_add_permission(request)):
                raise
            sent = autosave.keep_refused(request, self.get_form(request)(), None)
            return self.page(
                request,
                "post/lost",
                title=_("This post is not yours to change now"),
                status=404 if isinstance(refusal, Http404) else 403,
                form_address=f"{reverse('admin:blog_post_add')}?copy={sent.key}",
                typed=request.POST["body"],
            )
