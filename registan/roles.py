"""Defines what each staff group may do; every migration brings the groups to this state."""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

CONTRIBUTOR_PERMISSIONS = [
    *(f"blog.{verb}_post" for verb in ("view", "add", "change")),
    *(f"blog.view_{noun}" for noun in ("tag", "author", "series")),
    *(f"blog.{verb}_{noun}" for noun in ("image", "mediafile") for verb in ("view", "add", "change", "delete")),
]
MODERATOR_PERMISSIONS = [
    *("comments.view_comment", "comments.moderate_comment", "comments.view_decision"),
    *(f"comments.{verb}_{noun}" for noun in ("rule", "reason") for verb in ("view", "add", "change")),
    *(f"comments.{verb}_mention" for verb in ("view", "change", "delete")),
    *(f"comments.{verb}_readernote" for verb in ("view", "add", "delete")),
    *(f"comments.{verb}_savedreply" for verb in ("view", "add", "change", "delete")),
    *(f"comments.{verb}_{noun}" for noun in ("policy", "reader") for verb in ("view", "change")),
]
EDITOR_PERMISSIONS = [
    *(
        f"blog.{verb}_{noun}"
        for noun in ("post", "tag", "author", "page", "series", "image", "mediafile")
        for verb in ("view", "add", "change", "delete")
    ),
    *(f"blog.{verb}_correction" for verb in ("view", "change", "delete")),
    *("blog.publish_post", "blog.edit_others_posts", "blog.view_redirect"),
    *(f"blog.{verb}_source" for verb in ("view", "change", "delete")),
    *(f"blog.{verb}_redirect" for verb in ("add", "change", "delete")),
    *(f"blog.{verb}_linkcard" for verb in ("view", "change")),
    *(f"blog.{verb}_oldaddress" for verb in ("view", "add", "change", "delete")),
    *(f"blog.{verb}_addressmiss" for verb in ("view", "delete")),
]

ROLES: dict[str, list[str]] = {
    "Contributor": CONTRIBUTOR_PERMISSIONS,
    "Author": [
        *CONTRIBUTOR_PERMISSIONS,
        "blog.publish_post",
        "blog.delete_post",
        "blog.add_tag",
        "blog.add_series",
        "blog.change_author",
    ],
    "Editor": [*EDITOR_PERMISSIONS, *MODERATOR_PERMISSIONS],
    "Moderator": MODERATOR_PERMISSIONS,
    "Administrator": [
        *EDITOR_PERMISSIONS,
        *MODERATOR_PERMISSIONS,
        *("blog.view_site", "blog.change_site"),
        *("comments.view_message", "comments.ask_subscribers"),
        *("comments.view_message", "comments.manage_personal_data"),
        *(f"comments.{verb}_webhook" for verb in ("view", "add", "change", "delete")),
        "blog.view_site_health",
        *("transfer.view_archiveplan", "transfer.change_archiveplan", "transfer.view_archiverun"),
        *("transfer.view_run", "transfer.add_run", "transfer.view_element"),
        *("transfer.view_export", "transfer.add_export", "transfer.delete_export"),
        *(f"auth.{verb}_user" for verb in ("view", "add", "change")),
        "auth.view_group",
    ],
}


def sync_roles(sender: AppConfig, using: str, **_: Any) -> None:
    """Give each group exactly its permissions, and create the database caches' tables; receives `post_migrate`."""
    for label in ("blog", "comments", "transfer", "auth"):
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    permissions = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for name, codenames in ROLES.items():
        group = Group.objects.using(using).get_or_create(name=name)[0]
        group.permissions.set([permissions[codename] for codename in codenames])
    # Both, whichever the settings use: a changed CACHE_URL must not need a migration.
    call_command("createcachetable", "cache_shared", "cache_pages", database=using, verbosity=0)
