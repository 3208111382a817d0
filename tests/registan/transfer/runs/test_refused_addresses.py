"""An old address that leads somewhere else already stays so, and the import says which"""

import pytest

from blog.models import OldAddress, Page
from registan.transfer.models import Run
from tests import factories
from tests.registan.transfer.runs.importing import import_export, run_command
from tests.registan.transfer.wxr import HOME, export, item, write

pytestmark = pytest.mark.django_db


def about(number: int, home: str) -> str:
    return item(post_id=number, post_type="page", post_name=f"about-{number}", link=f"{home}/about-us/")


def test_two_blogs_with_one_path(tmp_path):
    import_export(tmp_path, about(1, HOME))
    other = export(about(2, "https://other.example")).replace(HOME, "https://other.example")
    said = run_command(write(tmp_path, other, "other.xml"))
    run = Run.objects.latest("pk")
    assert run.refused_addresses == ["/about-us"]
    assert "Old addresses that lead somewhere else already: 1\n  /about-us" in said
    assert OldAddress.objects.get(path="/about-us").page == Page.objects.get(slug="about-1")
    page = factories.staff_client("ada", "Administrator").get(f"/admin/transfer/run/{run.pk}/change/").text
    assert '<bdi dir="ltr">/about-us</bdi>' in page


def test_what_an_owner_has_typed_stays_and_is_named_every_time(tmp_path):
    OldAddress.objects.create(path="/about-us", address="/archive/")
    for _time in range(2):
        assert import_export(tmp_path, about(1, HOME)).refused_addresses == ["/about-us"]


def test_an_ordinary_import_has_none(tmp_path):
    assert import_export(tmp_path, about(1, HOME), item(post_id=2)).refused_addresses == []
