"""Actions on many posts of the list, each on a page that says what will happen, and a report of what did."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.admin.base import can_edit_all, quote_names
from blog.admin.post_filters import MAX_OFFERED_NAMES, find_named
from blog.admin.preview import PreviewAdmin
from blog.admin.retry import retry_on_conflict
from blog.editing import bulk
from blog.editing.checklist import find_warnings
from blog.editing.staff_request import as_staff
from blog.markup.limits import TooCostly
from blog.models import Author, Post, Tag

# Posts changed by one request: some seconds. The list shows fifty.
MAX_CHANGED_POSTS = 100
# Titles that a sentence of the report names.
MAX_REPORTED_TITLES = 5


class NameForm(forms.Form):
    """Asks for a row of `model` by its name or slug: `row`."""

    name = forms.CharField(max_length=200)

    def __init__(self, model: type[Model], missing: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model, self.missing = model, missing
        names = model._default_manager.order_by("-post_count", "pk").values_list("name", flat=True)
        self.offered = list(names[:MAX_OFFERED_NAMES])

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        self.row = find_named(self.model, name)
        if self.row is None:
            raise ValidationError(self.missing)
        return name


class BulkPostAdmin(PreviewAdmin):
    """The actions of the list of posts; the admin says who may change which post (`has_change_permission`)."""

    def has_edit_all_permission(self, request: HttpRequest) -> bool:
        return can_edit_all(request) and self.has_change_permission(request)

    @admin.action(permissions=["publish"], description=gettext_lazy("Publish the selected posts"))
    def publish(self, request: HttpRequest, queryset: QuerySet[Post]) -> HttpResponse:
        if refusal := self.refuse_number(request, queryset):
            return refusal
        if "confirmed" in request.POST:
            return self.change_posts(request, queryset, bulk.publish)
        drafts = [(post, find_warnings(post)) for post in queryset if post.status != Post.Status.PUBLISHED]
        return self.ask(request, queryset, action="publish", title=_("Publish posts"), drafts=drafts)

    @admin.action(permissions=["change"], description=gettext_lazy("Close the conversation of the selected posts"))
    def close_conversation(self, request: HttpRequest, queryset: QuerySet[Post]) -> HttpResponse:
        return self.refuse_number(request, queryset) or self.change_posts(request, queryset, bulk.close_conversation)

    @admin.action(permissions=["change"], description=gettext_lazy("Add a tag to the selected posts"))
    def add_tag(self, request: HttpRequest, queryset: QuerySet[Post]) -> HttpResponse:
        form = self.tag_form(request)
        change = partial(bulk.add_tag, tag=form.row) if form.is_valid() else None
        return self.ask_name(request, queryset, form, change, action="add_tag", title=_("Add a tag"))

    @admin.action(permissions=["change"], description=gettext_lazy("Remove a tag from the selected posts"))
    def remove_tag(self, request: HttpRequest, queryset: QuerySet[Post]) -> HttpResponse:
        form = self.tag_form(request)
        change = partial(bulk.remove_tag, tag=form.row) if form.is_valid() else None
        return self.ask_name(request, queryset, form, change, action="remove_tag", title=_("Remove a tag"))

    @admin.action(permissions=["edit_all"], description=gettext_lazy("Change the author of the selected posts"))
    def change_author(self, request: HttpRequest, queryset: QuerySet[Post]) -> HttpResponse:
        form = self.name_form(request, Author, _("No author has this name."))
        change = partial(bulk.set_author, author=form.row) if form.is_valid() else None
        return self.ask_name(request, queryset, form, change, action="change_author", title=_("Change the author"))

    @admin.action(permissions=["edit_all"], description=gettext_lazy("Find and replace in the selected posts"))
    def replace_words(self, request: HttpRequest, queryset: QuerySet[Post]) -> HttpResponse:
        """Lead to the page that asks what to find, for these posts or, if all are selected, for those of the list."""
        if request.POST.get("select_across") == "1":
            scope = {"listed": request.GET.urlencode()}
        else:
            scope = {"chosen": ",".join(map(str, queryset.values_list("pk", flat=True)))}
        return HttpResponseRedirect(reverse("admin:blog_post_replace", query=scope))

    def tag_form(self, request: HttpRequest) -> NameForm:
        return self.name_form(request, Tag, _("No tag has this name."))

    def name_form(self, request: HttpRequest, model: type[Model], missing: str) -> NameForm:
        return NameForm(model, missing, request.POST if "confirmed" in request.POST else None)

    def ask_name(
        self,
        request: HttpRequest,
        queryset: QuerySet[Post],
        form: NameForm,
        change: bulk.BulkChange | None,
        **context: Any,
    ) -> HttpResponse:
        """Ask for a name, or change the posts once it was given."""
        if refusal := self.refuse_number(request, queryset):
            return refusal
        if change:
            return self.change_posts(request, queryset, change)
        return self.ask(request, queryset, form=form, **context)

    def ask(self, request: HttpRequest, queryset: QuerySet[Post], **context: Any) -> HttpResponse:
        posts = list(queryset)
        return self.render_page(request, "post/bulk", posts=posts, back=request.get_full_path(), **context)

    def refuse_number(self, request: HttpRequest, queryset: QuerySet[Post]) -> HttpResponse | None:
        if queryset[: MAX_CHANGED_POSTS + 1].count() <= MAX_CHANGED_POSTS:
            return None
        self.message_user(request, _("Select at most %d at once.") % MAX_CHANGED_POSTS, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def change_posts(self, request: HttpRequest, queryset: QuerySet[Post], change: bulk.BulkChange) -> HttpResponse:
        """Change each post, log it, and say which were changed and why others were not."""
        changed: list[Post] = []
        refused: defaultdict[str, list[str]] = defaultdict(list)
        for pk, title in list(queryset.values_list("pk", "title")):
            try:
                changed.append(retry_on_conflict(partial(self.change_one, request, pk, change)))
            except Post.DoesNotExist:
                refused[_("It was deleted.")].append(title)
            except ValidationError as error:
                refused[" ".join(error.messages)].append(title)
            except (bulk.NotChanged, TooCostly) as reason:
                refused[str(reason)].append(title)
        self.report(request, changed, refused)
        return HttpResponseRedirect(request.get_full_path())

    def change_one(self, request: HttpRequest, pk: int, change: bulk.BulkChange) -> Post:
        may_change = partial(self.has_change_permission, request)
        post, fields = bulk.change_post(pk, change, by=as_staff(request).user, may_change=may_change)
        self.log_change(request, post, [{"changed": {"fields": fields}}])
        return post

    def report(self, request: HttpRequest, changed: list[Post], refused: dict[str, list[str]]) -> None:
        if changed:
            sentence = ngettext("%d post was changed.", "%d posts were changed.", len(changed)) % len(changed)
            self.message_user(request, sentence, messages.SUCCESS)
        scheduled = [post.title for post in changed if post.status == Post.Status.PUBLISHED and not post.is_public]
        if scheduled:
            self.message_user(request, _("Scheduled for a later time: %s.") % name_some(scheduled), messages.INFO)
        for reason, titles in refused.items():
            sentence = _("Not changed: %(titles)s. %(reason)s") % {"titles": name_some(titles), "reason": reason}
            self.message_user(request, sentence, messages.WARNING)


def name_some(titles: list[Any]) -> str:
    """List the first of these titles, and how many more there are."""
    more = len(titles) - MAX_REPORTED_TITLES
    named = quote_names(titles[:MAX_REPORTED_TITLES])
    return ngettext("%(named)s and %(count)d more", "%(named)s and %(count)d more", more) % {
        "named": named, "count": more,
    } if more > 0 else named  # fmt: skip
