"""What goes wrong on real machines, judged for `check --deploy`: files, nodes, the clock, what a demo left behind."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import Error, connection
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import get_text_list
from django.utils.translation import gettext, gettext_lazy

from blog.models import Image, WorkerBeat
from registan.collected_static import is_static_outdated
from registan.data_files import find_exposed_files
from registan.database import migration_fault
from registan.site_health.release import describe_demo_accounts, find_demo_accounts
from registan.site_health.setting_rules import SettingRule

# Other machines' disks, as /proc/mounts names them. SQLite's log of writes needs memory that all processes share.
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "fuse.glusterfs", "fuse.sshfs", "9p", "afs"}
MOUNTS = Path("/proc/mounts")
# Two machines whose clocks are set by the network differ by milliseconds; the worker writes its beat once a minute.
MAX_CLOCK_ERROR = datetime.timedelta(seconds=30)
# Of the newest, since they tell of today's uploads; a look at each is one question to the disk.
NEWEST_PICTURES = 20


def is_on_network(path: Path) -> bool:
    """Is it on the disk of another machine? Not where nobody can tell (no Linux)."""
    try:
        lines = [line.split() for line in MOUNTS.read_text().splitlines()]
    except OSError:
        return False
    place = path.resolve()
    kinds = {Path(where): kind for _device, where, kind, *_ in lines}
    return next((kinds[folder] for folder in (place, *place.parents) if folder in kinds), "") in NETWORK_FILE_SYSTEMS


def count_machines(addresses: Iterable[str | None], own: str | None) -> int:
    """From how many machines these connections to PostgreSQL come; `own` is the address of PostgreSQL's machine."""
    local = {address for address in addresses if address is None or address == own or ip_address(address).is_loopback}
    return len({*addresses} - local) + bool(local)


def find_machines() -> int:
    """How many machines have the site's database open now, this one included; those behind a PgBouncer are one."""
    if connection.vendor == "sqlite":
        return 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT host(client_addr), host(inet_server_addr()) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user"
        )
        rows = cursor.fetchall()
    return count_machines([address for address, _ in rows], rows[0][1])


def are_pictures_here() -> bool:
    """Are the files of the newest pictures? Not where they were uploaded to another machine, or not restored."""
    if "OPTIONS" in settings.STORAGES["default"]:
        return True
    names = Image.objects.order_by("-pk").values_list("file", flat=True)[:NEWEST_PICTURES]
    return all(default_storage.exists(name) for name in names)


def does_database_answer() -> bool:
    try:
        connection.ensure_connection()
    except Error:
        return False
    return True


def clock_error() -> datetime.timedelta:
    """By how much this clock differs from PostgreSQL's, or is behind the worker's last beat."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            theirs: datetime.datetime = cursor.fetchone()[0]
        return abs(timezone.now() - theirs)
    beat = WorkerBeat.last()
    return max(beat - timezone.now(), datetime.timedelta()) if beat else datetime.timedelta()


def describe_exposed_files() -> str:
    fact = gettext("Other accounts of this machine can read or change private files: %s.")
    return fact % get_text_list([str(path) for path in find_exposed_files()], gettext("and"))


SQLITE_PLACE = SettingRule(
    id="registan.W007",
    is_met=lambda: not (settings.IS_SQLITE and is_on_network(Path(settings.DATABASES["default"]["NAME"]))),
    met=gettext_lazy("The file of SQLite is on a disk of this machine."),
    unmet=gettext_lazy("The file of SQLite is on a network disk, where two machines that write damage it."),
    remedy=gettext_lazy("Move it to a disk of this machine; several machines need PostgreSQL: see docs/operate.md."),
)
STATIC = SettingRule(
    id="registan.W008",
    is_met=lambda: not is_static_outdated(),
    met=gettext_lazy("The static files are those of this version."),
    unmet=gettext_lazy("Static files were not collected for this version: pages fail, or look as before the upgrade."),
    remedy=gettext_lazy("Run “manage.py collectstatic --no-input” on every machine, then start the site again."),
)
FILE_MODES = SettingRule(
    id="registan.W009",
    is_met=lambda: not find_exposed_files(),
    met=gettext_lazy("Only the site’s own account can read its private files."),
    unmet=lazy(describe_exposed_files, str)(),
    remedy=gettext_lazy("Run “chmod go= FILE” for each, as root where they belong to another account."),
)
SHARED_KEY = SettingRule(
    id="registan.W010",
    is_met=lambda: "SECRET_KEY" in settings.SET_BY_ENVIRONMENT or find_machines() == 1,
    met=gettext_lazy("All machines of the site have the same key."),
    unmet=gettext_lazy(
        "Several machines use the database, and SECRET_KEY is not set: each has made a key of its own, so whoever "
        "signs in on one is a stranger to the next, and links in emails fail."
    ),
    remedy=gettext_lazy("Set SECRET_KEY on all of them, to the text of the file “secret_key” in the DATA_DIR of one."),
)
SHARED_CACHE = SettingRule(
    id="registan.W011",
    is_met=lambda: settings.CACHE_URL != "local" or find_machines() == 1,
    met=gettext_lazy("All machines of the site share rendered pages."),
    unmet=gettext_lazy(
        "Several machines use the database, and CACHE_URL is “local”: every process renders each page for itself."
    ),
    remedy=gettext_lazy("Set CACHE_URL=redis://… (or “database”), the same on all of them: see docs/scale.md."),
)
PICTURES = SettingRule(
    id="registan.W012",
    is_met=are_pictures_here,
    met=gettext_lazy("The files of the newest pictures are here."),
    unmet=gettext_lazy("Files of the newest pictures are not on this machine, so that readers do not see them."),
    remedy=gettext_lazy(
        "Let all machines share the folder “media” of DATA_DIR or set MEDIA_STORAGE, or restore the folder of a backup."
    ),
)
DEMO = SettingRule(
    id="registan.W013",
    is_met=lambda: not find_demo_accounts(),
    met=gettext_lazy("No account of the demo can sign in."),
    unmet=lazy(describe_demo_accounts, str)(),
    remedy=gettext_lazy("Delete them in the admin; to keep one, set a new password and your own email address."),
)
CLOCK = SettingRule(
    id="registan.W014",
    is_met=lambda: clock_error() <= MAX_CLOCK_ERROR,
    met=gettext_lazy("The clock of this machine agrees with that of the database."),
    unmet=gettext_lazy(
        "The clock of this machine differs from that of the database, or is behind the worker’s: links and sign-ins "
        "end too soon or too late, and posts appear at the wrong time."
    ),
    remedy=gettext_lazy("Let the machine set its clock by the network: “timedatectl set-ntp true”."),
)
ANSWERS = SettingRule(
    id="registan.W006",
    is_met=does_database_answer,
    met=gettext_lazy("The database answers."),
    unmet=gettext_lazy("The database can’t be opened, so that what is in it was not checked."),
    remedy=gettext_lazy("Start it, or check DATABASE_URL; then run this again."),
)
TABLES = SettingRule(
    id="registan.W015",
    is_met=lambda: not migration_fault(connection),
    met=gettext_lazy("The tables of the database are those of this version."),
    unmet=gettext_lazy("The tables of the database are not those of this version, so that pages fail."),
    remedy=gettext_lazy("Run “manage.py migrate”, then start the site again: see docs/upgrades.md."),
)
# Those that ask the machine alone, and those that ask the database, too.
MACHINE_RULES = (SQLITE_PLACE, STATIC, FILE_MODES)
DATABASE_RULES = (SHARED_KEY, SHARED_CACHE, PICTURES, DEMO, CLOCK)
