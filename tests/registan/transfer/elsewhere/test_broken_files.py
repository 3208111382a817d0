"""A file that is broken anywhere is read or refused in a sentence, and never anything else."""

import contextlib
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registan.transfer.elsewhere.open_export import detect_system, open_export
from registan.transfer.wordpress.reader.refusals import RefusedExport
from tests.registan.transfer.elsewhere import test_blogger as blogger
from tests.registan.transfer.elsewhere import test_disqus as disqus
from tests.registan.transfer.elsewhere import test_ghost as ghost
from tests.registan.transfer.elsewhere import test_isso as isso
from tests.registan.transfer.elsewhere import test_remark42 as remark42
from tests.registan.transfer.elsewhere import test_subscriber_lists as lists
from tests.registan.transfer.elsewhere import test_substack as substack
from tests.registan.transfer.elsewhere.foreign import pack


def build(system: str, folder: Path) -> Path:
    """A small whole export."""
    path = folder / "export"
    match system:
        case "disqus":
            path.write_text(f"{disqus.HEAD}{disqus.thread(1)}{disqus.post(11)}{disqus.post(12, parent=11)}</disqus>")
        case "blogger":
            entries = blogger.classic("post", 20, "x", blogger.LINK) + blogger.classic(
                "comment", 31, "y", blogger.reply(20)
            )
            path.write_text(f"{blogger.CLASSIC}{entries}</feed>")
        case "ghost":
            tables = {"posts": [ghost.post("p1")], "users": [ghost.ANN], "tags": [ghost.TEA]}
            path.write_text(json.dumps({"db": [{"meta": {"exported_on": 1}, "data": tables}]}))
        case "remark42":
            path = remark42.backup(folder, remark42.comment("a"), remark42.comment("b", "a"))
        case "isso":
            path = isso.database(folder, isso.row(1), isso.row(2, parent=1))
        case "substack":
            pack(path, substack.FILES)
        case "static":
            front = (
                "---\ntitle: Hello\ndate: 2020-05-01 12:00:00 +0200\ntags: [a, b]\nimage: {src: /a.jpg}\n---\nWords.\n"
            )
            pack(path, {"_config.yml": "url: https://a.example\npermalink: pretty\n", "_posts/2020-05-01-a.md": front})
        case "subscribers":
            path.write_text(lists.GHOST)
    return path


SYSTEMS = ["disqus", "blogger", "ghost", "remark42", "isso", "substack", "static", "subscribers"]
changes = st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4), st.integers(0, 6)), min_size=1, max_size=4)


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("system", SYSTEMS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(changes=changes, end=st.one_of(st.none(), st.floats(0, 1)))
def test_any_change_of_any_byte_is_read_or_refused(tmp_path, system, is_packed, changes, end):
    path = tmp_path / "export"
    for each in tmp_path.iterdir():
        each.unlink()
    path = build(system, tmp_path)
    data = path.read_bytes()
    for place, new, length in changes:
        start = int(place * len(data))
        data = data[:start] + new + data[start + length :]
    data = data[: int(end * len(data))] if end is not None else data
    path.write_bytes(gzip.compress(data) if is_packed else data)
    with contextlib.suppress(RefusedExport):
        detect_system(path)
    records, said = [], ""
    try:
        records = [(record, list(getattr(record, "comments", ()))) for record in open_export(system, [path])]
    except RefusedExport as refusal:
        said = str(refusal)
    assert records or said.endswith(".")
