"""Files as they are downloaded: XML, packed XML, archives of XML; damaged, foreign and hostile ones are refused."""

import gzip
import io
import zipfile

import pytest

from registan.transfer.wordpress.reader import element_parser, export_files
from registan.transfer.wordpress.reader.export_files import find_parts
from registan.transfer.wordpress.reader.export_reader import ExportReader
from registan.transfer.wordpress.reader.refusals import RefusedExport
from tests.registan.transfer.wxr import comment, export, item, read, write

DOCUMENT = export(item(title="First"), item(title="Second"))


def titles(*paths) -> list[str]:
    return [
        record.title for part in find_parts(paths) for record in ExportReader(part) if type(record).__name__ == "Item"
    ]


def refusal(*paths) -> str:
    with pytest.raises(RefusedExport) as refused:
        titles(*paths)
    return str(refused.value)


def pack(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_several_parts_are_read_in_the_order_in_which_they_were_given(tmp_path):
    second = write(tmp_path, export(item(title="Third")), "part-2.xml")
    assert titles(write(tmp_path, DOCUMENT), second) == ["First", "Second", "Third"]


def test_a_packed_file_is_unpacked_whatever_its_name(tmp_path):
    packed = gzip.compress(DOCUMENT.encode())
    assert titles(write(tmp_path, packed, "a.xml.gz"), write(tmp_path, packed, "b.xml")) == ["First", "Second"] * 2


def test_the_documents_of_an_archive_are_read_in_the_order_of_their_numbers(tmp_path):
    members = {f"site/part.{number}.xml": export(item(title=str(number))) for number in (10, 2, 1)}
    members |= {"__MACOSX/site/._part.1.xml": b"\0", "site/readme.txt": b"Hello"}
    assert titles(pack(tmp_path / "site.zip", members)) == ["1", "2", "10"]


def test_a_missing_file_is_named(tmp_path):
    assert refusal(tmp_path / "nothing.xml").startswith("There is no file")


def test_an_archive_without_xml_is_refused(tmp_path):
    assert "holds no .xml file" in refusal(pack(tmp_path / "a.zip", {"cat.jpg": b"cat"}))


def test_an_archive_within_an_archive_is_refused(tmp_path):
    inner = io.BytesIO()
    pack(inner, {"export.xml": DOCUMENT})
    assert "holds other archives" in refusal(
        pack(tmp_path / "a.zip", {"export.xml": DOCUMENT, "b.zip": inner.getvalue()})
    )


def test_an_encrypted_archive_is_refused(tmp_path):
    path = pack(tmp_path / "a.zip", {"export.xml": DOCUMENT})
    content = bytearray(path.read_bytes())
    # The flag of encryption, in the member's own head and in the directory.
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)
    assert "is encrypted" in refusal(path)


@pytest.mark.parametrize("name", ["export.xml.gz", "export.zip"])
def test_a_packed_file_that_was_not_downloaded_to_the_end_is_refused(tmp_path, name):
    path = tmp_path / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(DOCUMENT.encode()))
    else:
        pack(path, {"export.xml": DOCUMENT})
    path.write_bytes(path.read_bytes()[:-30])
    assert "is damaged" in refusal(path)


@pytest.mark.parametrize("name", ["export.xml.gz", "export.zip"])
def test_a_bomb_is_refused_before_it_has_filled_anything(tmp_path, monkeypatch, name):
    monkeypatch.setattr(export_files, "HARMLESS_BYTES", 1024 * 1024)
    bomb = DOCUMENT.encode().replace(b"Words.", b" " * 3 * 1024 * 1024)
    path = tmp_path / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(bomb))
    else:
        pack(path, {"export.xml": bomb})
    assert "unpacks to more" in refusal(path)


def test_an_archive_of_many_documents_is_weighed_as_a_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(export_files, "MAX_UNPACKED", 5_000)
    path = pack(tmp_path / "a.zip", {f"{number}.xml": DOCUMENT for number in range(3)})
    assert len(DOCUMENT.encode()) < 5_000
    assert "unpacks to more" in refusal(path)


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path):
    path = pack(tmp_path / "a.zip", {"export.xml": DOCUMENT + " " * 10_000})
    content = path.read_bytes()
    size = (len(DOCUMENT.encode()) + 10_000).to_bytes(4, "little")
    path.write_bytes(content.replace(size, (100).to_bytes(4, "little")))
    assert refusal(path)


FOREIGN = {
    "": "is empty",
    "   \n": "is empty",
    "\ufeff": "is empty",
    "<!DOCTYPE html><html><body>Log in</body></html>": "is a web page",
    "\n<html>": "is a web page",
    '{"db": []}': "is not XML",
    "GIF89a": "is not XML",
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>': "no export of WordPress",
    '<?xml version="1.0"?><rss version="2.0"><channel><title>A</title><item><title>B</title></item></channel></rss>': (
        "is a feed"
    ),
    '<?xml version="1.0"?><rss version="2.0"><channel><title>A</title></channel></rss>': "is a feed",
    '<!DOCTYPE rss [<!ENTITY a "b">]><rss/>': "declares a document type",
    '<?xml version="1.0"?><!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss/>': "declares a document type",
    export(item(), version="2.0"): "has version 2.0",
    DOCUMENT + DOCUMENT: "holds two exports",
    DOCUMENT[: DOCUMENT.index("Second")]: "ends in the middle, after item 1.",
    DOCUMENT.replace("</guid>", ""): "is malformed at line",
}


@pytest.mark.parametrize(("document", "sentence"), FOREIGN.items())
def test_what_is_no_whole_export_is_refused_in_one_sentence(tmp_path, document, sentence):
    said = refusal(write(tmp_path, document))
    assert sentence in said
    assert "\n" not in said


def test_a_binary_file_and_a_packed_file_within_a_packed_file_are_refused(tmp_path):
    twice = gzip.compress(gzip.compress(DOCUMENT.encode()))
    assert "is not XML" in refusal(write(tmp_path, twice))
    assert "is not XML" in refusal(write(tmp_path, bytes(range(256))))


def test_every_cut_of_an_export_is_refused():
    document = export(item(title="Tom & Jerry"))
    for end in range(len(document) - len("</rss>\n") + 5):
        with pytest.raises(RefusedExport):
            read(document[:end])


def test_a_tag_without_an_end_does_not_fill_the_memory(tmp_path):
    document = DOCUMENT.replace("<item>", '<item a="' + "x" * 3 * 1024 * 1024 + '">', 1)
    assert "is malformed" in refusal(write(tmp_path, document))


def test_an_item_that_is_larger_than_any_post_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(element_parser, "MAX_ELEMENT_CHARACTERS", 100_000)
    assert "Item 2 of export.xml is larger" in refusal(write(tmp_path, export(item(), item("<a/>" * 300))))


def test_elements_within_each_other_without_end_are_refused(tmp_path):
    assert "is malformed" in refusal(write(tmp_path, export(item("<a>" * 200 + "</a>" * 200))))


def test_a_conversation_may_be_longer_than_any_post(tmp_path, monkeypatch):
    monkeypatch.setattr(element_parser, "MAX_ELEMENT_CHARACTERS", 20_000)
    comments = "\n".join(comment(number) for number in range(1, 101))
    assert titles(write(tmp_path, export(item(comments, title="Long")))) == ["Long"]
