"""The screenshots of the demo, and what each page needs before its screenshot is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

from PIL import Image, ImageDraw
from playwright.sync_api import Page

POST = "/2026/10/15/one-sign-three-alphabets/"
DOME = "/2026/09/22/a-dome-three-centuries-late/"
QUEUE = "/admin/comments/comment/queue/"
# A reader of the demo with a confirmed address.
READER = "h.ollerenshaw@example.net"
# When drafts were last changed.
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Shot:
    """A screenshot: the page, the window's size, what to do first, and the part to take (None: the whole window)."""

    path: str
    width: int
    height: int
    act: Callable[[Page], None] | None = None
    part: str | None = None
    around: int = 0  # pixels of margin around the part
    theme: str = "light"
    user: str = ""  # an account of the demo
    reader: str = ""  # the address of a reader with a session


def unfold_citation(page: Page) -> None:
    page.click(".cite__summary")
    page.locator(".cite").scroll_into_view_if_needed()


def scroll_to_queue(page: Page) -> None:
    page.locator(".queue-item").first.focus()
    page.evaluate("scrollTo(0, document.querySelector('.queue-item').getBoundingClientRect().top + scrollY - 60)")


def scroll_to_waiting(page: Page) -> None:
    """A waiting comment in its place, among those that readers see."""
    page.locator(".comment--waiting").first.evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 220)")


def open_moderation(page: Page) -> None:
    page.locator(".comment--waiting").first.get_by_role("link", name="Moderate").click()
    page.wait_for_selector(".moderate")


def open_reader(page: Page) -> None:
    open_moderation(page)
    page.get_by_role("link", name="This reader").click()
    page.wait_for_selector(".moderate__who")


# What one machine sends under three names.
FROM_ONE_HAND = (
    (
        "Marjorie",
        "Such a thoughtful piece on the old letters. My notes: https://tea.example/offer",
        "pending",
    ),
    ("Winston", "My grandmother wrote like this! More on the subject: https://tea.example/offer", "pending"),
    ("Lucille", "A careful reading, and a kind one. This may interest others: https://tea.example/offer", "approved"),
)


def show_hand(page: Page) -> None:
    """One card of three comments from one hand."""
    from blog.models import Post
    from comments.families.signs import SignSource, find_signs
    from comments.lifecycle.submit import submit
    from comments.models import Comment, CommentSign
    from comments.status import Status

    post = Post.objects.get(slug=POST.split("/")[-2])
    for name, body, status in FROM_ONE_HAND:
        comment, _is_new = submit(post=post, parent=None, to=Status(status), name=name, body=body, address="192.0.2.7")
        source = SignSource(body=comment.body, html=comment.html, address="192.0.2.7")
        CommentSign.objects.add(comment.pk, find_signs(source))
        Comment.objects.filter(pk=comment.pk).update(created_at=NOON)
    page.goto(QUEUE, wait_until="load")
    page.locator("#bulk").evaluate("bar => bar.remove()")  # it sticks to the foot of the window, over the card


def try_rule(page: Page) -> None:
    page.select_option("[name=kind]", "words")
    page.fill("[name=pattern]", "rice")
    page.select_option("[name=effect]", "hold")
    page.click("[name=_try]")
    page.wait_for_selector(".trial")


def fold(page: Page) -> None:
    page.get_by_text("Reading", exact=True).click()
    page.get_by_role("button", name="Collapse all").click()
    page.get_by_text("Reading", exact=True).click()
    page.mouse.move(0, 0)
    page.locator(".branch__fold").first.evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 45)")


def reply_in_place(page: Page) -> None:
    page.locator(".comment__reply").nth(1).click()
    page.locator(".comment form [name=body]").fill("In *Samarkand* we would have read all three aloud.")
    page.locator(".comment form").evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 160)")


def open_reading_menu(page: Page) -> None:
    page.locator(".reading__open").click()
    page.locator("#comments").evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 20)")


