"""A moderator moves a comment to another post from its page, is led there, and undoes it."""

import pytest
from django.test import Client

from blog.models import Post
from comments.models import Act, Comment
from tests import factories
from tests.comments.comment_pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db) -> Post:
    return factories.post("Tea")


@pytest.fixture
def there(db) -> Post:
    return factories.post("Bread")


@pytest.fixture
def mona(db) -> Client:
    return factories.moderator_client("mona")


def move(client: Client, comment: Comment, target: str, *, seen: int | None = None):
    data = {"decision": "move", "target": target, "post": seen or comment.conversation_id}
    return client.post(f"/comments/{comment.pk}/moderate/", data, follow=True)


@pytest.mark.parametrize("before", ["", "https://testserver", "  "])
def test_it_goes_to_the_post_whose_address_is_typed_and_the_moderator_with_it(here, there, mona, before):
    comment = factories.comment(here)
    response = move(mona, comment, f"{before}{there.get_absolute_url()}")
    assert response.redirect_chain == [(f"{there.get_absolute_url()}?moderated={comment.pk}#moderated", 303)]
    html = page(response)
    assert "The comment and its replies stand under “Bread”." in html
    act = Act.objects.get()
    assert f'value="undo:act-{act.pk}"' in html
    undone = mona.post(f"/comments/{comment.pk}/moderate/", {"decision": f"undo:act-{act.pk}"}, follow=True)
    assert undone.redirect_chain[0][0].startswith(here.get_absolute_url())
    assert "Undone. The comment and its replies stand under “Tea”." in page(undone)
    assert "Undone" not in page(mona.get(f"/comments/{comment.pk}/moderate/"))
    assert "undone since" in page(mona.get(f"/comments/{comment.pk}/moderate/"))


@pytest.mark.parametrize(
    "target", ["", "bread", "/nowhere/", "/2026/03/20/nothing/", "/9999/99/99/x/", "http://[", "/admin/"]
)
def test_what_is_no_address_of_a_post_moves_nothing_and_is_given_back(here, mona, target):
    comment = factories.comment(here)
    response = move(mona, comment, target)
    assert response.status_code == 400
    assert "Enter the address of another published post." in page(response)
    assert not Act.objects.exists()


def test_nothing_moves_to_a_draft_or_to_where_it_is(here, there, mona):
    comment = factories.comment(here)
    address = there.get_absolute_url()
    there.unpublish()
    for target in (address, here.get_absolute_url()):
        assert move(mona, comment, target).status_code == 400


def test_of_two_moderators_the_first_moves_it_and_the_second_is_told(here, there, mona):
    comment = factories.comment(here)
    move(mona, comment, there.get_absolute_url())
    third = factories.post("Salt")
    response = move(factories.moderator_client("nora"), comment, third.get_absolute_url(), seen=here.pk)
    assert response.status_code == 409
    assert "Nothing was changed" in page(response)
    assert Comment.objects.get(pk=comment.pk).post == there


@pytest.mark.parametrize("role", ["Contributor", "Author"])
def test_whoever_does_not_moderate_moves_nothing(here, there, role):
    comment = factories.comment(here)
    client = factories.staff_client("somebody", role)
    assert move(client, comment, there.get_absolute_url()).status_code == 403
    assert not Act.objects.exists()
