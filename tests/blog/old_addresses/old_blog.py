"""A blog that has moved in from http://old.example, with what an import remembers of it."""

from __future__ import annotations

from django.test import Client

from blog.models import OldAddress, Post
from tests import factories
from tests.blog.images.uploads import uploaded
from tests.blog.media.uploads import pdf, stored_file

SOURCE, HOME = "wordpress http://old.example", "http://old.example"
# The address of the post that everything is about.
POST = "/2026/03/20/tea-houses/"


def move_in(*, home: str = HOME) -> dict[str, object]:
    """The rows that the addresses lead to, by name."""
    post = factories.post("Tea houses", slug="tea-houses")
    page = factories.page("about", title="About", conversation="open")
    tag, author = factories.tag("Bukhara", slug="bukhara"), factories.author("Alice", slug="alice")
    picture, document = uploaded(), stored_file(pdf(), title="A map")
    OldAddress.objects.remember(
        [
            (f"{home}/2009/05/tea-houses/", "post", post.pk),
            (f"{home}/?p=12", "post", post.pk),
            (f"{home}/2009/05/teahouses/", "post", post.pk),
            (f"{home}/archives/12", "post", post.pk),
            (f"{home}/cultures/tea/%D1%87%D0%B0%D0%B9%D1%85%D0%B0%D0%BD%D0%B0/", "post", post.pk),
            (f"{home}/about-us/", "page", page.pk),
            (f"{home}/?page_id=2", "page", page.pk),
            (f"{home}/category/asia/bukhara/", "tag", tag.pk),
            (f"{home}/?cat=3", "tag", tag.pk),
            (f"{home}/tag/buchara/", "tag", tag.pk),
            (f"{home}/?tag=buchara", "tag", tag.pk),
            (f"{home}/author/alice_w/", "author", author.pk),
            (f"{home}/?author=7", "author", author.pk),
            (f"{home}/2009/05/tea-houses/samovar/", "image", picture.pk),
            (f"{home}/?attachment_id=13", "image", picture.pk),
            (f"{home}/wp-content/uploads/2009/05/samovar.jpg", "image", picture.pk),
            (f"{home}/wp-content/uploads/2009/05/map-scaled.pdf", "media_file", document.pk),
            (f"{home}/2008/01/nothing/", "gone", ""),
        ],
        source=SOURCE,
        home=home,
    )
    return {"post": post, "page": page, "tag": tag, "author": author, "picture": picture, "document": document}


def leads(address: str, **more) -> str | int:
    """Where an address leads, with its status if that is not 301; or its status, if it leads nowhere."""
    response = Client().get(address, **more)
    if response.status_code in (301, 302, 307, 308):
        location = response["Location"]
        return location if response.status_code == 301 else f"{response.status_code} {location}"
    return response.status_code


def fill_tag(tag, number: int) -> None:
    """Publish so many posts with this tag."""
    for each in range(number):
        factories.post(f"Post {each}", slug=f"post-{each}", tags=[tag])
    assert Post.objects.published().filter(tags=tag).count() == number
