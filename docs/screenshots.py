"""The pictures in README.md and docs/, taken anew of the demo: `make screenshots`.

    python docs/screenshots.py [NAME ...] [--out docs/img]

Needs Debian's chromium. The demo is made afresh under var/screenshots, so that the same code gives the same pictures on
the same machine; another machine's fonts look different. To add a picture, add a line to SHOTS (shots.py).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import urllib.request
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from screenshot_list import NOON, POST, SHOTS, Shot

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site

ROOT = site.ROOT
HERE = ROOT / "var" / "screenshots"
# Shown in no picture but those of addresses; pages are served here while the pictures are taken.
SITE_URL = "http://127.0.0.1:8199"
# How much of what their reader wrote she knows to be hers.
VERIFIED_COUNT = 3
# More than this, and a picture is too heavy for a repository that people clone.
MAX_BYTES = 150_000


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
    prepare_site()
    with serving(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name in wanted:
            content = share_image() if name == "share" else take_screenshot(browser, SHOTS[name])
            save_png(options.out / f"{name}.png", content)
        browser.close()


def prepare_site() -> None:
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
        site.run_manage(*words)
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
    return site.serve([sys.executable, "-m", "gunicorn", *options, "registan.wsgi"], port, "healthz")


def take_screenshot(browser: Browser, shot: Shot) -> bytes:
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme=shot.theme,
        reduced_motion="reduce",
        base_url=SITE_URL,
        timezone_id="UTC",
        locale="en-GB",
    )
    if shot.user:
        context.add_cookies([{"name": "registan_session", "value": session_cookie(shot.user), "url": SITE_URL}])
    if shot.reader:
        context.add_cookies([{"name": "registan_reader", "value": reader_cookie(shot.reader), "url": SITE_URL}])
    page = context.new_page()
    page.goto(shot.path, wait_until="load")
    if shot.act:
        shot.act(page)
    still = {"animations": "disabled", "caret": "hide"}
    content = (
        page.screenshot(**still, full_page=True, clip=clip_around(page, shot))
        if shot.part
        else page.screenshot(**still)
    )
    context.close()
    return content


def clip_around(page: Page, shot: Shot) -> dict[str, float]:
    """The rectangle of the part with a little of what is around it."""
    box = page.locator(shot.part).evaluate("e => e.getBoundingClientRect().toJSON()")
    left, top = max(0, box["left"] - shot.around), max(0, box["top"] + page.evaluate("scrollY") - shot.around)
    return {"x": left, "y": top, "width": box["width"] + 2 * shot.around, "height": box["height"] + 2 * shot.around}


def session_cookie(name: str) -> str:
    """The cookie of an account of the demo."""
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.get(username=name))
    return client.cookies["registan_session"].value


def reader_cookie(email: str) -> str:
    """The cookie of a reader who has proved this address and claimed the latest of what came with it."""
    from comments.models import Comment, Reader, ReaderSession
    from comments.readers import session
    from comments.web import tokens

    reader = Reader.of(email)
    reader.prove()
    latest = Comment.objects.filter(reader=reader).order_by("-created_at").values_list("pk", flat=True)[:VERIFIED_COUNT]
    Comment.objects.filter(pk__in=list(latest)).update(is_verified=True)
    row, key = ReaderSession.issue(reader, agent="Firefox/1 Linux", max_age=tokens.SESSION_AGE)
    return tokens.make_token(tokens.SESSION, session.ROW_MARK, row.pk, key)


def share_image() -> bytes:
    """The picture that the site draws of a post to be shared."""
    from blog.models import Post
    from blog.sharing.open_graph import post_og_image_url

    post = next(post for post in Post.objects.published() if post.get_absolute_url() == POST)
    return urllib.request.urlopen(post_og_image_url(post), timeout=30).read()


def save_png(file: Path, content: bytes) -> None:
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
