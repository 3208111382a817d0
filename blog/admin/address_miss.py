"""Addresses that visitors ask for and do not find, the most wanted first, each led somewhere by one button."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from blog.admin.base import ReadOnlyAdmin
from blog.admin.old_address import MISS
from blog.models import AddressMiss, OldAddress, Page, Post, Tag
from blog.models.fields import column_of
from blog.old_addresses.typed import NO_TARGET, read_old_address
from blog.text.validators import is_pk

# What may be proposed for an address, by the kinds in the value of its button.
PROPOSED: dict[str, type[Model]] = {"post": Post, "page": Page, "tag": Tag}
GONE = "gone"
# Letters of a title on a button.
MAX_TITLE = 40
_ENDING = re.compile(r"\.\w{2,5}$")


class Proposal(NamedTuple):
    """What a missing address may have been: the value of the button, and its name."""

    value: str
    name: str


class MissChangeList(ChangeList):
    """Adds to each address of the page what has the same slug as its last part: two or three queries."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        proposals = find_proposals(row.path for row in self.result_list)
        for row in self.result_list:
            row.proposal = proposals.get(slug_of(row.path))


def slug_of(path: str) -> str:
    """The last part of an address as a slug of ours; "" where it is none."""
    slug = _ENDING.sub("", path.rpartition("/")[2]).replace("_", "-").lower()
    return "" if "?" in slug or slug.isdecimal() else slug


def find_proposals(paths: Iterable[str]) -> dict[str, Proposal]:
    """By slug: the post that has it, or the page, or the tag; of several posts the newest."""
    slugs = {slug_of(path) for path in paths} - {""}
    if not slugs:
        return {}
    tags = Tag.objects.filter(slug__in=slugs).values_list("slug", "pk", "name")
    pages = Page.objects.filter(slug__in=slugs).values_list("slug", "pk", "title")
    posts = Post.objects.published().filter(slug__in=slugs).order_by("published_at").values_list("slug", "pk", "title")
    found = [("tag", tags), ("page", pages), ("post", posts)]
    return {slug: Proposal(f"{kind}:{pk}", name) for kind, rows in found for slug, pk, name in rows}


@admin.register(AddressMiss)
class AddressMissAdmin(ReadOnlyAdmin):
    list_display = ["count", "lead", "last_at"]
    list_display_links = None
    search_fields = ["path"]
    ordering = ["-count", "-last_at"]
    actions = ["mark_gone", "delete_selected"]
    change_list_template = "admin/blog/addressmiss/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(lead_view, miss_admin=self))
        return [path("<path:object_id>/lead/", view, name="blog_addressmiss_lead"), *super().get_urls()]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return MissChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With DEBUG, Django answers instead of the page that counts."""
        return super().changelist_view(request, {"is_debug": settings.DEBUG, **(extra_context or {})})

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("blog.delete_addressmiss")

    def has_lead_permission(self, request: HttpRequest) -> bool:
        """May this person say where it leads?"""
        return request.user.has_perm("blog.add_oldaddress")

    @admin.display(description=gettext_lazy("address"), ordering="path")
    def lead(self, row: Any) -> SafeString:
        """The address, and buttons of the list's own form, each of which sends it to the row's own page."""
        to = reverse("admin:blog_addressmiss_lead", args=[row.pk])
        parts = [render_button(to, GONE, _("Gone"), f"{_('Gone')}: {row.path}")]
        if row.proposal:
            words = _("Lead to “%s”") % Truncator(row.proposal.name).chars(MAX_TITLE)
            parts.insert(0, render_button(to, row.proposal.value, words, words))
        choose = f"{reverse('admin:blog_oldaddress_add')}?{MISS}={row.pk}"
        link = '<a class="admin-button" href="{}" aria-label="{}: {}">{}</a>'
        parts.insert(-1, format_html(link, choose, _("Choose…"), row.path, _("Choose…")))
        buttons = format_html_join(" ", "{}", ((part,) for part in parts))
        return format_html('<bdi dir="ltr">{}</bdi><span class="trash__buttons">{}</span>', row.path, buttons)

    @admin.action(permissions=["lead"], description=gettext_lazy("Answer that they are gone for good (410)"))
    def mark_gone(self, request: HttpRequest, queryset: QuerySet[AddressMiss]) -> None:
        count = sum(lead(request, self, miss, {**NO_TARGET, "code": OldAddress.Code.GONE}) for miss in list(queryset))
        sentence = ngettext("%d address is gone for good.", "%d addresses are gone for good.", count)
        self.message_user(request, sentence % count, messages.SUCCESS)


def render_button(to: str, choice: str, words: str, label: str) -> SafeString:
    """A button of the list's own form that sends it elsewhere."""
    button = '<button class="admin-button" formaction="{}" name="choice" value="{}" aria-label="{}">{}</button>'
    return format_html(button, to, choice, label, words)


@require_POST
def lead_view(request: HttpRequest, object_id: str, *, miss_admin: AddressMissAdmin) -> HttpResponse:
    """Lead a missing address where its button says; without one that is known, to the form for a new redirect."""
    if not miss_admin.has_lead_permission(request):
        raise PermissionDenied
    miss = get_object_or_404(AddressMiss, pk=object_id if is_pk(object_id) else None)
    choose = HttpResponseRedirect(f"{reverse('admin:blog_oldaddress_add')}?{MISS}={miss.pk}")
    columns = read_choice(request.POST.get("choice", ""))
    if columns is None or not lead(request, miss_admin, miss, columns):
        return choose
    target = next((str(value) for name, value in columns.items() if name in PROPOSED and value), "")
    said = _("%(old)s leads to “%(new)s” now.") if target else _("%(old)s is gone for good.")
    miss_admin.message_user(request, said % {"old": miss.path, "new": target}, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:blog_addressmiss_changelist"))


def read_choice(choice: str) -> dict[str, Any] | None:
    """The columns that a button stands for; None for one that there is not, or what was deleted meanwhile."""
    if choice == GONE:
        return {**NO_TARGET, "code": OldAddress.Code.GONE}
    kind, _colon, pk = choice.partition(":")
    model = PROPOSED.get(kind)
    row = model._default_manager.filter(pk=pk).first() if model and is_pk(pk) else None
    return {**NO_TARGET, column_of(row): row} if row else None


def lead(request: HttpRequest, miss_admin: AddressMissAdmin, miss: AddressMiss, columns: dict[str, Any]) -> bool:
    """Store the answer; False if something is at the address by now, which is said."""
    try:
        read_old_address(miss.path)
    except ValidationError as error:
        miss_admin.message_user(request, error.messages[0], messages.WARNING)
        return False
    answer = {"code": OldAddress.Code.PERMANENT, "with_below": False, "source": "", **columns}
    row, _is_new = OldAddress.objects.update_or_create(path=miss.path, defaults=answer)
    miss_admin.admin_site.get_model_admin(OldAddress).log_addition(request, row, [{"added": {}}])
    miss.delete()
    return True
