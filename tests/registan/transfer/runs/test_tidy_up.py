"""What an import leaves to do is done by the worker: quotations, searches in order, related posts, estimates"""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from blog.fulltext.tables import SearchEntry
from blog.models import RelatedChoice
from comments.models import Comment
from registan.transfer.models import Run
from registan.transfer.runs import tidy_job
from registan.transfer.runs.tidy_job import TidyJob
from tests.registan.transfer.runs.importing import import_export
from tests.registan.transfer.wxr import comment, item

pytestmark = pytest.mark.django_db
SAID = "Tea is a drink for noon and after."
QUOTING = (
    comment(1, comment_content=SAID),
    comment(2, 1, comment_content=f"<blockquote>{SAID}</blockquote> Is it?", comment_date_gmt="2020-05-03 10:00:00"),
)


@pytest.fixture
def run(tmp_path, monkeypatch) -> Run:
    """An import of two posts, the younger one first, with comments that quote; nothing of it is done yet."""
    monkeypatch.setattr(tidy_job, "REINDEX_FROM", 1)
    young, old = (
        {"post_date": f"{year}-01-01 10:00:00", "post_date_gmt": f"{year}-01-01 05:00:00"} for year in (2021, 2011)
    )
    found = import_export(
        tmp_path, item(*QUOTING, post_id=1, post_name="young", **young), item(post_id=2, post_name="old", **old)
    )
    Comment.objects.update(quote_count=0)
    RelatedChoice.objects.all().delete()
    return found


def ages() -> list:
    """When the texts of the index were written, in its order."""
    return list(SearchEntry.objects.order_by("pk").values_list("at", flat=True))


def tidy(job: TidyJob, rounds: int = 100) -> int:
    return sum(job.advance() for _round in range(rounds))


def test_the_worker_does_it_without_being_asked(run):
    assert run.needs_tidying
    assert ages() != sorted(ages())
    call_command("worker", "--once")
    assert ages() == sorted(ages())
    assert Comment.objects.filter(quote_count=1).count() == 1
    run.refresh_from_db()
    assert not run.needs_tidying


def test_related_posts_are_chosen_anew(run):
    tidy(TidyJob())
    assert RelatedChoice.objects.count() == 2


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL estimates by itself")
def test_sqlite_estimates_its_tables(run, monkeypatch):
    asked = []
    monkeypatch.setattr(tidy_job, "estimate_tables", asked.append)
    tidy(TidyJob())
    assert asked == [connection]


def test_it_is_done_once_by_one_worker_in_short_rounds(run, monkeypatch):
    monkeypatch.setattr(tidy_job, "ROUND_SECONDS", 0)
    busy, idle = TidyJob(), TidyJob()
    assert busy.advance() == 1
    assert idle.advance() == 0
    assert tidy(busy) > 1
    assert (tidy(busy), tidy(idle)) == (0, 0)


def test_a_worker_that_dies_leaves_it_to_another(run, monkeypatch):
    monkeypatch.setattr(tidy_job, "ROUND_SECONDS", 0)
    dead = TidyJob()
    dead.advance()
    Run.objects.update(alive_at=timezone.now() - timedelta(minutes=3))
    assert tidy(TidyJob())
    assert ages() == sorted(ages())
    dead.advance()
    assert not Run.objects.get().needs_tidying


def test_an_import_that_has_stored_no_text_leaves_nothing(run, tmp_path):
    tidy(TidyJob())
    again = import_export(
        tmp_path, item(*QUOTING, post_id=1, post_name="young", status="draft"), options=("--dry-run",)
    )
    assert not again.needs_tidying
