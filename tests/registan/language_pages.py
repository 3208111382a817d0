"""Renders pages in other languages, among them a right-to-left one; each function returns HTML by name."""

from django.test import Client, override_settings

from blog.models import Post
from comments.status import Status
from tests import factories
from tests.registan import site_urls
from tests.registan.form_and_email_pages import CROSS_SITE
from tests.registan.rare_pages import text_of


def create_multilingual_content(post: Post) -> None:
    """Create a post and a comment in Arabic, and a comment in Russian."""
    names = [factories.author("نور الدين", slug="nur"), factories.author("Мария", slug="maria")]
    arabic = factories.post("بيت الشاي", authors=names[:1], tags=[factories.tag("شاي", slug="shay")],
                            body="كلمة أولى عن الشاي word.\n\n> قيل مرة")  # fmt: skip
    factories.comment(arabic, name="مريم", body="كلمة طيبة.\n\n> قيل مرة")
    factories.post("Чайхана", authors=names[1:], body="Сначала чай, потом разговор word.")
    factories.comment(post, name="Мария", body="Слово за слово.", status=Status.PENDING)
    factories.comment(post, name="نور", body="شاي أم قهوة؟", status=Status.PENDING)


def common_urls(post: Post) -> dict[str, str]:
    """The URLs of the most used pages."""
    addresses = site_urls.public_urls(post)
    guest = ["home", "found", "receipt", "subscribe", "report", "archive", "post", "decide"]
    return {name: addresses[name] for name in guest} | {"edit": site_urls.reader_urls(post)["edit"]}


def pages_in_language(post: Post, addresses: dict[str, str], *, cookie: str = "") -> dict[str, str]:
    """These pages, a refused form and the queue."""
    guest, reader, desk = Client(), site_urls.rustam_client(), site_urls.queue_client(f"speaks-{cookie}")
    for client in (guest, reader, desk):
        client.cookies["language"] = cookie
    texts = {
        name: text_of((reader if name == "edit" else guest).get(where), 404 if name == "404" else 200)
        for name, where in addresses.items()
    }
    return texts | {
        "edit": text_of(reader.get(addresses["edit"])),
        "missing": text_of(guest.get("/nowhere/"), 404),
        "queue": text_of(desk.get(site_urls.QUEUE_URL)),
        "record": text_of(desk.get("/admin/comments/decision/")),
        "report-refused": text_of(guest.post(addresses["report"], {}), 400),
        "subscribe-refused": text_of(guest.post("/subscribe/mail/", {"email": "x"}), 400),
        "comment-refused": text_of(guest.post(f"{post.get_absolute_url()}comments/", {"name": "", "body": ""}), 400),
        "foreign": text_of(guest.post("/you/", {"email": "a@b.org"}, headers=CROSS_SITE), 403),
    }


def russian_pages(post: Post, addresses: dict[str, str]) -> dict[str, str]:
    texts = pages_in_language(post, addresses, cookie="ru")
    for name, text in texts.items():
        assert '<html lang="ru"' in text, name
    return {f"ru {name}": text for name, text in texts.items()}


def rtl_pages(post: Post, addresses: dict[str, str]) -> dict[str, str]:
    """A site in a language without our translation, but with Django's own texts and its direction."""
    with override_settings(LANGUAGE_CODE="ar"):
        texts = pages_in_language(post, addresses)
    for name, text in texts.items():
        assert 'dir="rtl"' in text[:200], name
    return {f"rtl {name}": text for name, text in texts.items()}
