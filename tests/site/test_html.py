"""What checkers of HTML and of accessibility say of every kind of page: nothing."""

import json
import shutil
import subprocess

import pytest
from django.test import Client
from django.urls import reverse

from comments import tokens
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
        "archive": "/archive/",
        "tag": "/tag/tea/",
        "tags": "/tags/",
        "author": post.authors.first().get_absolute_url(),
        "authors": "/authors/",
        "page": "/about/",
        "subscribe": "/subscribe/",
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
    }


DESK = {"desk": "/admin/", "record": "/admin/comments/decision/"}


def refused(post) -> str:
    """The HTML of a form with errors."""
    return Client().post(f"{post.get_absolute_url()}comments/", factories.form(name="", email="x")).content.decode()


def queue(name: str = "mod") -> Client:
    moderator = Client()
    moderator.force_login(factories.user(name, group="Moderator"))
    return moderator


@pytest.mark.skipif(not shutil.which("java"), reason="Java is not installed: the HTML checker did not run")
def test_the_nu_html_checker_finds_nothing(site, root, tmp_path):
    jar = root / "node_modules/vnu-jar/build/dist/vnu.jar"
    if not jar.is_file():
        pytest.skip("vnu-jar is not installed (make check installs it): the HTML checker did not run")
    texts = {name: Client().get(address).content.decode() for name, address in pages(site).items()}
    texts["refused"] = refused(site)
    texts |= {name: queue(name).get(address).content.decode() for name, address in DESK.items()}
    texts["queue"] = queue().get(reverse("admin:comments_comment_queue")).content.decode()
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


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(site, live_server, browser, root, theme):
    axe = root / "node_modules/axe-core/axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not installed (make check installs it): accessibility was not checked")
    context = browser.new_context(bypass_csp=True, color_scheme=theme, viewport={"width": 360, "height": 800})
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
    page.goto(live_server.url + site.get_absolute_url())
    page.click("button[value=send]")
    look("refused")
    cookie = queue(f"mod-{theme}").cookies["registan_session"].value
    context.add_cookies([{"name": "registan_session", "value": cookie, "url": live_server.url}])
    page.goto(live_server.url + reverse("admin:comments_comment_queue"))
    look("queue")
    context.close()

    assert {name: complaints for name, complaints in found.items() if complaints} == {}
