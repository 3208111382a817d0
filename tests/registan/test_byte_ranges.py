"""Media files are served as what they are, run nothing, and can be asked for in parts (RFC 9110, 14)."""

import pytest

from tests.blog.media.uploads import pdf, stored_file, wav

pytestmark = pytest.mark.django_db


def test_a_file_is_served_so_that_nothing_in_it_runs(visitor):
    for row, kind, disposition in [
        (stored_file(wav()), "audio/wav", None),
        (stored_file(pdf()), "application/pdf", "attachment"),
    ]:
        answer = visitor.get(row.file.url)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert (answer.headers.get("Content-Disposition") or "inline").split(";")[0] == (disposition or "inline")
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert len(b"".join(answer)) == int(answer.headers["Content-Length"]) == row.bytes


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 9), ("bytes=100-", 100, None), ("bytes=-10", -10, None), ("bytes=0-99999999", 0, None),
     ("bytes= 5 - 5", 5, 5), ("bytes=-999999999", 0, None)],
)  # fmt: skip
def test_a_part_is_answered_with_206(asked, start, end, visitor):
    row, content = stored_file(wav()), wav()
    start = start if start >= 0 else len(content) + start
    end = len(content) - 1 if end is None else end
    answer = visitor.get(row.file.url, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{end}/{len(content)}"
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer) == content[start : end + 1]
    assert int(answer.headers["Content-Length"]) == end - start + 1


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0", "bytes=16044-16044"])
def test_a_part_that_does_not_exist_is_answered_with_416(asked, visitor):
    answer = visitor.get(stored_file(wav()).file.url, headers={"Range": asked})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(wav())}")


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=0-1,4-5", "bytes=-", "lines=1-2", "bytes=٣-٤", "bytes=x-"])
def test_what_is_no_range_or_several_is_answered_with_the_whole(asked, visitor):
    answer = visitor.get(stored_file(wav()).file.url, HTTP_RANGE=asked)
    assert answer.status_code == 200
    assert b"".join(answer) == wav()


def test_a_part_of_what_may_have_changed_is_answered_with_the_whole(visitor):
    headers = {"Range": "bytes=0-9", "If-Range": '"abc"'}
    assert visitor.get(stored_file(wav()).file.url, headers=headers).status_code == 200


def test_head_says_the_length_of_the_whole(visitor):
    answer = visitor.head(stored_file(wav()).file.url, headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(len(wav())))
