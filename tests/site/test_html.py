"""What checkers of HTML and of accessibility say of every kind of page: nothing."""

import json
import shutil
import subprocess

import pytest
from django.template import loader
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from comments import letters, passes, tokens
from comments.models import Mailbox, Reader
from comments.moderation import Status
from tests import factories

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def site(transactional_db):
    """A small site with a conversation in every state."""
    factories.page("about")
    factories.page("terms")
    alice = factories.author(bio="Writes about *tea*.", contact="alice@example.org", website="https://example.org/")
    post = factories.post(
        authors=[alice],
        tags=[factories.tag("Tea", description="All about tea.")],
        epigraph="Leave one brick.",
        epigraph_source="A proverb",
        body="A first *word*.[^1]\n\n> Said once\n>\n> — somebody\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## More\n\n"
        '![A tree](/static/img/star.svg "A tree, drawn.")\n\n[^1]: A note.',
    )
    first = factories.comment(post, website="https://example.net/")
    factories.comment(post, parent=first, name="Мария", author=alice)
    gone = factories.comment(post, parent=first)
    factories.comment(post, parent=gone)
    gone.remove(via="desk")
    factories.comment(post, parent=first, body=f"> {first.body}\n\n> Said once\n\n> Never said at all.\n\nSo be it.")
    taken_back = factories.comment(post, body="What I would rather not have said.")
    factories.comment(post, parent=taken_back, body="> What I would rather not have said.\n\nA pity.")
    taken_back.remove(via="desk")
    deep = first
    for _ in range(8):
        deep = factories.comment(post, parent=deep)
    factories.comment(post, status=Status.PENDING, parent=first)
    return post


def pages(post) -> dict[str, str]:
    first = post.comments.first()
    return {
        "home": "/",
        "post": post.get_absolute_url(),
        "reply": f"{post.get_absolute_url()}?reply={first.pk}",
        "quote": f"{post.get_absolute_url()}?reply={first.pk}&quote={first.pk}",
        "passages": f"{post.get_absolute_url()}?quote=post",
        "passage": f"{post.get_absolute_url()}?quote=post-1",
        "new": f"{post.get_absolute_url()}?since=1",
        "discussion": f"{post.get_absolute_url()}discussion/",
        "archive": "/archive/",
        "tag": "/tag/tea/",
        "tags": "/tags/",
        "author": post.authors.first().get_absolute_url(),
        "authors": "/authors/",
        "page": "/about/",
        "subscribe": "/subscribe/",
        "subscribe by mail": f"/subscribe/mail/?what=post:{post.pk}",
        "subscribe asked": "/subscribe/mail/?asked",
        "subscriptions of nobody": "/subscribe/mine/",
        "search": "/search/",
        "found": "/search/?q=word+OR+comment+OR+us",
        "found-next": "/search/?q=comment&page=2",
        "found-nothing": "/search/?q=commnet&in=posts",
        "account": "/moderation/",
        "404": "/nowhere/",
        "sign-in": reverse("account_login"),
        "report": f"/comments/{first.pk}/report/",
        "thanks": f"/comments/reported/?post={post.pk}",
        **private_pages(post.comments.get(status=Status.PENDING)),
    }


def private_pages(waiting) -> dict[str, str]:
    """What the links in mails open, and the receipt of a comment that waits."""
    moderator = factories.User.objects.filter(username="by-mail").first()
    moderator = moderator or factories.user("by-mail", group="Moderator")
    bound = [waiting.pk, waiting.version, moderator.pk, waiting.decisions.first().pk]
    return {
        "receipt": reverse("comments:receipt", args=[tokens.make(tokens.RECEIPT, waiting.pk)]),
        "prove": reverse("comments:prove", args=[tokens.make(tokens.PROOF, waiting.reader_id, waiting.pk)]),
        "decide": reverse("comments:decide", args=[tokens.make(tokens.DECIDE, *bound)]),
        "ask": "/you/",
        "asked": "/you/?asked",
        "hello": reverse("comments:prove", args=[tokens.make(tokens.HELLO, "new@example.net")]),
        **erasure_pages(),
        **mail_pages(waiting.post),
    }


def erasure_pages() -> dict[str, str]:
    leaver = Reader.objects.filter(email="leaver@example.net").first() or factories.reader("leaver@example.net")
    confirm = reverse("comments:erase", args=[tokens.make(tokens.ERASE, leaver.pk, 1, leaver.pass_key)])
    return {"confirm": confirm, "confirmed": f"{confirm}?done", "over": over(leaver)}


