"""Pages in another language than the site's, and in one written from right to left, as HTML by a name for each."""

from django.test import Client, override_settings

from blog.models import Post
from comments.moderation import Status
from tests import factories
from tests.site import states
from tests.site.rarely import page
from tests.site.texts import ELSEWHERE


def words_of_many_scripts(post: Post) -> None:
    """A post and an answer in Arabic, and one in Russian: their people write as they speak."""
    names = [factories.author("نور الدين", slug="nur"), factories.author("Мария", slug="maria")]
    arabic = factories.post("بيت الشاي", authors=names[:1], tags=[factories.tag("شاي", slug="shay")],
                            body="كلمة أولى عن الشاي word.\n\n> قيل مرة")  # fmt: skip
    factories.comment(arabic, name="مريم", body="كلمة طيبة.\n\n> قيل مرة")
    factories.post("Чайхана", authors=names[1:], body="Сначала чай, потом разговор word.")
    factories.comment(post, name="Мария", body="Слово за слово.", status=Status.PENDING)
    factories.comment(post, name="نور", body="شاي أم قهوة؟", status=Status.PENDING)


def addresses_of(post: Post) -> dict[str, str]:
    """The most used pages of a site that has just been made."""
    addresses = states.pages(post)
    guest = ["home", "found", "receipt", "subscribe", "report", "archive", "post", "decide"]
    return {name: addresses[name] for name in guest} | {"edit": states.readers_pages(post)["edit"]}


def spoken(post: Post, addresses: dict[str, str], *, cookie: str = "") -> dict[str, str]:
    """Each of these, a form that was refused, and the queue."""
    guest, reader, desk = Client(), states.rustam(), states.queue(f"speaks-{cookie}")
    for client in (guest, reader, desk):
        client.cookies["language"] = cookie
    texts = {
        name: page((reader if name == "edit" else guest).get(where), 404 if name == "404" else 200)
        for name, where in addresses.items()
    }
    return texts | {
        "edit": page(reader.get(addresses["edit"])),
        "missing": page(guest.get("/nowhere/"), 404),
        "queue": page(desk.get(states.QUEUE)),
        "record": page(desk.get("/admin/comments/decision/")),
        "report-refused": page(guest.post(addresses["report"], {}), 400),
        "subscribe-refused": page(guest.post("/subscribe/mail/", {"email": "x"}), 400),
        "comment-refused": page(guest.post(f"{post.get_absolute_url()}comments/", {"name": "", "body": ""}), 400),
        "foreign": page(guest.post("/you/", {"email": "a@b.org"}, headers=ELSEWHERE), 403),
    }


def russian(post: Post, addresses: dict[str, str]) -> dict[str, str]:
    texts = spoken(post, addresses, cookie="ru")
    for name, text in texts.items():
        assert '<html lang="ru"' in text, name
    return {f"ru {name}": text for name, text in texts.items()}


def from_right_to_left(post: Post, addresses: dict[str, str]) -> dict[str, str]:
    """A site in a language that nobody has translated yet: Django's own words are, and the direction is."""
    with override_settings(LANGUAGE_CODE="ar"):
        texts = spoken(post, addresses)
    for name, text in texts.items():
        assert 'dir="rtl"' in text[:200], name
    return {f"rtl {name}": text for name, text in texts.items()}
