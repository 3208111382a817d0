"""The health page says how old, large and long archives and drills are, and `check --deploy` warns without them."""

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from registan.site_health import archives
from registan.site_health.health_line import State
from registan.transfer.models import ArchivePlan, ArchiveRun, Restoration

pytestmark = pytest.mark.django_db


def ran(kind: str, result: str = "good", days: int = 0, **fields) -> ArchiveRun:
    at = timezone.now() - timedelta(days=days)
    end = at + timedelta(minutes=3)
    return ArchiveRun.objects.create(kind=kind, result=result, started_at=at, ended_at=end, **fields)


def test_a_site_without_archives_is_told_how():
    assert archives.archive_line().state == archives.drill_line().state == State.UNKNOWN
    assert archives.archive_line().url == "/admin/transfer/archiveplan/"


def test_a_good_archive_says_its_size_and_duration():
    ran("archive", bytes=3_000_000)
    line = archives.archive_line()
    assert line.state == State.GOOD
    assert "2.9\xa0MB, written in 0:03:00" in line.fact


def test_a_good_drill_says_what_it_has_compared():
    ran("drill", detail="All 173 pages are the same.")
    assert archives.drill_line().state == State.GOOD
    assert "All 173 pages" in archives.drill_line().fact


@pytest.mark.parametrize(("kind", "find"), [("archive", archives.archive_line), ("drill", archives.drill_line)])
def test_a_failure_says_why(kind, find):
    ran(kind, "failed", detail="/tag/tea/ differs.\nAnd more.")
    assert find().state == State.BROKEN
    assert find().fact.endswith("/tag/tea/ differs.")


def test_an_old_archive_is_to_be_looked_at_the_sooner_the_more_often_it_is_due():
    ran("archive", days=5)
    assert archives.archive_line().state == State.GOOD
    ArchivePlan.objects.update_or_create(pk=1, defaults={"archive_every": "daily"})
    assert archives.archive_line().state == State.LOOK


def test_email_that_waits_after_a_restore_is_to_be_looked_at():
    assert archives.held_email_line().state == State.GOOD
    Restoration.objects.create(archive="one", moment=timezone.now())
    assert archives.held_email_line().state == State.LOOK


def test_check_deploy_warns_without_an_archive_and_a_drill():
    def warnings() -> set[str]:
        return {warning.id for warning in run_checks(include_deployment_checks=True)}

    assert "registan.W005" in warnings()
    ran("archive")
    assert "registan.W005" in warnings()
    ran("drill")
    assert "registan.W005" not in warnings()
