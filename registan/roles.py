"""What each group of staff may do. The groups are brought to this state after every migration."""

from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

CONTRIBUTOR_PERMISSIONS = [
    *(f"blog.{verb}_post" for verb in ("view", "add", "change")),
    *(f"blog.view_{noun}" for noun in ("tag", "author", "series")),
    *(f"blog.{verb}_image" for verb in ("view", "add", "change", "delete")),
]
MODERATOR_PERMISSIONS = [
    *("comments.view_comment", "comments.moderate_comment", "comments.view_decision"),
    *(f"comments.{verb}_{noun}" for noun in ("rule", "reason") for verb in ("view", "add", "change")),
    *(f"comments.{verb}_{noun}" for noun in ("policy", "reader") for verb in ("view", "change")),
]
EDITOR_PERMISSIONS = [
    *(
        f"blog.{verb}_{noun}"
        for noun in ("post", "tag", "author", "page", "series", "image")
        for verb in ("view", "add", "change", "delete")
    ),
    *(f"blog.{verb}_correction" for verb in ("view", "change", "delete")),
    *("blog.publish_post", "blog.edit_others_posts", "blog.view_redirect"),
    *(f"blog.{verb}_source" for verb in ("view", "change", "delete")),
    *(f"blog.{verb}_redirect" for verb in ("add", "change", "delete")),
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
        "comments.view_message",
        *(f"auth.{verb}_user" for verb in ("view", "add", "change")),
        "auth.view_group",
    ],
}


def sync_roles(sender, using: str, **_) -> None:
    """post_migrate: groups with exactly these permissions, and the tables of the database caches."""
    from django.apps import apps as real

    for label in ("blog", "comments", "auth"):
        create_permissions(real.get_app_config(label), verbosity=0, using=using)
    everything = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for name, wanted in ROLES.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        group.permissions.set([everything[one] for one in wanted])
    # Both, whatever the caches are today: a changed CACHE_URL must not need a migration.
    call_command("createcachetable", "cache_shared", "cache_pages", database=using, verbosity=0)