def over(leaver: Reader) -> str:
    return reverse("comments:erase", args=[tokens.make(tokens.ERASE, leaver.pk, 1, "ended")])


QUOTING = "?show=quoting"
DESK = {"desk": "/admin/", "test mail": "/admin/comments/message/test/", "record": "/admin/comments/decision/"}


def mail_pages(post) -> dict[str, str]:
    """What the links in followers' mails open."""
    ann = factories.reader("ann@example.net")
    told = [factories.subscription(post, by=ann), factories.subscription(by=ann, often="daily")]
    confirm = tokens.make(tokens.CONFIRM, "ann@example.net", f"post:{post.pk}", "daily", 7)
    return {
        "confirm mail": reverse("comments:confirm", args=[confirm]),
        "confirm gone": reverse("comments:confirm", args=[tokens.make(tokens.CONFIRM, "a@b.org", "tag:0", "daily", 7)]),
        "stop": letters.off_url(ann.pk, told),
        "stopped": reverse("comments:off", args=[tokens.make(tokens.OFF, ann.pk, 0)]),
    }


def subscriptions_of_ann() -> tuple[str, str]:
    """Her own page, and her pass: with a mailbox that refuses, so that every part of the page is there."""
    ann = factories.reader("ann@example.net")
    for _ in range(3):
        Mailbox.refuse(ann.pk)
    return "/subscribe/mine/", tokens.make(tokens.PASS, ann.pk, ann.pass_key)


def readers_pages(post) -> dict[str, str]:
    """What a reader sees who is known, and on his way to it."""
    young, late = (factories.comment(post, name="Rustam", email=RUSTAM, is_proven=True) for _ in range(2))
    factories.comment(post, parent=late, name="Ann", email="ann@example.net")
    for status in (Status.PENDING, Status.REMOVED, Status.WITHDRAWN):
        factories.comment(post, name="Rustam", email=RUSTAM, is_proven=True, status=status)
    for _ in range(2):
        factories.comment(post, name="Rustam", email=RUSTAM)
    edited = factories.comment(post, name="Rustam", email=RUSTAM, is_proven=True)
    edited.edit("Other words.", by=None, by_writer=True)
    return {
        "you": "/you/?asked=erase",
        "edit": f"/comments/{young.pk}/edit/",
        "edit-late": f"/comments/{late.pk}/edit/",
        "withdraw": f"/comments/{young.pk}/withdraw/",
        "withdraw-late": f"/comments/{late.pk}/withdraw/",
        "own-thread": post.get_absolute_url(),
        "data": "/you/data.html",
    }


RUSTAM = "rustam@example.net"


def rustam() -> Client:
    return factories.browser_of(
        Reader.objects.filter(email=RUSTAM).first() or factories.reader(RUSTAM), "Firefox/1 Linux"
    )


def refused(post) -> str:
    """The HTML of a form with errors."""
    return Client().post(f"{post.get_absolute_url()}comments/", factories.form(name="", email="x")).content.decode()


def failures() -> dict[str, str]:
    """The pages of the failures that give back what was typed."""
    return {
        str(status): loader.get_template(f"{status}.html").render({"typed": "A word <of> mine."})
        for status in (400, 500, 503)
    }


def queue(name: str = "mod") -> Client:
    moderator = Client()
    moderator.force_login(factories.user(name, group="Moderator"))
    return moderator


def readers_texts(site) -> dict[str, str]:
    client = rustam()
    addresses = readers_pages(site)
    sent = {"body": "", "version": "1"}
    texts = {name: client.get(address).content.decode() for name, address in addresses.items()}
    texts["edit-refused"] = client.post(addresses["edit"], sent).content.decode()
    texts["edit-conflict"] = client.post(addresses["edit"], {"body": "Words.", "version": "9"}).content.decode()
    texts["edit-unknown"] = Client().post(addresses["edit"], {"body": "Words.", "version": "1"}).content.decode()
    return texts


