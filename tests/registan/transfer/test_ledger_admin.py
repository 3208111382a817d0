"""The ledger in the admin: a list to filter, to search and to follow, which nobody changes"""

import pytest

from registan.transfer.models import Element, Run, Source
from tests import factories
from tests.registan.transfer.runs.importing import import_export
from tests.registan.transfer.wxr import HOME, item

pytestmark = pytest.mark.django_db
LIST = "/admin/transfer/element/"


@pytest.fixture
def client():
    return factories.staff_client("ada", "Administrator")


@pytest.fixture
def imported(tmp_path):
    import_export(
        tmp_path, item(post_id=11, title="One"), item(post_id=12, post_type="product"), item(title="", post_id=13)
    )


def test_it_says_how_each_element_ended_why_and_where_it_is(client, imported):
    html = client.get(LIST).text
    post = Element.objects.get(kind="post", key="11").object_id
    assert f'<a href="/admin/blog/post/{post}/change/">{post}</a>' in html
    assert "a type that this site does not have" in html
    assert "<bdi>product</bdi>" in html


@pytest.mark.parametrize(
    ("asked", "number"), [("kind__exact=post", 2), ("outcome__exact=skipped", 1), ("q=11", 1), ("q=product", 1)]
)
def test_it_can_be_filtered_and_searched(client, imported, asked, number):
    assert client.get(f"{LIST}?{asked}").text.count('class="field-kind"') == number


def test_it_is_filtered_by_old_blog(client, imported):
    other = Source.objects.get_or_create_for("wordpress", "https://other.example")
    source = Run.objects.get().source
    assert f"{HOME} (wordpress)" in client.get(LIST).text
    assert client.get(f"{LIST}?source__id__exact={source.pk}").text.count('class="field-kind"') == 4
    assert client.get(f"{LIST}?source__id__exact={other.pk}").text.count('class="field-kind"') == 0


def test_its_cost_does_not_grow(client, imported, django_assert_max_num_queries):
    client.get(LIST)
    with django_assert_max_num_queries(12):
        client.get(LIST)


def test_every_import_is_listed_with_how_far_it_came(client, imported):
    html = client.get("/admin/transfer/run/").text
    assert "3 / 3" in html
    assert HOME in html


def test_both_are_on_the_dashboard_of_administrators_alone(client):
    assert "Blogs that were moved in here." in client.get("/admin/").text
    assert "Blogs that were moved in here." not in factories.staff_client("eve", "Editor").get("/admin/").text
