"""Lists of subscribers: only whoever is subscribed becomes a wish, whatever the system calls it."""

import datetime

import pytest

from registan.transfer.elsewhere.subscriber_lists import subscribers_of
from tests.registan.transfer.elsewhere.foreign import Export, pack, refusal
from tests.registan.transfer.wxr import export as wxr_export
from tests.registan.transfer.wxr import item as wxr_item
from tests.registan.transfer.wxr import meta, read_items

GHOST = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers\n"
    "m1,ann@example.org,Ann,,true,false,,2024-01-15T10:00:00.000Z,,,\n"
    "m2,bob@example.org,Bob,,false,false,,2024-01-15T10:00:00.000Z,,,\n"
    "m3,cy@example.org,Cy,,true,false,,2024-01-15T10:00:00.000Z,2024-02-01T00:00:00.000Z,,\n"
)
MAILCHIMP = (
    '"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LAST_CHANGED\n'
    'ann@example.org,Ann,,2,,,"2024-01-15 10:00:00",192.0.2.1,"2025-01-01 00:00:00"\n'
)
JETPACK = (
    "Email;Name;Email subscription;Since\nann@example.org;Ann;Subscribed;2024-01-15 10:00:00\n"
    "bob@example.org;;Not confirmed;2024-01-15\ncy@example.org;;Not subscribed;\ndi@example.org;;Not sending;\n"
)
RELOADED = (
    "meta_id,post_id,meta_key,meta_value\n1,7,_stcr@_ann@example.org,2024-01-15 10:00:00|Y\n"
    "2,8,_stcr@_ann@example.org,2024-01-15 10:00:00|R\n3,7,_stcr@_bob@example.org,2024-01-15 10:00:00|YC\n"
    "4,7,_stcr@_cy@example.org,2024-01-15 10:00:00|C\n5,7,_edit_last,1\n6,7,_stcr@_nobody,2024-01-15 10:00:00|Y\n"
)


def read(tmp_path, text: str | bytes, name: str = "list.csv") -> Export:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return Export("subscribers", path)


@pytest.mark.parametrize("text", [GHOST, MAILCHIMP, JETPACK], ids=["Ghost", "Mailchimp", "Jetpack"])
def test_whoever_is_subscribed_is_read_with_their_name_and_since_when(tmp_path, text):
    (wish,) = read(tmp_path, text).subscribers
    assert (wish.email, wish.name, wish.post_id) == ("ann@example.org", "Ann", 0)
    assert wish.since == datetime.datetime(2024, 1, 15, 10)


def test_others_are_counted(tmp_path):
    assert read(tmp_path, GHOST).reader.unread["people who are not subscribed"] == 2
    assert read(tmp_path, JETPACK).reader.unread["people who are not subscribed"] == 3


def test_followers_of_comments_follow_one_post_each(tmp_path):
    export = read(tmp_path, RELOADED)
    assert [(each.email, each.post_id) for each in export.subscribers] == [
        ("ann@example.org", 7),
        ("ann@example.org", 8),
    ]
    assert export.reader.unread["people who are not subscribed"] == 3


def test_followers_are_found_in_wordpress_own_export_too():
    fields = [
        meta("_stcr@_ann@example.org", "2024-01-15 10:00:00|Y"),
        meta("_stcr@_bob@example.org", "2024-01-15 10:00:00|YC"),
        meta("_edit_last", "1"),
    ]
    items = read_items(wxr_export(wxr_item(*fields, post_id=7)))
    assert [(each.email, each.post_id) for each in subscribers_of(items[0])] == [("ann@example.org", 7)]


@pytest.mark.parametrize(
    "name", ["unsubscribed_members_export_1.csv", "cleaned_members_export_1.csv", "nonsubscribed_1.csv"]
)
def test_mailchimps_other_files_have_no_subscribers(tmp_path, name):
    assert read(tmp_path, MAILCHIMP, name).subscribers == []
    archive = pack(tmp_path / "cleaned up.zip", {name: MAILCHIMP, "subscribed_members_export_1.csv": MAILCHIMP})
    assert [each.email for each in Export("subscribers", archive).subscribers] == ["ann@example.org"]


def test_a_row_that_says_that_somebody_left_is_no_subscriber(tmp_path):
    text = "Email Address,OPTIN_TIME,UNSUB_TIME\nann@example.org,2024-01-15 10:00:00,2025-01-01 00:00:00\n"
    assert read(tmp_path, text).subscribers == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_encoding_and_separator_is_read(tmp_path, encoding, separator):
    text = f"Name{separator}Email\r\nZoë{separator}zoe@example.org\r\n"
    (wish,) = read(tmp_path, text.encode(encoding)).subscribers
    assert (wish.name, wish.email) == ("Zoë", "zoe@example.org")


def test_an_address_is_a_wish_once(tmp_path):
    export = read(tmp_path, "email\nann@example.org\nANN@example.org\nno address\n\n=cmd()\n")
    assert [each.email for each in export.subscribers] == ["ann@example.org"]
    assert export.reader.unread["rows with an address that was there before"] == 1
    assert export.reader.unread["rows without an email address"] == 2


def test_a_table_without_addresses_and_a_row_without_an_end_are_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("a,b\n1,2\n")
    assert "no export of" in refusal("subscribers", path)
    path.write_text("email\n" + "a" * 2_000_000)
    assert "holds more than an export has" in refusal("subscribers", path)
