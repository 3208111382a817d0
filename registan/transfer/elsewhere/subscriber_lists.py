"""Reads lists of subscribers: of Jetpack, WordPress.com, Ghost, Substack, Mailchimp, Subscribe to Comments Reloaded.

Only those who are subscribed become records, each address once. What a table does not say, nobody guesses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from registan.transfer.elsewhere.csv_rows import read_rows
from registan.transfer.elsewhere.foreign_files import find_documents
from registan.transfer.elsewhere.foreign_reader import ForeignReader, ForeignRecord, build_channel
from registan.transfer.elsewhere.foreign_times import read_moment
from registan.transfer.records.export_records import ExportedSubscriber, Item
from registan.transfer.wordpress.reader.export_files import ExportPart

# Names of columns, in lower case; the first that is there is read.
EMAIL_COLUMNS = ("email", "email address", "e-mail", "email_address", "subscriber email", "subscriber")
_NAME_COLUMNS = ("name", "display name", "full name", "first name")
_SINCE_COLUMNS = (
    "confirm_time", "optin_time", "created_at", "subscription date", "subscription_date", "subscribed_at",
    "date_subscribed", "date subscribed", "subscribed date", "since", "date",
)  # fmt: skip
_STATUS_COLUMNS = (
    "status", "email subscription", "email_subscription_status", "subscription status", "subscription_status",
    "email subscription status", "email marketing status", "confirm_status",
)  # fmt: skip
_SUBSCRIBED = {"subscribed", "active", "confirmed", "yes", "true", "1"}
# Columns that have nothing in them, or no, for whoever gets email; and one that says yes.
_ENDINGS = ("unsub_time", "clean_time", "unsubscribed_at", "deleted_at", "email_disabled", "suppressed", "bounced")
_CONSENT = "subscribed_to_emails"
_NO = {"", "false", "no", "0", "null"}
# Mailchimp makes a file for each kind of contact, and says so in its name alone.
_OTHER_CONTACTS = re.compile(
    r"(?:^|[/_ -])(?:unsubscribed|nonsubscribed|non-subscribed|cleaned|archived)", re.IGNORECASE
)
# Subscribe to Comments Reloaded: the address in the name of a field, and a date and a state in it.
_META_KEY = re.compile(r"_stcr@_(.+)", re.DOTALL)
# All comments, and replies alone. A C is for whoever did not confirm, or stopped it.
_META_STATES = {"Y", "R"}
_is_email = EmailValidator()


class SubscriberListReader(ForeignReader):
    system = "subscribers"

    def __iter__(self) -> Iterator[ForeignRecord]:
        yield build_channel(home=self.home)
        seen: set[tuple[str, int]] = set()
        for part in find_documents(self.paths, ".csv", ".txt"):
            for subscriber in self.read_table(part):
                key = (subscriber.email.lower(), subscriber.post_id)
                if key in seen:
                    self.note_unread("rows with an address that was there before")
                    continue
                seen.add(key)
                yield subscriber

    def read_table(self, part: ExportPart) -> Iterator[ExportedSubscriber]:
        """The subscribers in a table. Raises RefusedExport for one without addresses."""
        are_others = bool(_OTHER_CONTACTS.match(PurePosixPath(part.name).name))
        for row in read_rows(part, "Jetpack, Ghost, Substack, Mailchimp", *EMAIL_COLUMNS, "meta_key"):
            if "meta_key" in row:
                yield from self._read_meta_row(row)
                continue
            email = _first(row, EMAIL_COLUMNS) or ""
            if not is_address(email):
                self.note_unread("rows without an email address")
            elif are_others or not _is_subscribed(row):
                self.note_unread("people who are not subscribed")
            else:
                since = _first(row, _SINCE_COLUMNS) or ""
                moment = self.moment(lambda: read_moment(since, is_gmt=True))  # noqa: B023 - called at once
                yield ExportedSubscriber(email, _first(row, _NAME_COLUMNS) or "", moment.gmt, 0)

    def _read_meta_row(self, row: dict[str, str]) -> Iterator[ExportedSubscriber]:
        if not row["meta_key"].startswith("_stcr@_"):
            return
        post_id = int(row["post_id"]) if row.get("post_id", "").isdecimal() else 0
        if not post_id:  # 0 would be a wish for all new posts
            self.note_unread("people who follow no post that is named")
            return
        subscriber = read_comment_subscriber(row["meta_key"], row.get("meta_value", ""), post_id)
        if subscriber is None:
            self.note_unread("people who are not subscribed")
        else:
            yield subscriber


def subscribers_of(item: Item) -> Iterator[ExportedSubscriber]:
    """Who follows the comments of an item, where Subscribe to Comments Reloaded noted it in WordPress's export."""
    for meta in item.metas:
        if subscriber := read_comment_subscriber(meta.key, meta.value, item.id):
            yield subscriber


def read_comment_subscriber(key: str, value: str, post_id: int) -> ExportedSubscriber | None:
    """Who follows the comments of a post, by a field such as `_stcr@_ann@example.org` with `2013-03-11 01:31:01|Y`."""
    match = _META_KEY.fullmatch(key)
    since, _bar, state = value.rpartition("|")
    if not match or state.strip() not in _META_STATES or not is_address(match[1]):
        return None
    try:
        moment = read_moment(since, is_gmt=True)
    except ValueError:
        return ExportedSubscriber(match[1], "", None, post_id)
    return ExportedSubscriber(match[1], "", moment.gmt, post_id)


def is_address(email: str) -> bool:
    try:
        _is_email(email)
    except ValidationError:
        return False
    return True


def _is_subscribed(row: dict[str, str]) -> bool:
    status = _first(row, _STATUS_COLUMNS)
    if status is not None and status.lower() not in _SUBSCRIBED:
        return False
    if row.get(_CONSENT, "true").lower() in _NO:
        return False
    return all(row.get(column, "").lower() in _NO for column in _ENDINGS)


def _first(row: dict[str, str], columns: tuple[str, ...]) -> str | None:
    """The first of these columns that is there, and has something in it if any has."""
    there = [row[column] for column in columns if column in row]
    return next(filter(None, there), "") if there else None
