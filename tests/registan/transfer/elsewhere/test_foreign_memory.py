"""However large an export, its comments wait on the disk, and its posts come one by one."""

import json
import tracemalloc
from pathlib import Path

import pytest

from registan.transfer.elsewhere import json_lines, thread_shelf
from registan.transfer.elsewhere.open_export import open_export
from tests.registan.transfer.elsewhere.foreign import HOME
from tests.registan.transfer.elsewhere.test_disqus import HEAD as DISQUS_HEAD
from tests.registan.transfer.elsewhere.test_disqus import post as disqus_post
from tests.registan.transfer.elsewhere.test_disqus import thread as disqus_thread
from tests.registan.transfer.elsewhere.test_ghost import post as ghost_post
from tests.registan.transfer.elsewhere.test_remark42 import comment as remark42_comment

WORDS = "<p>Some words that nobody will read, and more of them.</p>" * 30
COUNT = 1_600


def disqus(path: Path) -> None:
    posts = "".join(disqus_post(n, WORDS) for n in range(11, 11 + COUNT))
    path.write_text(f"{DISQUS_HEAD}{disqus_thread(1)}{posts}</disqus>")


def remark42(path: Path) -> None:
    lines = [{"version": 1, "users": [], "posts": []}]
    lines += [remark42_comment(f"a-{n}", text=WORDS) for n in range(COUNT)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def ghost(path: Path) -> None:
    posts = [ghost_post(f"p{n}", html=WORDS, plaintext=WORDS) for n in range(COUNT)]
    path.write_text(json.dumps({"db": [{"meta": {"exported_on": 1}, "data": {"posts": posts}}]}))


@pytest.mark.parametrize("build", [disqus, remark42, ghost])
def test_reading_needs_less_memory_than_the_file_has_bytes(tmp_path, monkeypatch, build):
    monkeypatch.setattr(thread_shelf, "CACHE_KILOBYTES", 100)
    monkeypatch.setattr(json_lines, "BLOCK_CHARACTERS", 64 * 1024)
    path = tmp_path / "export.json"
    build(path)
    size = path.stat().st_size
    assert size > 2_500_000
    tracemalloc.start()
    try:
        for record in open_export(build.__name__, [path], HOME):
            for _comment in getattr(record, "comments", ()):
                pass
        assert tracemalloc.get_traced_memory()[1] < size / 3
    finally:
        tracemalloc.stop()
