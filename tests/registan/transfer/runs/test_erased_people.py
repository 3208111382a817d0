"""An import of an old export brings nobody back who had their data deleted here."""

import pytest

from comments.models import Comment, Reader
from comments.privacy.erasure import erase_address
from registan.transfer.models import Run
from tests.registan.transfer.runs.importing import import_export
from tests.registan.transfer.wxr import comment, item

pytestmark = pytest.mark.django_db


def test_whoever_was_erased_stays_erased(tmp_path):
    erase_address("Ann@old.example", keeps_words=False)
    run = import_export(
        tmp_path,
        item(
            comment(1, comment_author="Ann", comment_author_email="ann@old.example", comment_content="Her words."),
            comment(2, 1, comment_author="Bob", comment_author_email="bob@old.example", comment_content="His words."),
            post_id=1,
        ),
    )
    assert run.state == Run.State.FINISHED
    assert list(Comment.objects.order_by("pk").values_list("name", "body")) == [("", ""), ("Bob", "His words.")]
    assert list(Reader.objects.values_list("email", flat=True)) == ["bob@old.example"]
