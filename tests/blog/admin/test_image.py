"""The image library: search, where each image is used, and who may change it."""

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, models, transaction

from blog import jobs
from blog.models import Author, Clock, Image, ImageUse, Post
from tests import factories
from tests.blog.images.uploads import picture, uploaded

LIST = "/admin/blog/image/"


def change(image: Image) -> str:
    return f"{LIST}{image.pk}/change/"


def words(**fields) -> dict:
    return {"alt": "A camel", "caption": "", "credit": "", **fields}


# In the database


@pytest.mark.parametrize("fields", [{"alt": ""}, {"is_decorative": True}])
def test_the_database_itself_refuses_an_image_that_is_neither_described_nor_decorative(db, fields):
    image = uploaded()
    with pytest.raises(IntegrityError), transaction.atomic():
        Image.objects.filter(pk=image.pk).update(**fields)


def test_where_an_image_stands_follows_every_save_of_a_text(db):
    first, second = uploaded(picture(size=(9, 9))), uploaded(picture(size=(8, 8)))
    post = factories.post(body=first.markdown(), epigraph=first.markdown())
    page = factories.page(body=f"{first.markdown()} {second.file.url}")
    author = factories.author(bio=f"I walk. {first.markdown()} {first.markdown()}")
    assert set(ImageUse.objects.values_list("image", "post", "page", "author")) == {
        (first.pk, post.pk, None, None), (first.pk, None, page.pk, None), (second.pk, None, page.pk, None),
        (first.pk, None, None, author.pk),
    }  # fmt: skip
    post.body, post.epigraph = second.markdown(), ""
    post.save()
    page.delete()
    author.bio = second.markdown()
    author.save()
    uses = ImageUse.objects.values_list("image", "post", "author")
    assert set(uses) == {(second.pk, post.pk, None), (second.pk, None, author.pk)}
    author.delete()
    assert list(uses.all()) == [(second.pk, post.pk, None)]


