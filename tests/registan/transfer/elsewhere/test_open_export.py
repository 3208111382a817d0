"""Any export is opened by the name of its system, and files say themselves which system they come from."""

import gzip
import sqlite3

import pytest

from registan.transfer.elsewhere.open_export import SYSTEMS, detect_system, open_export
from registan.transfer.wordpress.reader.refusals import RefusedExport
from tests.registan.transfer.elsewhere.foreign import pack, write
from tests.registan.transfer.wxr import export as wxr_export

POST = "---\ntitle: A\n---\nB"
DISQUS = '<?xml version="1.0"?>\n<disqus xmlns="http://disqus.com"></disqus>'
BLOGGER = "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><id>tag:blogger.com,1999:blog-7</id></feed>"
GHOST = '{"db":[{"meta":{"exported_on":1588334400000,"version":"5.0"},"data":{"posts":[]}}]}'
REMARK42 = '{"version":1,"users":[],"posts":[]}\n'


@pytest.mark.parametrize(
    ("content", "system"),
    [
        (DISQUS, "disqus"),
        ("\ufeff" + DISQUS, "disqus"),
        (BLOGGER, "blogger"),
        (wxr_export(), "wordpress"),
        (GHOST, "ghost"),
        (REMARK42, "remark42"),
        ("id,email,name\n", "subscribers"),
        ("post_id,meta_key,meta_value\n", "subscribers"),
        ("a,b\n", ""),
        ("<html>", ""),
        ("", ""),
        ('{"a": 1}', ""),
        (b"\x00\xff\r\r\n" * 9, ""),
    ],
)
def test_a_file_is_told_by_how_it_begins_packed_or_not(tmp_path, content, system):
    data = content if isinstance(content, bytes) else content.encode()
    plain, packed = tmp_path / "a.bin", tmp_path / "b.gz"
    plain.write_bytes(data)
    packed.write_bytes(gzip.compress(data))
    assert (detect_system(plain), detect_system(packed)) == (system, system)


@pytest.mark.parametrize(
    ("files", "system"),
    [
        ({"posts.csv": "post_id\n", "posts/1.html": "x"}, "substack"),
        ({"_config.yml": "a: b", "_posts/2020-05-01-a.md": POST}, "static"),
        ({"Takeout/Blogger/Blogs/Tea/feed.atom": BLOGGER, "Takeout/a.csv": "a,b"}, "blogger"),
        ({"part-1.xml": wxr_export()}, "wordpress"),
        ({"tea.ghost.json": GHOST}, "ghost"),
        ({"subscribed_1.csv": "Email Address\n"}, "subscribers"),
        ({"cat.jpg": "cat"}, ""),
    ],
)
def test_a_folder_and_an_archive_are_told_by_what_is_in_them(tmp_path, files, system):
    assert detect_system(write(tmp_path / "a", files)) == system
    assert detect_system(pack(tmp_path / "a.zip", files)) == system


def test_a_database_is_one_of_isso(tmp_path):
    connection = sqlite3.connect(tmp_path / "comments.db")
    connection.execute("CREATE TABLE a (b)")
    connection.close()
    assert detect_system(tmp_path / "comments.db") == "isso"


def test_a_damaged_archive_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(RefusedExport, match="is damaged"):
        detect_system(path)


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_refuses_a_file_that_is_missing_or_another(tmp_path, system):
    with pytest.raises(RefusedExport, match="There is no file"):
        open_export(system, [tmp_path / "nothing"])
    path = tmp_path / "cat.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0 a cat")
    with pytest.raises(RefusedExport):
        list(open_export(system, [path]))


def test_a_system_that_nobody_knows_and_no_file_at_all_are_refused(tmp_path):
    with pytest.raises(RefusedExport, match="blogger, disqus, eleventy, ghost"):
        open_export("typepad", [tmp_path])
    with pytest.raises(RefusedExport, match="Give the files"):
        open_export("ghost", [])
