"""Lists of subscribers become wishes: by the command, the upload and other exports; sent nothing; taken out again"""

import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from blog.models import Page, Post
from comments.models import Asking, Message, SubscriptionWish
from comments.subscriptions import changes
from comments.subscriptions.catalogue import Topic
from registan.transfer.models import Element, Run, Source
from registan.transfer.runs.upload_job import UploadJob
from tests import factories
from tests.registan.transfer.elsewhere.foreign import HOME
from tests.registan.transfer.elsewhere.test_subscriber_lists import GHOST, JETPACK, MAILCHIMP, RELOADED
from tests.registan.transfer.runs.importing import import_export
from tests.registan.transfer.runs.site_dump import dump_site
from tests.registan.transfer.runs.test_import_site import ghost_export, import_site, substack_export
from tests.registan.transfer.wxr import item, meta

pytestmark = pytest.mark.django_db
MANY = "email,name\n" + "".join(f"r{number}@example.org,R\n" for number in range(3))


def import_list(folder: Path, text: str, *options: object, home: str = HOME) -> str:
    """What the command prints."""
    path = folder / "list.csv"
    path.write_text(text)
    return run(path, *(["--home", home] if home else []), *options)


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command("import_subscribers", *map(str, arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def ends() -> list[tuple[str, str]]:
    """How they ended, and why."""
    return sorted(Element.objects.filter(kind="subscriber").values_list("outcome", "reason"))


def wishes() -> list[tuple[str, str, str]]:
    return list(SubscriptionWish.objects.order_by("pk").values_list("email", "topic", "state"))


@pytest.mark.parametrize("text", [GHOST, MAILCHIMP, JETPACK], ids=["Ghost", "Mailchimp", "Jetpack"])
def test_who_is_subscribed_there_waits_here_and_nothing_is_sent(tmp_path, text, mailoutbox):
    said = import_list(tmp_path, text)
    assert wishes() == [("ann@example.org", "all", "waiting")]
    assert "Nobody is asked yet." in said
    call_command("worker", "--once")
    assert not mailoutbox
    assert not Message.objects.exists()
    assert "ann@example.org" not in json.dumps([*dump_ledger(), said])


def dump_ledger() -> list[str]:
    return [line for line in dump_site(with_ledger=True) if '"model": "transfer.' in line]


def test_followers_of_one_conversation_wish_that_alone(tmp_path):
    closed = item(post_id=9, post_type="page", post_name="nine", comment_status="closed")
    import_export(tmp_path, item(post_id=7), closed)
    import_list(tmp_path, RELOADED + "7,9,_stcr@_di@example.org,2024-01-15 10:00:00|Y\n", home="")
    assert wishes() == [("ann@example.org", f"post:{Post.objects.get().thread_id}", "waiting")]
    assert ends() == [("created", ""), ("skipped", "item-set-aside"), ("skipped", "item-set-aside")]
    assert Page.objects.get().thread is None


def test_so_do_those_in_an_export_of_wordpress(tmp_path):
    follower = meta("_stcr@_ann@example.org", "2013-03-11 01:31:01|Y")
    import_export(tmp_path, item(follower, follower, post_id=1))
    assert ends() == [("created", "")]
    assert wishes()[0][1].startswith("post:")


@pytest.mark.parametrize(("system", "make", "number"), [("ghost", ghost_export, 1), ("substack", substack_export, 1)])
def test_members_come_with_the_export_of_their_system(tmp_path, system, make, number):
    import_site(system, make(tmp_path))
    assert [topic for _email, topic, _state in wishes()] == ["all"] * number
    before = wishes()
    import_site(system, make(tmp_path))
    assert (wishes(), {outcome for outcome, _reason in ends()}) == (before, {"unchanged"})


def test_a_dry_run_says_who_would_be_asked_and_stores_nothing(tmp_path):
    reader = factories.reader("r1@example.org")
    changes.subscribe(reader, Topic("all"), often="at once")
    said = import_list(tmp_path, MANY, "--dry-run")
    assert [line.split()[-1] for line in said.splitlines() if "will be asked once" in line] == ["2"]
    assert "is subscribed here" in said
    assert (wishes(), Run.objects.count()) == ([], 0)


def test_who_has_settled_it_here_is_skipped(tmp_path):
    changes.subscribe(factories.reader("r1@example.org"), Topic("all"), often="at once")
    import_list(tmp_path, MANY)
    assert ends() == [("created", ""), ("created", ""), ("skipped", "subscribed-here")]


def test_the_same_list_again_changes_nothing(tmp_path):
    import_list(tmp_path, MANY)
    before = dump_site()
    import_list(tmp_path, MANY)
    assert (dump_site(), set(ends())) == (before, {("unchanged", "")})


def test_another_list_with_the_same_people_adds_nobody(tmp_path):
    import_list(tmp_path, MANY)
    import_list(tmp_path, MANY, home="https://other.example")
    assert len(wishes()) == 3
    assert [outcome for outcome, _reason in ends()] == ["created"] * 3 + ["unchanged"] * 3


def test_it_can_be_told_to_ask_and_to_stop(tmp_path, mailoutbox):
    assert "The worker is asking them, 7 an hour." in import_list(tmp_path, MANY, "--ask", "7")
    call_command("worker", "--once")
    assert [sent.to for sent in mailoutbox] == [["r0@example.org"]]
    run("--stop")
    assert not Asking.current().is_on
    assert "asked: 1" in run()


@pytest.mark.parametrize("pace", ["0", "601", "many"])
def test_a_pace_that_is_none_is_refused(tmp_path, pace):
    with pytest.raises(CommandError, match="is no number from 1 to 600"):
        import_list(tmp_path, MANY, "--ask", pace)


def test_the_address_of_the_only_old_site_need_not_be_given(tmp_path):
    with pytest.raises(CommandError, match="--home"):
        import_list(tmp_path, MANY, home="")
    Source.objects.get_or_create_for("wordpress", HOME)
    import_list(tmp_path, MANY, home="")
    assert SubscriptionWish.objects.first().origin == HOME


def test_a_list_uploaded_in_the_admin_is_the_same(tmp_path, mailoutbox):
    list_file = SimpleUploadedFile("members.csv", MANY.encode())
    factories.staff_client("ada", "Administrator").post(
        "/admin/transfer/run/add/", {"export": [list_file], "home": HOME}
    )
    job = UploadJob()
    while job.advance():
        pass
    assert Run.objects.get().state == "finished"
    assert len(wishes()) == 3
    assert not mailoutbox


def test_taken_out_they_are_gone_but_who_was_asked_is_not_asked_again(tmp_path):
    before = dump_site()
    import_list(tmp_path, MANY)
    call_command("remove_import", HOME, stdout=io.StringIO())
    assert dump_site() == before
    import_list(tmp_path, MANY, "--ask", "1")
    call_command("worker", "--once")
    call_command("remove_import", HOME, stdout=io.StringIO())
    assert wishes() == [("", "all", "ended")]
    import_list(tmp_path, MANY)
    assert ends() == [("created", ""), ("created", ""), ("unchanged", "")]