@pytest.mark.skipif(not shutil.which("java"), reason="Java is not installed: the HTML checker did not run")
def test_the_nu_html_checker_finds_nothing(site, root, tmp_path):
    jar = root / "node_modules/vnu-jar/build/dist/vnu.jar"
    if not jar.is_file():
        pytest.skip("vnu-jar is not installed (make check installs it): the HTML checker did not run")
    texts = {name: Client().get(address).content.decode() for name, address in pages(site).items()}
    texts |= readers_texts(site)
    texts["refused"] = refused(site)
    texts |= failures()
    texts["not subscribed"] = Client().post("/subscribe/mail/", {"email": "x"}).content.decode()
    ann = Client()
    where, ann.cookies[passes.COOKIE] = subscriptions_of_ann()
    texts["subscriptions"] = ann.get(where).content.decode()
    texts |= {name: queue(name).get(address).content.decode() for name, address in DESK.items()}
    texts["queue"] = queue().get(reverse("admin:comments_comment_queue")).content.decode()
    texts["hidden-words"] = queue("mod-too").get(reverse("admin:comments_comment_queue") + QUOTING).content.decode()
    for name, text in texts.items():
        (tmp_path / f"{name}.html").write_text(text)

    found = subprocess.run(
        ["java", "-jar", jar, "--format", "json", "--exit-zero-always", *tmp_path.glob("*.html")],
        capture_output=True,
        text=True,
        check=True,
    )

    messages = json.loads(found.stderr)["messages"]
    complaints = [f"{m['url'].rsplit('/')[-1]}:{m.get('lastLine')}: {m['message']}" for m in messages]
    # Said of what Django's own admin templates hold; the checker calls it information, no fault.
    complaints = [text for text in complaints if "Trailing slash on void elements" not in text]
    assert not complaints, "\n".join(complaints)


# What WCAG 2.2 asks of (1.4.10): 320 CSS pixels are also a window of 1280 at 400 % zoom.
NARROW = {"width": 320, "height": 800}


@pytest.mark.parametrize("viewport", [NARROW, {"width": 1280, "height": 800}], ids=["narrow", "wide"])
def test_from_right_to_left_every_page_fits_its_window(site, live_server, browser, settings, viewport):
    settings.LANGUAGE_CODE = "ar"
    context = browser.new_context(viewport=viewport)
    page = context.new_page()
    wide = []
    for name, address in pages(site).items():
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.dir") == "rtl"
        wide += [name] * page.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()
    assert wide == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(site, live_server, browser, root, theme):
    axe = root / "node_modules/axe-core/axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not installed (make check installs it): accessibility was not checked")
    context = browser.new_context(bypass_csp=True, color_scheme=theme, viewport=NARROW)
    page = context.new_page()
    found = {}

    def look(name: str) -> None:
        page.evaluate(axe.read_text())
        result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        found[name] = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in result["violations"]]
        found[name] += ["scrolls sideways"] * page.evaluate("document.documentElement.scrollWidth > innerWidth")

    for name, address in pages(site).items():
        page.goto(live_server.url + address)
        look(name)
    known = rustam().cookies[passes.COOKIE].value
    context.add_cookies([{"name": passes.COOKIE, "value": known, "url": live_server.url}])
    for name, address in readers_pages(site).items():
        if name != "data":  # a file to take away
            page.goto(live_server.url + address)
            look(name)
    context.clear_cookies()
    page.goto(live_server.url + site.get_absolute_url())
    page.click(".cite__open")
    page.check(".passages")
    look("cite")
    page.click("button[value=send]")
    look("refused")
    page.goto(live_server.url + site.get_absolute_url())
    page.fill("#respond [name=body]", "A word.")
    page.get_by_role("button", name="Keys").click()
    look("keys")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("[data-draft-line]")).to_contain_text("was put back")
    look("draft")
    for name, text in failures().items():
        page.route("**/failure/", lambda route, _, text=text: route.fulfill(body=text, content_type="text/html"))
        page.goto(f"{live_server.url}/failure/")
        look(name)
    page.goto(f"{live_server.url}/subscribe/mail/")
    page.evaluate("document.querySelector('.form--mail').noValidate = true")
    page.click(".form--mail button")
    expect(page.locator(".form--mail .errors")).to_be_visible()
    look("not subscribed")
    where, his_pass = subscriptions_of_ann()
    context.add_cookies([{"name": passes.COOKIE, "value": his_pass, "url": live_server.url}])
    page.goto(live_server.url + where)
    look("subscriptions")
    cookie = queue(f"mod-{theme}").cookies["registan_session"].value
    context.add_cookies([{"name": "registan_session", "value": cookie, "url": live_server.url}])
    page.goto(live_server.url + reverse("admin:comments_comment_queue"))
    look("queue")
    page.goto(live_server.url + reverse("admin:comments_comment_queue") + QUOTING)
    look("hidden words")
    page.goto(live_server.url + DESK["test mail"])
    look("test mail")
    context.close()

    assert {name: complaints for name, complaints in found.items() if complaints} == {}
