"""Renders the pages about old addresses: the admin's lists, forms and files, and what is gone for good."""

from django.test import Client

from blog.models import AddressMiss, OldAddress, Post
from tests import factories
from tests.registan.rare_pages import get_pages, text_of

LIST, MISSES = "/admin/blog/oldaddress/", "/admin/blog/addressmiss/"


def create_old_addresses(post: Post) -> None:
    """One that leads to this post, one that may have, and one that is unknown."""
    OldAddress.objects.create(path="/2009/05/<tea>", post=post, source="wordpress http://old.example")
    for path in (f"/2009/{post.slug}", "/archives/12"):
        AddressMiss.objects.create(path=path, count=9, first_at=factories.NOON, last_at=factories.NOON)


def redirect_pages(root: Client) -> dict[str, str]:
    """Each page of the admin, and each answer to a file."""
    row, miss = OldAddress.objects.first(), AddressMiss.objects.first()
    texts = get_pages(
        root,
        {
            "redirects": LIST,
            "redirect-add": f"{LIST}add/",
            "redirect-change": f"{LIST}{row.pk}/change/",
            "redirect-delete": f"{LIST}{row.pk}/delete/",
            "redirect-of-miss": f"{LIST}add/?miss={miss.pk}",
            "misses": MISSES,
            "misses-found": f"{MISSES}?q=zzzz",
            "miss": f"{MISSES}{miss.pk}/change/",
            "redirects-import": f"{LIST}import/",
        },
    )
    texts["redirect-refused"] = text_of(
        root.post(f"{LIST}add/", {"path": "/archive/", "leads_to": "<x>", "code": "410"})
    )
    AddressMiss.objects.all().delete()
    texts["misses-none"] = text_of(root.get(MISSES))
    return texts | answers_to_files(root) | gone_pages()


def answers_to_files(root: Client) -> dict[str, str]:
    """A file with wrong lines, one with changes, and one that says what is stored already."""
    at = f"{LIST}import/"
    wrong = text_of(root.post(at, {"lines": "/<a>,/nowhere/\n/b"}), 400)
    changes = text_of(root.post(at, {"lines": "/<a>,/archive/\n/b/*,/tags/,302\n/c,,410"}))
    root.post(at, {"lines": "/b,/tags/", "confirmed": "yes"})
    nothing = text_of(root.post(at, {"lines": "/b,/tags/"}))
    return {"redirects-wrong": wrong, "redirects-changes": changes, "redirects-nothing": nothing}


def gone_pages() -> dict[str, str]:
    OldAddress.objects.create(path="/gone", code=OldAddress.Code.GONE)
    return {"410": text_of(Client().get("/gone/"), 410)}
