"""Takes the screenshots of the demo in README.md and docs/: `make screenshots`.

    python docs/screenshots.py [NAME ...] [--out docs/img]

Needs Debian's chromium. Each run makes a new demo under var/screenshots, so that the same code gives the same pictures
on the same machine; other fonts look different. To add a picture, add a line to SHOTS in screenshot_list.py.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import urllib.request
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from screenshot_list import FIRST_RUN_FORM, NOON, POST, SHOTS, Shot

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site

ROOT = site.ROOT
HERE = ROOT / "var" / "screenshots"
# Fixed, since some pictures show addresses.
PORT = 8199
SITE_URL = f"http://127.0.0.1:{PORT}"
# Of a site without accounts, beside the demo.
NEW_PORT = 8198
FIRST_RUN_SHOTS = ("first-run", "next-steps")
OTHER_SHOTS = ("share", *FIRST_RUN_SHOTS)
# How many of the reader's comments are verified as theirs.
VERIFIED_COUNT = 3
# A larger picture is too heavy for a repository that people clone.
MAX_BYTES = 150_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join([*SHOTS, *OTHER_SHOTS])} (default: all)"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "img")
    options = parser.parse_args()
    wanted = options.names or [*SHOTS, *OTHER_SHOTS]
    if unknown := set(wanted) - {*SHOTS, *OTHER_SHOTS}:
        parser.error(f"There is no picture called {', '.join(sorted(unknown))}.")
    if not (chromium := shutil.which("chromium")):
        sys.exit("Chromium is not installed: no pictures can be taken.")
    options.out.mkdir(parents=True, exist_ok=True)
    prepare_site()
    with site.gunicorn(PORT), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        if set(FIRST_RUN_SHOTS).intersection(wanted):
            take_first_run(browser, options.out)
        for name in [name for name in wanted if name not in FIRST_RUN_SHOTS]:
            content = fetch_og_image() if name == "share" else take_screenshot(browser, SHOTS[name])
            save_png(options.out / f"{name}.png", content)
        browser.close()


def prepare_site() -> None:
    """Make a new site with the demo."""
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir(parents=True)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "registan.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright runs an event loop
        "DATA_DIR": str(HERE),
        "DATABASE_URL": f"sqlite:///{HERE / 'registan.sqlite3'}",
        "CACHE_URL": "local",
        "SITE_URL": SITE_URL,
        "SECRET_KEY": "the tiles of commenters follow from this key",
    }
    site.run_manage("migrate", "--verbosity", "0")
    site.run_manage("collectstatic", "--no-input", "--verbosity", "0")
    site.run_manage("demo")
    import django

    django.setup()
    from django.db.models import F

    from blog.models import Post
    from comments.models import Comment

    # A comment is new to a reader by the time it was published: here, the time it was sent.
    comments = Comment.objects.filter(post__slug=POST.split("/")[-2], status=Comment.Status.APPROVED)
    comments.update(decided_at=F("created_at"))
    Post.objects.exclude(status=Post.Status.PUBLISHED).update(updated_at=NOON)


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
        name, _, value = site.session_cookie(shot.user).partition("=")
        context.add_cookies([{"name": name, "value": value, "url": SITE_URL}])
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


def take_first_run(browser: Browser, out: Path) -> None:
    """Set up a new site beside the demo, and take its pictures."""
    demo = dict(os.environ)
    folder, address = HERE / "new", f"http://localhost:{NEW_PORT}"
    os.environ |= {"DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/new.sqlite3", "SITE_URL": address}
    site.run_manage("migrate", "--verbosity", "0")
    site.run_manage("collectstatic", "--no-input", "--verbosity", "0")
    command = [sys.executable, "manage.py", "first_run_link"]
    link = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603
    with site.gunicorn(NEW_PORT):
        page = browser.new_page(viewport={"width": 768, "height": 900}, timezone_id="Asia/Tashkent", locale="en-GB")
        page.goto(link, wait_until="load")
        for label, text in FIRST_RUN_FORM.items():
            page.get_by_label(label).fill(text)
        page.evaluate("document.activeElement.blur()")
        save_png(out / "first-run.png", take_part(page, ".notice"))
        page.get_by_role("button", name="Set up").click()
        page.locator(".next-steps").wait_for()
        save_png(out / "next-steps.png", take_part(page, ".next-steps"))
        page.close()
    os.environ.clear()
    os.environ |= demo


def take_part(page: Page, part: str) -> bytes:
    shot = Shot(path="", width=0, height=0, part=part, around=16)
    return page.screenshot(full_page=True, clip=clip_around(page, shot))


def clip_around(page: Page, shot: Shot) -> dict[str, float]:
    """The rectangle of the shot's part and of the margin around it."""
    box = page.locator(shot.part).evaluate("e => e.getBoundingClientRect().toJSON()")
    left, top = max(0, box["left"] - shot.around), max(0, box["top"] + page.evaluate("scrollY") - shot.around)
    return {"x": left, "y": top, "width": box["width"] + 2 * shot.around, "height": box["height"] + 2 * shot.around}


def reader_cookie(email: str) -> str:
    """The cookie of a reader who has confirmed this address and claimed the latest comments that came with it."""
    from comments.models import Comment, Reader, ReaderSession
    from comments.readers import session
    from comments.web import tokens

    reader = Reader.of(email)
    reader.verify()
    latest = Comment.objects.filter(reader=reader).order_by("-created_at").values_list("pk", flat=True)[:VERIFIED_COUNT]
    Comment.objects.filter(pk__in=list(latest)).update(is_verified=True)
    row, key = ReaderSession.issue(reader, agent="Firefox/1 Linux", max_age=tokens.SESSION_AGE)
    return tokens.make_token(tokens.SESSION, session.ROW_MARK, row.pk, key)


def fetch_og_image() -> bytes:
    """The Open Graph image of POST."""
    from blog.models import Post
    from blog.sharing.open_graph import post_og_image_url

    post = next(post for post in Post.objects.published() if post.get_absolute_url() == POST)
    return urllib.request.urlopen(post_og_image_url(post), timeout=30).read()


def save_png(file: Path, content: bytes) -> None:
    """Store a picture with at most 256 colours; end the program when it is still larger than MAX_BYTES."""
    out = BytesIO()
    image = Image.open(BytesIO(content)).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    size = len(out.getvalue())
    if size > MAX_BYTES:
        sys.exit(f"{file.name} has {size:,} bytes, more than {MAX_BYTES:,}: take a smaller part.")
    file.write_bytes(out.getvalue())
    print(f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}: {size:,} bytes", flush=True)


if __name__ == "__main__":
    main()
