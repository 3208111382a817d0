"""Posts comments as browsers do, and reads forms and threads from pages."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode

from django.db.models import Max
from django.http import HttpResponse
from django.test import Client

from blog.models import Commentable, Conversation
from comments.models import Comment
from comments.submission import form_time
from comments.threads import layout
from tests import factories

FORM = re.compile(r'<form class="respond".*?</form>', re.DOTALL)
INPUT = re.compile(r"<input\b[^>]*>")
TEXTAREA = re.compile(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)
ANCHOR = re.compile(r'class="comment [^"]*" id="comment-(\d+)"')
# How many comments `long_thread` numbers from: far from what the database gives by itself.
FIRST_NUMBER = 1_000_001


def address(post: Commentable) -> str:
    return f"{post.get_absolute_url()}comments/"


def send(client: Client, post: Commentable, *, headers: dict[str, str] | None = None, **fields: str) -> HttpResponse:
    """Submit a new form of `post`, opened a minute ago; a field that is None is not sent at all."""
    fields = {"stamp": opened(post, seconds_ago=60), **fields}
    data = {name: value for name, value in factories.comment_form(**fields).items() if value is not None}
    return client.post(
        address(post), urlencode(data), content_type="application/x-www-form-urlencoded", headers=headers
    )


def opened(post: Commentable, *, seconds_ago: int) -> str:
    """The signed time of a form that was opened then; that of another form is another."""
    return form_time.sign_form_time(post, seconds_ago=seconds_ago)


def page(response: HttpResponse) -> str:
    return response.content.decode()


def form_on(response: HttpResponse) -> dict[str, str]:
    """What the comment form on the page would send, by field; AssertionError unless there is exactly one."""
    (form,) = FORM.findall(page(response))
    fields = {}
    for control in INPUT.findall(form):
        name, value = re.search(r'name="(\w+)"', control), re.search(r'value="([^"]*)"', control)
        fields[name[1]] = unescape(value[1]) if value else ""
    return fields | {name: unescape(text) for name, text in TEXTAREA.findall(form)}


def complaints(response: HttpResponse) -> str:
    """The words of the list of errors above the form."""
    errors = re.search(r'<ul class="errors__list">(.*?)</ul>', page(response), re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", errors[1])).split()) if errors else ""


def drawn(response: HttpResponse) -> list[int]:
    """The numbers of the comments and tombstones on the page, in order."""
    return [int(pk) for pk in ANCHOR.findall(page(response))]


def long_thread(post: Commentable, count: int, *, chain: bool = False) -> list[int]:
    """Store `count` approved comments at once, beside each other or as one chain; their numbers in thread order."""
    rows, parent = [], None
    last = Comment.objects.aggregate(pk=Max("pk"))["pk"] or 0
    first = max(FIRST_NUMBER, last + 1)
    for pk in range(first, first + count):
        row = Comment(
            pk=pk,
            subject=post,
            parent_id=parent.pk if parent else None,  # objects in a chain of thousands cannot be freed in peace
            path=layout.path_below(parent.path if parent else "", pk),
            depth=parent.depth + 1 if parent else 0,
            status=Comment.Status.APPROVED,
            shown=True,
            thread_size=0 if parent else (count if chain else 1),
            name="Bob",
            body=f"Comment {pk}.",
            fingerprint=str(pk),
        )
        rows.append(row)
        parent = row if chain else None
    Comment.objects.bulk_create(rows, batch_size=1_000)
    Conversation.objects.filter(pk=post.thread_id).update(comment_count=count, shown_count=count)
    return [row.pk for row in rows]


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def dangers(html: str) -> list[str]:
    """What could run in a browser: scripts that are not our file, event attributes, addresses with a bad scheme."""
    bad = []
    for tag, attributes in Elements(html).found:
        is_time = tag == "img" and attributes["src"].endswith("/comments/opened/")  # comments/submission/form_time.py
        if tag in {"iframe", "object", "embed", "base", "math", "style", "img"} and not is_time:
            bad.append(tag)
        is_data = attributes == {"type": "application/ld+json"}  # browsers run nothing of that type
        if tag == "script" and not is_data and not attributes.get("src", "").startswith("/static/"):
            bad.append("script")
        for name, value in attributes.items():
            scheme = re.sub(r"[\x00-\x20]", "", value).lower()
            if name.startswith("on") or name == "style":
                bad.append(f"{tag} {name}")
            if name in {"href", "src", "action", "formaction"} and scheme.startswith(
                ("javascript:", "data:", "vbscript:")
            ):
                bad.append(f"{tag} {name}={value}")
    return bad
