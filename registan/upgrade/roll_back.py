"""Takes the last upgrade back: the backup from before it, and the packages that the version before ran on."""

from __future__ import annotations

import datetime
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from blog.models import Post, Version
from comments.models import Comment, Decision, Message, Reader
from registan.upgrade.database_copy import CopyFailed, copy_database, put_back
from registan.upgrade.outdated_process import outdate_others
from registan.upgrade.run_upgrade import NOTHING_CHANGED, Say, no_time_limit, one_at_a_time
from registan.upgrade.upgrade_plan import UNKNOWN
from registan.upgrade.upgrade_record import UNDONE, Release, UpgradeRecord, read_records, upgrades_folder, write_ran

# What people would miss, and the moment that says whether it is later than the backup.
WRITTEN: tuple[tuple[str, type[Model], str], ...] = (
    ("comments", Comment, "created_at"),
    ("decisions of moderators", Decision, "at"),
    ("saved versions of posts", Version, "saved_at"),
    ("posts published", Post, "published_at"),
    ("readers", Reader, "first_seen"),
    ("emails", Message, "created_at"),
    ("staff accounts", User, "date_joined"),
)
# The folder into which tools/environment.py has moved the packages of a version that knew nothing of it.
BEFORE = "before"
NONE_TO_TAKE_BACK = "There is no upgrade to take back: {folder} has none with a backup, or the last was taken back."


def find_undoable() -> UpgradeRecord:
    """The last upgrade; CommandError when it can't be taken back."""
    last = next(iter(read_records()), None)
    if last is None or last.result == UNDONE or not last.backup_file:
        raise CommandError(NONE_TO_TAKE_BACK.format(folder=upgrades_folder()))
    return last


def describe_loss(record: UpgradeRecord) -> Iterator[str]:
    """What going back means, in lines."""
    yield f"Back from {record.new} to {record.old or UNKNOWN}, as the database was at {record.backup_at}."
    moment = datetime.datetime.fromisoformat(record.backup_at)
    lost = [f"{count:,} {what}" for what, count in count_written(moment) if count]
    yield f"Lost is what was written since: {', '.join(lost) or 'nothing that is counted here'}; and changes of texts."
    yield "Pictures and files stay. A copy of the database as it is now is written first, beside the backup."
    yield "Stop the site before you go on."


def count_written(moment: datetime.datetime) -> Iterator[tuple[str, int]]:
    """How much of each kind is later; nothing of a kind whose table is not that of this version."""
    for what, model, field in WRITTEN:
        try:
            with transaction.atomic():
                yield what, model._base_manager.filter(**{f"{field}__gt": moment}).count()
        except DatabaseError:
            continue


def roll_back(record: UpgradeRecord, say: Say) -> None:
    """Put database and packages back, or raise CommandError; what was sent since is not sent again."""
    backup = record.backup_file
    if backup is None:
        raise CommandError(NONE_TO_TAKE_BACK.format(folder=upgrades_folder()))
    with one_at_a_time(say), no_time_limit():
        outdate_others()
        sent = sent_since(record)
        try:
            now = record.folder / "taken_back"
            now.mkdir(mode=0o700, exist_ok=True)
            say(f"The database as it was just now: {copy_database(connection, now)}")
            put_back(connection, backup)
        except CopyFailed as reason:
            raise CommandError(NOTHING_CHANGED.format(reason=reason)) from None
        mark_as_sent(sent)
    record.end(UNDONE)
    if record.old:
        write_ran(record.old)
    say(f"The database is again as it was at {record.backup_at}.")
    put_packages_back(record, say)
    say(f"Now put the code back{name_code(record.old)}, and start the site.")
    if settings.ERASED_LIST.is_file():
        say("Then erase again whom the backup has brought back: manage.py personal_data replay.")


def sent_since(record: UpgradeRecord) -> list[int]:
    """The emails that have left since the backup; it may have them as waiting."""
    moment = datetime.datetime.fromisoformat(record.backup_at)
    try:
        with transaction.atomic():
            return [*Message.objects.filter(sent_at__gte=moment).values_list("pk", flat=True)]
    except DatabaseError:
        return []


def mark_as_sent(messages: list[int]) -> None:
    """In the database that was put back, whose tables this version need not know."""
    with transaction.atomic(), connection.cursor() as cursor:
        for key in messages:
            cursor.execute("UPDATE comments_message SET sent_at = created_at WHERE id = %s AND sent_at IS NULL", [key])


def put_packages_back(record: UpgradeRecord, say: Say) -> None:
    """Swap the environment of before in, unless the upgrade did not change it or others were swapped in since."""
    old = record.old.packages if record.old else BEFORE
    kept = settings.BASE_DIR / ".venvs" / "previous"
    if old == Path(sys.prefix).resolve().name or not kept.is_file() or kept.read_text().strip() != old:
        say("The packages are left as they are; make run installs those of the code that you put back.")
        return
    tool = [sys.executable, str(settings.BASE_DIR / "tools" / "environment.py"), "--back"]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)  # noqa: S603
    say((done.stdout + done.stderr).strip())


def name_code(old: Release | None) -> str:
    if old is None:
        return ", that of the version that ran before"
    return f": git checkout {old.commit}" if old.commit else f", that of version {old.version}"
