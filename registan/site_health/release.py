"""Lines about this version: what an upgrade has left to do, backups, and what the demo left behind."""

from __future__ import annotations

import datetime
import platform
from itertools import chain
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.fulltext.tables import SearchEntry
from blog.models import Post
from blog.models.fields import recompute_fields
from blog.text.datetimes import format_datetime
from registan.database import missing_migrations
from registan.demo_content import demo_address
from registan.roles import ROLES
from registan.site_health.health_line import HealthLine, State
from registan.site_version import read_version

# Characters of a text that is rendered to see whether it would differ: a few milliseconds.
MAX_SAMPLE_LENGTH = 20_000
# In DATA_DIR; its time is that of the last backup.
BACKUP_FILE = "last_backup"
# Backups are daily; one may take long.
MAX_BACKUP_AGE = datetime.timedelta(days=2)


def version_line() -> HealthLine:
    fact = _("Registan %(registan)s, Django %(django)s, Python %(python)s.") % {
        "registan": read_version(),
        "django": django.get_version(),
        "python": platform.python_version(),
    }
    return HealthLine(State.GOOD, fact)


def migrations_line() -> HealthLine:
    missing = missing_migrations(connection)
    if not missing:
        return HealthLine(State.GOOD, _("The tables of the database are those of this version."))
    fact = ngettext(
        "%(count)d change of the tables is missing, so pages that need it fail: %(names)s",
        "%(count)d changes of the tables are missing, so pages that need them fail: %(names)s",
        len(missing),
    ) % {"count": len(missing), "names": ", ".join(f"{app}.{name}" for app, name in missing)}
    return HealthLine(State.BROKEN, fact, _("Run “manage.py migrate”, then start the site again."))


def stored_html_line() -> HealthLine:
    """Rendering all texts would take minutes: the oldest and the newest post stand for them."""
    short = Post.objects.published().annotate(length=Length("body")).filter(length__lte=MAX_SAMPLE_LENGTH)
    if any(map(recompute_fields, chain(short.order_by("published_at")[:1], short.order_by("-published_at")[:1]))):
        fact = _("Posts were rendered by an earlier version, and this one would render them differently.")
        return HealthLine(State.LOOK, fact, _("Run “manage.py rerender”; readers notice nothing meanwhile."))
    return HealthLine(State.GOOD, _("The oldest and the newest post are rendered as this version renders them."))


def search_index_line() -> HealthLine:
    """Comparing every text with the index would take minutes, too."""
    posts = Post.objects.published().values_list("pk", flat=True)
    ids = {*posts.order_by("published_at")[:1], *posts.order_by("-published_at")[:1]}
    found = SearchEntry.objects.filter(kind=Post.SEARCH_KIND, object_id__in=ids).count() if ids else 0
    if found < len(ids):
        fact = _("The search index lacks the oldest or the newest post, so searches miss texts.")
        return HealthLine(State.LOOK, fact, _("Run “manage.py reindex”; searches go on meanwhile."))
    return HealthLine(State.GOOD, _("The oldest and the newest post are in the search index."))


def backup_line() -> HealthLine:
    """By the file that whoever makes backups touches after each (docs/site-health.md)."""
    done = last_backup()
    if done is None:
        fact = _("No backup by the tools of the machine has reported to the site yet.")
        action = _(
            "Copy the database, the folder “media” and the file “secret_key” every day: see docs/site-health.md."
        )
        return HealthLine(State.UNKNOWN, fact, action)
    fact = _("The last backup was done on %s.") % format_datetime(done)
    if done < timezone.now() - MAX_BACKUP_AGE:
        return HealthLine(State.LOOK, fact, _("Find out why none has been done since."))
    return HealthLine(State.GOOD, fact)


def last_backup() -> datetime.datetime | None:
    """When a backup last touched its file; None when none ever has."""
    try:
        seconds = (Path(settings.DATA_DIR) / BACKUP_FILE).stat().st_mtime
    except OSError:
        return None
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def find_demo_accounts() -> list[str]:
    """Names of accounts that can sign in and have the name and the address that the demo gave them."""
    addresses = {role.lower(): demo_address(role) for role in ROLES}
    users = User.objects.filter(is_active=True, username__in=addresses).order_by("pk").values_list("username", "email")
    return [name for name, email in users if email == addresses[name]]


def describe_demo_accounts() -> str:
    fact = _("Accounts of the demo can sign in, with passwords that were printed when it was made: %s.")
    return fact % get_text_list(find_demo_accounts(), _("and"))


def demo_accounts_line() -> HealthLine:
    if not find_demo_accounts():
        return HealthLine(State.GOOD, _("No account of the demo can sign in."))
    action = _(
        "Delete these accounts or make them inactive. To keep one, set a new password and your own email address."
    )
    return HealthLine(State.LOOK, describe_demo_accounts(), action, reverse("admin:auth_user_changelist"))
