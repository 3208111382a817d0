"""Puts hostile texts into every field that a stranger, a reader or an author can fill."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import batched
from pathlib import Path
from typing import Any

from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from blog.editing.conversion.convert import html_to_markdown
from blog.markup.limits import TooCostly
from blog.markup.renderer import render_author_markdown
from blog.models import Correction, Post, Series
from comments.lifecycle import edits
from comments.lifecycle.decide import decide
from comments.lifecycle.reports import file_report
from comments.models import Comment, Message, Rule, SavedReply
from comments.status import Status, Via
from tests import factories
from tests.comments.comment_pages import send
from tests.registan.transfer import wxr
from tests.registan.transfer.runs.importing import import_export
from tests.security.payloads import websites

type Html = dict[str, str]
# Comments of one post: a page of a discussion shows so many.
PER_POST = 150


def as_line(text: str, limit: int = 60) -> str:
    """As a field of one line can hold it."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())[:limit]


def as_text(text: str) -> str:
    """As a text can be stored at all; forms refuse other characters."""
    return "".join(character for character in text if character.isprintable() or character in "\n\t")


class Planter:
    """Fills a site; `answers` are pages that were the answer to a form, by what was sent."""

    def __init__(self) -> None:
        self.answers: Html = {}
        self.planted = 0
        self.senders = iter(f"10.{a}.{b}.1" for a in range(256) for b in range(256))

    def plant(self, folder: Path, texts: list[str]) -> None:
        follower = factories.reader()
        factories.subscription(by=follower)
        for name in ("mona", "nora"):
            factories.user(name, group="Moderator")
        for group in batched(texts, PER_POST, strict=False):
            post = factories.post(title=as_line(group[0]))
            factories.subscription(post, by=follower)
            self.plant_comments(post, group)
        self.plant_websites(factories.post())
        self.plant_posts(texts)
        self.plant_names([as_text(text) for text in texts[:: max(1, len(texts) // 40)]])
        self.plant_about_comments([as_text(text) for text in texts])
        self.plant_pasted(texts)
        self.plant_import(folder, texts)
        call_command("worker", "--once")

    def send(self, post: Post, **fields: str) -> Any:
        response = send(Client(REMOTE_ADDR=next(self.senders)), post, **fields)
        self.planted += 1
        if "text/html" in response.headers.get("Content-Type", ""):
            self.answers[f"comment {self.planted}"] = response.content.decode()
        return response

    def plant_comments(self, post: Post, texts: tuple[str, ...]) -> None:
        """A text as the words and the name of a comment; refused for its name, as its words alone."""
        for number, text in enumerate(texts):
            if number % 5 == 0:
                self.send(post, body=text, name=text, email=text, website=text, act="preview")
            if self.send(post, body=text, name=as_line(text)).status_code != 302:
                self.send(post, body=text)
        approve(post)

    def plant_websites(self, post: Post) -> None:
        for text in websites():
            self.send(post, website=text)
        approve(post)

    def plant_posts(self, texts: list[str]) -> None:
        """Some posts with a text as title, epigraph and tag, and every text in the body of one."""
        for group in batched(texts, 6, strict=False):
            fields = {"title": as_line(group[0], 120), "epigraph": group[1] if len(group) > 1 else ""}
            for body in ("\n\n".join(group), *group):
                with suppress(TooCostly, ValidationError), transaction.atomic():
                    factories.post(
                        body=body,
                        tags=[factories.tag(f"{self.planted} {as_line(group[0], 30)}", slug=f"t{self.planted}")],
                        **fields,
                    )
                    self.planted += 1
                    break

    def plant_names(self, texts: list[str]) -> None:
        for text in texts:
            line = as_line(text, 50)
            author = factories.author(line, slug=f"a{self.planted}", bio=text)
            series = Series.objects.create(name=line, slug=f"s{self.planted}", description=text)
            post = factories.post(title=line, authors=[author], series=series, part=1, slug=f"p{self.planted}")
            Correction.objects.create(post=post, text=text, corrected_at=factories.NOON, edition=1)
            factories.mention(post, title=line, excerpt=text)
            factories.source(line, line, slug=f"q{self.planted}")
            factories.page(f"page-{self.planted}", title=line, body=text)
            SavedReply.objects.create(name=f"{self.planted} {line}", text=text)
            Rule.objects.create(kind="words", pattern=f"zzz{self.planted}", note=line)
            Message.objects.create(key=str(self.planted), to="a@example.org", subject=line, text=text).mark_failed(text)
            self.planted += 8

    def plant_about_comments(self, texts: list[str]) -> None:
        """A report, an edit and its note, a decision and its note; searches; addresses that lead nowhere."""
        for number, comment in enumerate(Comment.objects.approved().order_by("pk")[:60]):
            text = texts[number * 7 % len(texts)]
            file_report(comment, kind="other", words=text, sender=str(number))
            if number % 3 == 0:
                edits.edit(comment, text, by=None, note=as_line(text))
            if number % 5 == 0:
                factories.remove(comment, via="desk", note=as_line(text))
            self.planted += 1
        reader = Client()
        for text in texts:
            for address, name in (("/search/", "q"), ("/search/", "in"), ("/nothing-here/", "x")):
                response = reader.get(address, {name: as_line(text, 400)})
                self.answers[f"{address} {name} {len(self.answers)}"] = response.content.decode()
            self.planted += 1

    def plant_pasted(self, texts: list[str]) -> None:
        """What an author pastes or uploads as HTML, on the page that it becomes."""
        for text in texts:
            with suppress(TooCostly):
                shown = render_author_markdown(html_to_markdown(text).markdown)
                self.answers[f"pasted {len(self.answers)}"] = f'<div class="prose">{shown}</div>'
            self.planted += 1

    def plant_import(self, folder: Path, texts: list[str]) -> None:
        """One export of WordPress with the texts as titles, contents, names, websites and comments."""
        items = []
        for number, text in enumerate(texts[::4], start=1):
            clean = as_text(text)
            comment = wxr.comment(number, comment_author=clean, comment_content=clean, comment_author_url=clean[:80])
            items.append(wxr.item(comment, title=clean, content=clean, excerpt=clean, post_name=f"moved-{number}"))
        import_export(folder, *items)
        self.planted += len(items)


def approve(post: Post) -> None:
    waiting = [*Comment.objects.filter(post=post).exclude(status=Status.APPROVED).values_list("pk", flat=True)]
    decide(waiting, Status.APPROVED, via=Via.DESK)


def mails() -> dict[str, str]:
    """The HTML of each email that was sent; every one has a subject of one line and one recipient."""
    found = {}
    for number, sent in enumerate(mail.outbox):
        assert len(sent.recipients()) == 1
        assert "\n" not in sent.subject
        for part in sent.alternatives:
            # The one style sheet of our own: mail programs load none.
            found[f"mail {number}"] = re.sub("<style>.*?</style>", "", str(part.content), count=1, flags=re.DOTALL)
    return found
