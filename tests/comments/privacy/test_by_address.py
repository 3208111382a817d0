"""The operator exports and erases by address, by the command: verified or not, a reader or not."""

import json

import pytest
from django.core.management import CommandError, call_command

from comments.models import Comment, Message, Reader, Report, ReportContact
from comments.privacy.export import export_reader_with_notes
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "bahodir@example.net"


@pytest.fixture
def traces(post) -> None:
    comment = factories.comment(post, name="Bahodir", email=ADDRESS, body="Words of mine.")
    factories.comment(post, name="Ann", email="ann@example.net", body=f"Write to {ADDRESS}!")
    report = Report.objects.create(comment=comment, kind="rude", words="Rude.", sender="x", neighbourhood="y")
    ReportContact.objects.create(report=report, name="B.", email="Bahodir@example.net", delete_at=factories.NOON)
    Message.objects.create(key="1", to="BAHODIR@example.net", subject="Hello")


def exported(address: str, tmp_path) -> dict:
    call_command("personal_data", "export", address, "--out", str(tmp_path / "out.json"))
    assert (tmp_path / "out.json").stat().st_mode & 0o077 == 0
    return json.loads((tmp_path / "out.json").read_text())


def test_an_export_is_what_readers_download_and_what_they_left_with_reports(traces, tmp_path):
    document = exported(" BAHODIR@Example.net", tmp_path)
    own = export_reader_with_notes(Reader.objects.get(email=ADDRESS))
    assert {**document, "made_at": ""} == {
        **json.loads(json.dumps(own)),
        "made_at": "",
        "left_with_reports": document["left_with_reports"],
    }
    assert [row["email"] for row in document["left_with_reports"]] == ["Bahodir@example.net"]
    assert [row["words"] for row in document["comments"]] == ["Words of mine."]


def test_an_address_that_is_no_readers_is_exported_too(post, tmp_path):
    Message.objects.create(key="1", to=ADDRESS, subject="Hello")
    assert [mail["to"] for mail in exported(ADDRESS, tmp_path)["mails"]] == [ADDRESS]


def test_erasing_says_in_numbers_what_there_was_and_what_others_published(traces, capsys):
    call_command("personal_data", "erase", ADDRESS, "--yes")
    said = capsys.readouterr().out
    assert "Erased: 4. Left: 0." in said
    assert "1  comments by others" in said
    assert not Reader.objects.filter(email=ADDRESS).exists()
    assert not Message.objects.exists()
    assert not ReportContact.objects.exists()
    assert set(Comment.objects.values_list("name", flat=True)) == {"", "Ann"}


@pytest.mark.parametrize("answer", ["", "no", "y"])
def test_it_asks_before(traces, monkeypatch, answer):
    monkeypatch.setattr("builtins.input", lambda _: answer)
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("personal_data", "erase", ADDRESS)
    assert Reader.objects.filter(email=ADDRESS).exists()


def test_words_can_stay(traces):
    call_command("personal_data", "erase", ADDRESS, "--yes", "--keep-words")
    assert Comment.objects.filter(name="A former reader", body="Words of mine.").exists()


@pytest.mark.parametrize("act", ["export", "erase"])
def test_what_is_no_address_is_refused(act):
    with pytest.raises(CommandError, match="valid email"):
        call_command("personal_data", act, "Bahodir")


def test_the_list_is_saved_and_replayed_on_another_site(traces, tmp_path, capsys):
    call_command("personal_data", "erase", ADDRESS, "--yes")
    call_command("personal_data", "list", "--out", str(tmp_path / "list.json"))
    call_command("personal_data", "replay", "--list", str(tmp_path / "list.json"))
    assert "Erased again: addresses 0, comments 0." in capsys.readouterr().out
    (tmp_path / "bad.json").write_text("[]")
    with pytest.raises(CommandError, match="no list"):
        call_command("personal_data", "replay", "--list", str(tmp_path / "bad.json"))