def scroll_to_new(page: Page) -> None:
    page.locator(".conversation__head").evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 20)")


def open_subscribe_form(page: Page) -> None:
    page.get_by_role("link", name="Follow", exact=True).click()
    page.wait_for_selector(".form--subscribe")
    page.fill("[name=email]", READER)


def open_comment_edit(page: Page) -> None:
    """Edit the reader's latest comment without replies, as if it had been sent at noon."""
    from django.utils import timezone

    from comments.models import Comment

    latest = Comment.objects.filter(email=READER, is_verified=True, replies=None).order_by("-created_at")[0]
    Comment.objects.filter(pk=latest.pk).update(created_at=timezone.now())
    page.goto(f"/comments/{latest.pk}/edit/")
    page.locator(".respond__hint").evaluate("e => e.textContent = e.textContent.replace(/\\d+:\\d+/, '12:15')")


def admin_post_url(slug: str, more: str = "change/") -> str:
    from blog.models import Post

    return f"/admin/blog/post/{Post.objects.get(slug=slug).pk}/{more}"


def open_editor(page: Page) -> None:
    page.goto(admin_post_url("one-sign-three-alphabets"), wait_until="load")
    page.locator("[data-rendered] .prose > p").first.wait_for()


def open_publish_panel(page: Page) -> None:
    page.goto("/admin/blog/post/add/", wait_until="load")
    page.locator("#id_title").fill("What the tile-setters counted")
    page.locator("#id_body").fill("They counted *nights*, not tiles: a wall was so many nights long.")
    page.locator("[data-rendered] p").first.wait_for()
    page.locator("[data-open-panel]").click()
    page.locator("#id_published_at_0").fill("2026-12-24")
    page.locator("#id_published_at_1").fill("09:00")


def add_image(page: Page) -> None:
    """Choose a picture of eight-pointed stars, and describe it."""
    page.goto(admin_post_url("one-sign-three-alphabets"), wait_until="load")
    page.get_by_role("button", name="Add an image").click()
    stars = {"name": "stars.png", "mimeType": "image/png", "buffer": draw_stars()}
    page.locator("dialog [type=file]").set_input_files(stars)
    page.locator("dialog canvas:not([hidden])").wait_for()
    page.fill("dialog [name=alt]", "Three rows of eight-pointed stars in turquoise, one of them gone")
    page.fill("dialog [name=caption]", "The band over the gate, after the rain")
    page.fill("dialog [name=credit]", "Photo: Dilorom Naqqoshova")
    page.locator("dialog.image-dialog").evaluate("e => e.scrollTo(0, 0)")


