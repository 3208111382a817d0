"""The pictures in README.md and docs/, taken anew of the demo: `make screenshots`.

    python docs/screenshots.py [NAME ...] [--out docs/img]

Needs Debian's chromium. The demo is made afresh under var/screenshots, so that the same code gives the same pictures on
the same machine; another machine's fonts look different. To add a picture, add a line to SHOTS.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site

ROOT = site.ROOT
HERE = ROOT / "var" / "screenshots"
# Shown in no picture but those of addresses; pages are served here while the pictures are taken.
SITE_URL = "http://127.0.0.1:8199"
POST = "/2026/10/15/one-sign-three-alphabets/"
DOME = "/2026/09/22/a-dome-three-centuries-late/"
QUEUE = "/admin/comments/comment/queue/"
# A reader of the demo who has proved her address, and knows some of what she wrote to be hers.
READER = "h.ollerenshaw@example.net"
OWN = 3
# When what nobody has published was last touched.
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
# More than this, and a picture is too heavy for a repository that people clone.
MAX_BYTES = 150_000


@dataclass(frozen=True)
class Shot:
    """One picture: a page, how large the window is, what is done first, and which part is kept (None: the window)."""

    path: str
    width: int
    height: int
    act: Callable[[Page], None] | None = None
    part: str | None = None
    around: int = 0  # pixels beside the part
    theme: str = "light"
    user: str = ""  # an account of the demo
    reader: str = ""  # the address of a reader who carries a pass


def unfold_citation(page: Page) -> None:
    page.click(".cite__open")
    page.locator(".cite").scroll_into_view_if_needed()


def scroll_to_queue(page: Page) -> None:
    page.locator(".queued").first.focus()
    page.evaluate("scrollTo(0, document.querySelector('.queued').getBoundingClientRect().top + scrollY - 60)")


def try_rule(page: Page) -> None:
    page.select_option("[name=kind]", "words")
    page.fill("[name=pattern]", "rice")
    page.select_option("[name=effect]", "hold")
    page.click("[name=_try]")
    page.wait_for_selector(".trial")


def fold(page: Page) -> None:
    page.get_by_role("button", name="Fold all").click()
    page.mouse.move(0, 0)
    page.locator(".branch__fold").first.evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 45)")


def scroll_to_new(page: Page) -> None:
    page.locator(".conversation__head").evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 20)")


def ask_by_mail(page: Page) -> None:
    page.get_by_role("link", name="Follow by mail").click()
    page.wait_for_selector(".form--mail")
    page.fill("[name=email]", READER)


def change_words(page: Page) -> None:
    """Her last words that nobody has answered, as if she had sent them at noon."""
    from django.utils import timezone

    from comments.models import Comment

    mine = Comment.objects.filter(email=READER, is_proven=True, replies=None).order_by("-created_at")
    Comment.objects.filter(pk=mine[0].pk).update(created_at=timezone.now())
    page.goto(f"/comments/{mine[0].pk}/edit/")
    page.locator(".respond__hint").evaluate("e => e.textContent = e.textContent.replace(/\\d+:\\d+/, '12:15')")


def at_desk(slug: str, more: str = "change/") -> str:
    """The address of a post at the desk."""
    from blog.models import Post

    return f"/admin/blog/post/{Post.objects.get(slug=slug).pk}/{more}"


def open_editor(page: Page) -> None:
    page.goto(at_desk("one-sign-three-alphabets"), wait_until="load")
    page.locator("[data-drawn] .prose > p").first.wait_for()
    page.locator(".field-body").evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 12)")


def bring_picture(page: Page) -> None:
    """A picture drawn here: eight-pointed stars."""
    page.goto(at_desk("one-sign-three-alphabets"), wait_until="load")
    page.get_by_role("button", name="Add a picture").click()
    stars = {"name": "stars.png", "mimeType": "image/png", "buffer": stars_in_rows()}
    page.locator("dialog [type=file]").set_input_files(stars)
    page.locator("dialog canvas:not([hidden])").wait_for()
    page.fill("dialog [name=alt]", "Three rows of eight-pointed stars in turquoise, one of them gone")
    page.fill("dialog [name=caption]", "The band over the gate, after the rain")
    page.fill("dialog [name=credit]", "Photo: Dilorom Naqqoshova")
    page.locator("dialog.picture").evaluate("e => e.scrollTo(0, 0)")


def stars_in_rows() -> bytes:
    picture, out = Image.new("RGB", (960, 360), "#1f4e8c"), BytesIO()
    draw = ImageDraw.Draw(picture)
    for place in range(24):
        x, y = 60 + 120 * (place % 8), 60 + 120 * (place // 8)
        colour = "#e8e2d4" if place == 13 else "#4fb8b0"
        draw.rectangle((x - 36, y - 36, x + 36, y + 36), colour)
        draw.regular_polygon((x, y, 51), 4, rotation=45, fill=colour)
    picture.save(out, "PNG")
    return out.getvalue()


GONE_OVER = [
    ("one from his teacher, who seems to have wanted it back", "one from his teacher, who wanted it back"),
    ("four times now", "five times now"),
    ("what they had been drinking.", "what they had been drinking, and when."),
    ("\n\nTO CHECK: the seal on leaf 40, and whether the pencil is a Russian's or only in a hurry.", ""),
]


def compare(page: Page) -> None:
    """A draft that its author has gone over twice."""
    from blog.models import Post, Version

    post = Post.objects.get(slug="names-in-the-margin")
    post.saved_by = post.authors.get().user
    for before, after in GONE_OVER:
        post.body = post.body.replace(before, after)
    post.summary = "Eleven owners of one book, and what they said to each other in it."
    post.save()
    for version in Version.objects.filter(post=post):
        Version.objects.filter(pk=version.pk).update(saved_at=NOON + timedelta(days=version.number))
    page.goto(at_desk(post.slug, "history/compare/"), wait_until="load")


SHOTS = {
    "front": Shot("/admin/", 1280, 900, user="editor"),
    "editor": Shot("/admin/", 1280, 720, act=open_editor, user="editor"),
    "picture": Shot("/admin/", 1000, 1100, act=bring_picture, part="dialog.picture", user="editor"),
    "history": Shot("/admin/", 1000, 900, act=compare, part="#main", user="editor"),
    "post": Shot(POST, 880, 1150),
    "cite": Shot(POST, 720, 900, act=unfold_citation, part=".post__foot", around=20),
    "queue": Shot(QUEUE, 1000, 1000, act=scroll_to_queue, user="moderator"),
    "queue-phone": Shot(QUEUE, 390, 844, theme="dark", user="moderator"),
    "rule": Shot("/admin/comments/rule/add/", 1000, 900, act=try_rule, part="#content", user="moderator"),
    "search": Shot("/search/?q=dome+OR+minaret", 768, 900),
    "new": Shot(f"{POST}?since=1792065600", 768, 900, act=scroll_to_new),
    "fold": Shot(DOME, 360, 700, act=fold),
    "subscribe": Shot(POST, 768, 900, act=ask_by_mail, part=".form--mail", around=12),
    "you": Shot("/you/", 768, 860, reader=READER),
    "edit": Shot("/you/", 768, 900, act=change_words, part=".notice", around=20, reader=READER),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(SHOTS)}, share (default: all)")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "img")
    options = parser.parse_args()
    wanted = options.names or [*SHOTS, "share"]
    if unknown := set(wanted) - {*SHOTS, "share"}:
        parser.error(f"There is no picture called {', '.join(sorted(unknown))}.")
    if not (chromium := shutil.which("chromium")):
        sys.exit("Chromium is not installed: no pictures can be taken.")
    options.out.mkdir(parents=True, exist_ok=True)
    prepare()
    with serving(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name in wanted:
            content = card() if name == "share" else taken(browser, SHOTS[name])
            keep(options.out / f"{name}.png", content)
        browser.close()


def prepare() -> None:
    """The demo on a site of its own, with nothing left from the last time."""
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir(parents=True)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "registan.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright runs an event loop
        "DATA_DIR": str(HERE),
        "DATABASE_URL": f"sqlite:///{HERE / 'registan.sqlite3'}",
        "CACHE_URL": "local",
        "SITE_URL": SITE_URL,
        "SECRET_KEY": "the tiles of commenters are drawn by this key",
    }
    for words in (["migrate", "--verbosity", "0"], ["collectstatic", "--no-input", "--verbosity", "0"], ["demo"]):
        site.manage(*words)
    import django

    django.setup()
    from django.db.models import F

    from blog.models import Post
    from comments.models import Comment

    # What is new is told by when it appeared: under this post, when it was sent.
    under = Comment.objects.filter(post__slug=POST.split("/")[-2], status=Comment.Status.APPROVED)
    under.update(decided_at=F("created_at"))
    Post.objects.exclude(status=Post.Status.PUBLISHED).update(updated_at=NOON)


def serving():
    """The site at SITE_URL while the pictures are taken."""
    port = int(SITE_URL.rpartition(":")[2])
    config = str(ROOT / "deploy" / "gunicorn.conf.py")
    options = ["--config", config, "--log-level", "warning", "--bind", f"127.0.0.1:{port}"]
    return site.serving([sys.executable, "-m", "gunicorn", *options, "registan.wsgi"], port, "healthz")


def taken(browser: Browser, shot: Shot) -> bytes:
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme=shot.theme,
        reduced_motion="reduce",
        base_url=SITE_URL,
        timezone_id="UTC",
        locale="en-GB",
    )
    if shot.user:
        context.add_cookies([{"name": "registan_session", "value": session(shot.user), "url": SITE_URL}])
    if shot.reader:
        context.add_cookies([{"name": "registan_reader", "value": carried_pass(shot.reader), "url": SITE_URL}])
    page = context.new_page()
    page.goto(shot.path, wait_until="load")
    if shot.act:
        shot.act(page)
    still = {"animations": "disabled", "caret": "hide"}
    content = (
        page.screenshot(**still, full_page=True, clip=around(page, shot)) if shot.part else page.screenshot(**still)
    )
    context.close()
    return content


def around(page: Page, shot: Shot) -> dict[str, float]:
    """The rectangle of the part with a little of what is around it."""
    box = page.locator(shot.part).evaluate("e => e.getBoundingClientRect().toJSON()")
    left, top = max(0, box["left"] - shot.around), max(0, box["top"] + page.evaluate("scrollY") - shot.around)
    return {"x": left, "y": top, "width": box["width"] + 2 * shot.around, "height": box["height"] + 2 * shot.around}


def session(name: str) -> str:
    """The cookie of an account of the demo."""
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.get(username=name))
    return client.cookies["registan_session"].value


def carried_pass(email: str) -> str:
    """The cookie of a reader who has proved this address and claimed the latest of what came with it."""
    from comments import passes, tokens
    from comments.models import Comment, Pass, Reader

    reader = Reader.of(email)
    reader.prove()
    latest = Comment.objects.filter(reader=reader).order_by("-created_at").values_list("pk", flat=True)[:OWN]
    Comment.objects.filter(pk__in=list(latest)).update(is_proven=True)
    row, key = Pass.issue(reader, agent="Firefox/1 Linux", max_age=tokens.PASS_AGE)
    return tokens.make(tokens.PASS, passes.ROW, row.pk, key)


def card() -> bytes:
    """The picture that the site draws of a post to be shared."""
    from blog.models import Post
    from blog.sharing import card_url

    post = next(post for post in Post.objects.published() if post.get_absolute_url() == POST)
    return urllib.request.urlopen(card_url(post), timeout=30).read()


def keep(file: Path, content: bytes) -> None:
    """Store it with at most 256 colours; ends the program when it is too heavy all the same."""
    picture = Image.open(BytesIO(content)).convert("RGB")
    out = BytesIO()
    picture.quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    if len(out.getvalue()) > MAX_BYTES:
        sys.exit(f"{file.name} has {len(out.getvalue()):,} bytes, more than {MAX_BYTES:,}: take a smaller part.")
    file.write_bytes(out.getvalue())
    print(f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}: {len(out.getvalue()):,} bytes", flush=True)


if __name__ == "__main__":
    main()
