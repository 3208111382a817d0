"""The page on which a post is written: its groups of fields, and what it says and where it leads after saving."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.options import IS_POPUP_VAR
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from blog.admin.preview import PreviewAdmin
from blog.editing.forms.post import PostForm
from blog.editing.staff_request import as_staff
from blog.models import Post, WorkingCopy
from blog.text.datetimes import format_datetime, format_time

FORBIDDEN = 403


class WritingPageAdmin(PreviewAdmin):
    """Saving leads back to the page. A form that is sent twice, since its answer got lost, makes one post."""

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "POST" and "key" in request.POST:
            pk = WorkingCopy.objects.saved_post_id(user=as_staff(request).user, key=request.POST["key"])
            if pk:
                return HttpResponseRedirect(reverse("admin:blog_post_change", args=[pk]), preserve_request=True)
        return super().add_view(request, form_url, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Refuse what a script sends for `user` when somebody else has signed in since."""
        if request.POST.get("user", str(request.user.pk)) != str(request.user.pk):
            return HttpResponse(status=FORBIDDEN)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def response_add(self, request: HttpRequest, obj: Post, post_url_continue: str | None = None) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        return self.response_change(request, obj)

    def response_change(self, request: HttpRequest, obj: Post) -> HttpResponse:
        """Back to the form; by *Save*, as elsewhere in the admin, to the list."""
        if "_save" in request.POST or IS_POPUP_VAR in request.POST:
            return self.response_post_save_change(request, obj)
        return HttpResponseRedirect(reverse("admin:blog_post_change", args=[obj.pk]))


def folded(name: Promise, fields: list[Any]) -> tuple[Promise, dict[str, Any]]:
    """A group of fields that is folded until somebody opens it, or a field in it has an error."""
    return name, {"fields": fields, "classes": ["collapse"]}


def describe_saved(form: PostForm) -> str | SafeString:
    """What has become of the post that this form has just saved."""
    post, before = form.instance, form.status_buttons
    if post.status == Post.Status.PUBLISHED:
        return describe_published(post, is_new=not (before and before.is_public))
    is_new_status = before is not None and post.status != before.current
    if is_new_status and post.status == Post.Status.REVIEW:
        return _("Handed in. An editor will read it.")
    if form.is_sending_back:
        return _("Sent back. It is a draft again, and its author gets your notes.")
    if is_new_status and before and before.is_public:
        return _("Unpublished. It is a draft again.")
    return _("Saved at %(time)s. Readers do not see it yet.") % {"time": format_time(timezone.now())}


def describe_published(post: Post, *, is_new: bool) -> str | SafeString:
    moment = post.publication_time
    if not post.is_public:
        zone = str(timezone.get_current_timezone())
        return _("Scheduled for %(time)s (%(zone)s)") % {"time": format_datetime(moment), "zone": zone}
    said = _("Published.") if is_new else _("Updated at %(time)s.") % {"time": format_time(timezone.now())}
    return format_html('{} <a href="{}">{}</a>', said, post.get_absolute_url(), _("View it"))
