"""The history of a post in the admin: its versions, any two side by side, one as readers would see it, restore."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from blog.admin.base import StaffAdmin
from blog.editing import history
from blog.editing.forms.post import RestoreForm
from blog.markup import renderer
from blog.models import Post, Version
from blog.models.version import TEXT_FIELDS, StaleEdition
from blog.text.validators import is_pk
from blog.views.post import render_post, set_preview_headers


class VersionAdmin(StaffAdmin):
    """Whoever may look at a post may look at its history; whoever may change it may restore a version of it."""

    def get_urls(self) -> list[URLPattern]:
        views = [
            ("compare/", self.compare_view, "compare"),
            ("<int:number>/", self.version_view, "version"),
            ("<int:number>/preview/", self.version_preview_view, "version_preview"),
            ("<int:number>/restore/", self.restore_view, "restore"),
        ]
        ours = [
            path(f"<path:object_id>/history/{route}", self.admin_site.admin_view(view), name=f"blog_post_{name}")
            for route, view, name in views
        ]
        return [*ours, *super().get_urls()]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        post = self.get_viewable_post(request, object_id)
        page = history.history_page(post, request.GET.get("page", "1"))
        context = {
            "title": _("History"),
            "page": page,
            "is_choice": len(page.object_list) > 1,
            "log": history.log_page(post, request.GET.get("log", "1")),
            "may_restore": self.has_change_permission(request, post),
            "may_mend": request.user.has_perm("blog.change_correction"),
        }
        return self.render_history_page(request, post, "history", context)

    @method_decorator(require_safe)
    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Two versions, by default the latest and the one before it; the older one stands first, whatever was asked."""
        post = self.get_viewable_post(request, object_id)
        versions = post.versions.latest_first().select_related("saved_by")
        new = get_version_by_number(versions, request.GET.get("new", "")) or versions.first()
        if new is None:
            raise Http404("No version of this post was kept so far.")
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
        return self.render_history_page(request, post, "comparison", context)

    @method_decorator(require_safe)
    def version_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """One version as it was typed."""
        post, version = self.get_version(request, object_id, number)
        context = {
            "title": _("Version %(number)s") % {"number": number},
            "version": version,
            "texts": history.version_texts(version),
            "has_before": post.versions.filter(number__lt=number).exists(),
            "may_restore": self.has_change_permission(request, post),
        }
        return self.render_history_page(request, post, "version", context)

    @method_decorator(require_safe)
    def version_preview_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """One version as readers would see it."""
        post, version = self.get_version(request, object_id, number)
        where = reverse("admin:blog_post_version", args=[post.pk, number])
        post = Post.objects.for_page().get(pk=post.pk)
        try:
            version.apply_to(post)
        except renderer.TooCostly as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(where)
        return set_preview_headers(render_post(request, post, is_preview=True, version=version, version_url=where))

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def restore_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """The difference that it would make, and the deed."""
        post, version = self.get_version(request, object_id, number)
        if not self.has_change_permission(request, post):
            raise PermissionDenied
        form = RestoreForm(request.POST if request.method == "POST" else None, post=post)
        complaint = ""
        if form.is_valid() and not (complaint := self.restore(request, post, version, form)):
            return HttpResponseRedirect(reverse("admin:blog_post_history", args=[post.pk]))
        post = self.get_viewable_post(request, object_id)  # as it is by now
        context = {
            "title": _("Restore version %(number)s") % {"number": number},
            "version": version,
            "form": form,
            "complaint": complaint,
            "parts": history.compare_versions(post, version, TEXT_FIELDS),
        }
        return self.render_history_page(
            request, post, "restore", context, status=409 if complaint else 400 if form.errors else 200
        )

    def restore(self, request: HttpRequest, post: Post, version: Version, form: RestoreForm) -> str:
        """Do it, and return ""; or what hindered it."""
        edition, note = form.cleaned_data["edition"], form.cleaned_data.get("correction", "")
        try:
            is_restored = post.restore(version, by=request.user, edition=edition, correction=note)
        except Post.DoesNotExist:
            raise Http404("The post was deleted.") from None
        except StaleEdition:
            return _(
                "The post was changed after this page was opened, so nothing was restored. "
                "Below is the difference to the text as it is now: look at it, and restore if you still want to."
            )
        except renderer.TooCostly as refusal:
            return str(refusal)
        if not is_restored:
            return _("The post has these words already: there is nothing to restore.")
        words = _("Version %(number)s was restored.") % {"number": version.number}
        self.log_change(request, post, words)
        self.message_user(request, words, messages.SUCCESS)
        return ""

    def get_viewable_post(self, request: HttpRequest, object_id: str) -> Post:
        """The post, if this person may look at it."""
        post = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, post):
            raise PermissionDenied
        return post

    def get_version(self, request: HttpRequest, object_id: str, number: int) -> tuple[Post, Version]:
        post = self.get_viewable_post(request, object_id)
        return post, get_object_or_404(post.versions.select_related("saved_by"), number=number)

    def render_history_page(
        self, request: HttpRequest, post: Post, page: str, context: dict[str, Any], *, status: int = 200
    ) -> TemplateResponse:
        return self.page(request, f"post/{page}", status=status, post=post, subtitle=post.title, **context)


def get_version_by_number(versions: Any, number: str) -> Version | None:
    """The version of this number; None when none was named. Raises Http404."""
    if number and not is_pk(number):
        raise Http404("There is no such version.")
    return get_object_or_404(versions, number=number) if number else None