def draw_stars() -> bytes:
    picture, out = Image.new("RGB", (960, 360), "#1f4e8c"), BytesIO()
    draw = ImageDraw.Draw(picture)
    for place in range(24):
        x, y = 60 + 120 * (place % 8), 60 + 120 * (place // 8)
        colour = "#e8e2d4" if place == 13 else "#4fb8b0"
        draw.rectangle((x - 36, y - 36, x + 36, y + 36), colour)
        draw.regular_polygon((x, y, 51), 4, rotation=45, fill=colour)
    picture.save(out, "PNG")
    return out.getvalue()


DRAFT_EDITS = [
    ("one from his teacher, who seems to have wanted it back", "one from his teacher, who wanted it back"),
    ("four times now", "five times now"),
    ("what they had been drinking.", "what they had been drinking, and when."),
    ("\n\nTO CHECK: the seal on leaf 40, and whether the pencil is a Russian's or only in a hurry.", ""),
]


def compare(page: Page) -> None:
    """Compare two versions of a draft."""
    from blog.models import Post, Version

    post = Post.objects.get(slug="names-in-the-margin")
    for before, after in DRAFT_EDITS:
        post.body = post.body.replace(before, after)
    post.summary = "Eleven owners of one book, and what they said to each other in it."
    post.save(by=post.authors.get().user)
    for version in Version.objects.filter(post=post):
        Version.objects.filter(pk=version.pk).update(saved_at=NOON + timedelta(days=version.number))
    page.goto(admin_post_url(post.slug, "history/compare/"), wait_until="load")


def open_notes(page: Page) -> None:
    """Two notes on a draft, one of them answered."""
    from django.contrib.auth.models import User

    from blog.models import Post, ReviewNote

    post = Post.objects.get(slug="names-in-the-margin")
    writer, editor = post.authors.get().user, User.objects.get(username="editor")
    name = ReviewNote.objects.write(post, "Do we know the teacher’s name?", by=editor, words="from his teacher")
    name.reply("Only his seal. I will ask in Bukhara.", by=writer)
    ReviewNote.objects.write(post, "A fine place to end.", by=editor, words="what they had been drinking")
    ReviewNote.objects.update(written_at=NOON)
    page.goto(admin_post_url(post.slug, "notes/"), wait_until="load")


def find_words(page: Page) -> None:
    page.goto("/admin/blog/post/replace/", wait_until="load")
    page.get_by_label("Find", exact=True).fill("Bukhara")
    page.get_by_label("Replace with", exact=True).fill("Buxoro")
    page.keyboard.press("Enter")
    page.locator(".diff__new").first.wait_for()


# What the owner of a new site types.
FIRST_RUN_FORM = {
    "Name of the site": "Choyxona",
    "Tagline": "Tea, and talk of cities",
    "Your name": "Dilorom Naqqoshova",
    "Your email address": "dilorom@example.org",
    "Choose a password": "twelve blue tiles",
}


SHOTS = {
    "front": Shot("/admin/", 1280, 900, user="editor"),
    "editor": Shot("/admin/", 1280, 720, act=open_editor, user="editor"),
    "publish": Shot("/admin/", 1280, 720, act=open_publish_panel, user="editor"),
    "picture": Shot("/admin/", 1000, 1100, act=add_image, part="dialog.image-dialog", user="editor"),
    "history": Shot("/admin/", 1000, 900, act=compare, part="#main", user="editor"),
    "notes": Shot("/admin/", 1280, 900, act=open_notes, user="editor"),
    "calendar": Shot("/admin/blog/post/calendar/?month=2026-10", 1000, 760, part="#content", user="editor"),
    "replace": Shot("/admin/", 1000, 900, act=find_words, user="editor"),
    "post": Shot(POST, 880, 1150),
    "cite": Shot(POST, 720, 900, act=unfold_citation, part=".post__foot", around=20),
    "queue": Shot(QUEUE, 1000, 1000, act=scroll_to_queue, user="moderator"),
    "queue-phone": Shot(QUEUE, 390, 844, theme="dark", user="moderator"),
    "public-page": Shot(DOME, 768, 760, act=scroll_to_waiting, user="moderator"),
    "moderate": Shot(DOME, 768, 900, act=open_moderation, part=".moderate", around=16, user="moderator"),
    "reader": Shot(DOME, 768, 900, act=open_reader, part=".moderate", around=16, user="moderator"),
    "hand": Shot(QUEUE, 1000, 1000, act=show_hand, part=".family", user="moderator"),
    "rule": Shot("/admin/comments/rule/add/", 1000, 900, act=try_rule, part="#content", user="moderator"),
    "search": Shot("/search/?q=dome+OR+minaret", 768, 900),
    "new": Shot(f"{POST}?since=1792065600", 768, 900, act=scroll_to_new),
    "fold": Shot(DOME, 360, 700, act=fold),
    "reply": Shot(POST, 768, 900, act=reply_in_place),
    "menu": Shot(POST, 768, 600, act=open_reading_menu),
    "subscribe": Shot(POST, 768, 900, act=open_subscribe_form, part=".form--subscribe", around=12),
    "you": Shot("/you/", 768, 860, reader=READER),
    "edit": Shot("/you/", 768, 900, act=open_comment_edit, part=".notice", around=20, reader=READER),
}
