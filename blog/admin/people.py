"""Authors: the public profiles of those who write."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from blog.admin.base import edits_all
from blog.admin.writing import WritingAdmin
from blog.forms.vocabulary import AuthorForm
from blog.models import Author


@admin.register(Author)
class AuthorAdmin(WritingAdmin):
    """Editors see all profiles, anybody else his own. Only who manages accounts says which account is whose."""

    form = AuthorForm
    headed, written = "name", "bio"
    list_display = ["name", "slug", "post_count"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["user"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "user"]}),
        (gettext_lazy("Shown under each post"), {"fields": ["photo", "bio", "website", "contact"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Author]:
        return super().get_queryset(request).editable_by(request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Author | None = None) -> list[str]:
        fields = [] if request.user.has_perm("auth.view_user") else ["user"]
        return fields if edits_all(request) else [*fields, "slug"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Author | None = None) -> dict[str, list[str]]:
        return {"slug": ["name"]} if edits_all(request) else {}


def profile_of(user: AbstractBaseUser) -> Author:
    """The profile under which this person writes, made when there is none. It never shows the name to sign in with."""
    if found := Author.objects.filter(user=user).first():
        return found
    name = user.get_full_name() or f"Author {user.pk}"
    return Author.objects.create(user=user, name=name, slug=Author.free_slug(name))