def test_the_database_refuses_a_use_without_text_with_two_texts_or_twice(db):
    image, post, author = uploaded(), factories.post(), factories.author()
    ImageUse.objects.create(image=image, author=author)
    for texts in ({}, {"post": post, "author": author}, {"author": author}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ImageUse.objects.create(image=image, **texts)


@pytest.mark.parametrize(
    ("make", "text"), [(factories.post, "body"), (factories.page, "body"), (factories.author, "bio")]
)
def test_an_image_used_in_a_text_cannot_be_deleted_in_any_way(make, text, db):
    image = uploaded()
    make(**{text: image.markdown()})
    with pytest.raises(models.ProtectedError):
        image.delete()
    assert default_storage.exists(image.file.name)


def test_a_deleted_image_takes_its_files_with_it(db, django_capture_on_commit_callbacks):
    image = uploaded()
    jobs.render_next_image()
    with django_capture_on_commit_callbacks(execute=True):
        image.delete()
    assert default_storage.listdir("images") == ([], [])


def test_a_text_without_images_costs_no_query_for_them_when_it_is_rendered(db, django_assert_num_queries):
    from blog.models.illustrated import render_article_with_images

    with django_assert_num_queries(0):
        assert render_article_with_images("Tea.").startswith("<p")


# In the admin


@pytest.mark.parametrize("query", ["humped", "NOON", "ann", "dsc_77"])
def test_an_image_is_found_by_its_description_and_file_name(query, alice):
    upload = {"alt": "A humped beast", "caption": "At noon", "credit": "Photo: Ann"}
    uploaded(picture(size=(9, 9)), name="DSC_77.jpg", **upload)
    uploaded(picture(size=(8, 8)), alt="Something else")
    page = alice.get(LIST, {"q": query}).content.decode()
    assert "A humped beast" in page
    assert "Something else" not in page


def test_the_library_costs_the_same_at_any_length(alice, django_assert_num_queries):
    for size in range(3, 9):
        image = uploaded(picture(size=(size, size)))
        factories.post(body=image.markdown(), authors=[])
        jobs.render_next_image()
    with django_assert_num_queries(8):  # clock, session, account, two for rights, count, rows, renditions
        page = alice.get(LIST).content.decode()
    assert page.count("in 1 text") == 6
    assert page.count("library__thumbnail") == 6


def test_the_admin_shows_the_smallest_rendition_once_there_is_one(alice):
    image = uploaded(picture(size=(900, 90)))
    assert image.file.url in alice.get(LIST).content.decode()
    jobs.render_next_image()
    page = alice.get(LIST).content.decode()
    assert f"{image.name}-400.webp" in page
    assert image.file.url not in page


def test_authors_use_every_image_but_change_and_delete_only_their_own(alice, bob, editor):
    image = uploaded(by=alice.user)
    page = bob.get(change(image)).content.decode()
    assert "![A camel]" in page
    assert 'name="alt"' not in page
    assert bob.post(change(image), words(alt="Mine")).status_code == 403
    assert bob.post(f"{LIST}{image.pk}/delete/", {"post": "yes"}).status_code == 403
    bob.post(LIST, {"action": "delete_selected", "_selected_action": [image.pk], "post": "yes"})
    assert Image.objects.get().alt == "A camel"
    assert alice.post(change(image), words(alt="A beast")).status_code == 302
    assert editor.post(change(image), words(alt="A dromedary")).status_code == 302
    assert Image.objects.get().alt == "A dromedary"
    assert editor.post(f"{LIST}{image.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Image.objects.exists()


def test_the_places_that_use_an_image_link_to_those_one_may_open(alice, bob, editor):
    image = uploaded(by=alice.user)
    alices = factories.draft(title="Her own", body=image.markdown(), authors=[alice.profile])
    bobs = factories.draft(title="A secret of Bob's", body=image.markdown(), authors=[bob.profile])
    about = factories.page("about", body=image.markdown())
    page = alice.get(change(image)).content.decode()
    assert f'<a href="/admin/blog/post/{alices.pk}/change/" dir="auto">Her own</a>' in page
    assert "secret" not in page
    assert "2 more texts" in page
    everything = editor.get(change(image)).content.decode()
    for kind, text in (("post", alices), ("post", bobs), ("page", about)):
        assert f"/admin/blog/{kind}/{text.pk}/change/" in everything
    assert "more text" not in everything


def test_before_an_image_in_use_is_deleted_its_uses_are_named(alice, bob):
    image = uploaded(by=alice.user)
    factories.draft(title="Her own", body=image.markdown(), authors=[alice.profile])
    factories.draft(title="A secret of Bob's", body=image.markdown(), authors=[bob.profile])
    for answer in (
        alice.get(f"{LIST}{image.pk}/delete/"),
        alice.post(LIST, {"action": "delete_selected", "_selected_action": [image.pk]}),
    ):
        assert "is used in “Her own” and 1 more text, and is not shown there" in answer.text
        assert "secret" not in answer.text


def test_the_profiles_that_use_an_image_are_named_to_those_who_may_open_them(alice, carol, editor):
    image = uploaded(by=alice.user)
    for author in (alice.profile, carol.profile):
        author.bio = image.markdown()
        author.save()
    page = alice.get(change(image)).content.decode()
    assert f'<a href="/admin/blog/author/{alice.profile.pk}/change/" dir="auto">Profile of Alice</a>' in page
    assert "Carol" not in page
    assert "1 more text" in page
    everything = editor.get(change(image)).content.decode()
    assert "Profile of Alice" in everything
    assert "Profile of Carol" in everything
    answer = alice.get(f"{LIST}{image.pk}/delete/")
    assert "is used in “Profile of Alice” and 1 more text, and is not shown there" in answer.text


def test_a_new_credit_appears_in_every_text_at_once(alice):
    image = uploaded(by=alice.user, caption="At noon")
    post = factories.post(body=image.markdown())
    alice.post(change(image), words(caption="At noon", credit="Photo: Ann"))
    after = Post.objects.get(pk=post.pk)
    assert "Photo: Ann" in after.body_html
    assert after.updated_at == post.updated_at


def test_a_new_credit_appears_in_a_profile_at_once_wherever_it_is_shown(alice, visitor):
    image = uploaded(by=alice.user, caption="At noon")
    author = factories.author("Bob", slug="bob", bio=image.markdown())
    post = factories.post(authors=[author])
    pages = ["/author/bob/", post.get_absolute_url()]
    assert not any("Photo: Ann" in visitor.get(page).content.decode() for page in pages)
    before = Clock.read().site
    alice.post(change(image), words(caption="At noon", credit="Photo: Ann"))
    assert Clock.read().site == before + 1
    assert all("Photo: Ann</small>" in visitor.get(page).content.decode() for page in pages)
    assert Author.objects.get(pk=author.pk).bio == author.bio


def test_the_file_of_an_image_never_changes(alice):
    image = uploaded(by=alice.user)
    page = alice.get(change(image)).content.decode()
    assert 'type="file"' not in page
    assert f'src="{image.file.url}"' in page


def test_the_name_to_sign_in_with_is_shown_to_nobody(alice):
    secret = factories.user("s3cret-login", group="Author")
    image = uploaded(by=secret)
    for address in (LIST, change(image)):
        assert "s3cret" not in alice.get(address).content.decode()


def test_an_image_outlives_the_account_that_sent_it(alice, editor):
    image = uploaded(by=alice.user)
    alice.user.delete()
    assert editor.get(change(image)).status_code == 200


# The dialog


def test_the_dialog_offers_the_latest_images_and_searches_them(alice):
    uploaded(picture(size=(9, 9)), alt="A humped beast")
    uploaded(picture(size=(8, 8)), alt="A [door]")
    everything = alice.get(f"{LIST}dialog/").content.decode()
    assert everything.index("A [door]") < everything.index("A humped beast")
    assert 'data-markdown="![A \\[door\\]](' in everything
    found = alice.get(f"{LIST}dialog/", {"q": "humped"}).content.decode()
    assert "A humped beast" in found
    assert "door" not in found
    assert alice.get(f"{LIST}dialog/", {"q": "a\0b"}).status_code == 200


def test_the_form_of_a_post_and_of_a_page_lead_to_the_library(editor):
    for kind in ("post", "page"):
        page = editor.get(f"/admin/blog/{kind}/add/").content.decode()
        assert 'data-images="/admin/blog/image/dialog/"' in page
        assert '<a href="/admin/blog/image/" target="_blank" rel="noopener">' in page
        assert 'type="module"' in page


@pytest.mark.parametrize(
    ("method", "way"),
    [("get", "dialog/"), ("post", "upload/"), ("get", "add/"), ("post", "add/"), ("get", ""), ("post", "")],
)
def test_a_moderator_who_does_not_write_has_no_images(method, way, db):
    client = factories.staff_client("mona", "Moderator")
    assert getattr(client, method)(LIST + way).status_code == 403


@pytest.mark.parametrize("pk", ["0", "999", "x", "9" * 40, "-1"])
def test_an_invented_number_is_a_404(pk, alice):
    for way in ("change", "delete", "history"):
        assert alice.get(f"{LIST}{pk}/{way}/").status_code == 404
