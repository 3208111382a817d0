"""manage.py demo: fills a site with a small blog to explore."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from blog.models import Author, Page, Post, Tag
from blog.models.post import Change
from comments.lifecycle import spam_training
from comments.lifecycle.decide import decide_one
from comments.lifecycle.reports import file_report
from comments.lifecycle.submit import submit
from comments.mail import fanout
from comments.models import Comment
from comments.screening.checks import CheckResult
from comments.status import Status, Via
from registan import demo_content
from registan.roles import ROLES

# The accounts that get an author's profile each, in this order.
WRITER_ACCOUNTS = ("author", "contributor", "editor")


class Command(BaseCommand):
    help = "Add the demo's posts, accounts and conversations. Safe to repeat: whatever exists is left unchanged."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        self.accounts = [self.account(role) for role in ROLES]
        self.add_pages_tags_and_authors()
        for page in self.new_pages:
            self.add_comments(page)
        for text in sorted(demo_content.read_demo_texts("posts"), key=lambda text: text.head["published"] or "later"):
            if not Post.objects.filter(slug=text.name).exists():
                self.add_comments(self.add_post(text))
        while spam_training.train_spam_filter() or spam_training.score_waiting():
            pass
        fanout.mark_all_as_sent()
        self.stdout.write(f"The demo has {Post.objects.count()} posts and {Comment.objects.count()} comments.")
        self.print_accounts()

    def account(self, role: str) -> tuple[User, str]:
        """Return the account of a role, and its password if it is new."""
        name = role.lower()
        user, is_new = User.objects.get_or_create(username=name, defaults={"email": demo_content.demo_address(role)})
        if not is_new:
            return user, ""
        password = secrets.token_urlsafe(9)
        user.set_password(password)
        user.save()
        user.groups.add(Group.objects.get(name=role))
        return user, password

    def add_pages_tags_and_authors(self) -> None:
        for slug, name, description in demo_content.read_demo_tags():
            Tag.objects.get_or_create(slug=slug, defaults={"name": name, "description": description})
        self.new_pages = []
        for text in demo_content.read_demo_texts("pages"):
            conversation = text.head.get("conversation", Page.ConversationStatus.OFF)
            defaults = {"title": text.head["title"], "body": text.body, "conversation": conversation}
            page, is_new = Page.objects.get_or_create(slug=text.name, defaults=defaults)
            self.new_pages += [page] if is_new else []
        accounts = {user.username: user for user, _ in self.accounts}
        unused = [accounts[name] for name in WRITER_ACCOUNTS if not hasattr(accounts[name], "author")]
        for text in demo_content.read_demo_texts("authors"):
            defaults = {
                "name": text.head["name"],
                "website": text.head.get("website", ""),
                "contact": text.head.get("contact", ""),
                "bio": text.body,
            }
            author, is_new = Author.objects.get_or_create(slug=text.name, defaults=defaults)
            if is_new and unused:
                author.user = unused.pop(0)
                author.save()

    def add_post(self, text: demo_content.DemoText) -> Post:
        head = text.head
        published = demo_content.parse_local_datetime(head["published"])
        post = Post(
            title=head["title"],
            slug=text.name,
            summary=head.get("summary", ""),
            epigraph=head.get("epigraph", ""),
            epigraph_source=head.get("epigraph_source", ""),
            body=text.body,
            conversation=head.get("conversation", Post.ConversationStatus.OPEN),
            published_at=published,
        )
        authors = Author.objects.filter(slug__in=demo_content.split_names(head["authors"]))
        change = Change(authors=authors, tags=Tag.objects.filter(slug__in=demo_content.split_names(head["tags"])))
        if published and published > timezone.now():
            post.schedule(published, **change)
        elif published:
            post.publish(**change)
        elif head.get("status") == Post.Status.REVIEW:
            post.hand_in(**change)
        else:
            post.save_draft(**change)
        if "note" in head:
            post.review_notes.create(written_by=post.authors.get().user, text=head["note"])
        return post

    def add_comments(self, subject: Post | Page) -> None:
        written: dict[str, Comment] = {}
        for text in demo_content.read_demo_comments(subject.slug):
            written[text.name] = self.add_comment(subject, text, written)
        for text in demo_content.read_demo_comments(subject.slug):
            if text.head.get("status") == Status.REMOVED:
                reasons = {"reason": text.head.get("reason", ""), "note": text.head.get("note", "")}
                decide_one(written[text.name], Status.REMOVED, via=Via.DESK, by=self.moderator, quiet=True, **reasons)

    def add_comment(self, subject: Post | Page, text: demo_content.DemoText, written: dict[str, Comment]) -> Comment:
        """Submit a comment; a removed one is approved at first, since it may have replies."""
        head = text.head
        status = Status(head.get("status", Status.APPROVED))
        author = Author.objects.filter(slug=head.get("author", "")).first()
        comment, _ = submit(
            to=Status.APPROVED if status == Status.REMOVED else status,
            via=Via.FORM if status == Status.PENDING else Via.IMPORT,  # the filter learns from imports
            findings=parse_findings(head.get("held", "")),
            quiet=status != Status.PENDING,
            subject=subject,
            parent=written.get(head.get("parent", "")),
            name=author.name if author else head["name"],
            email=head.get("email", ""),
            website=head.get("website", ""),
            author=author,
            body=text.body.strip(),
            created_at=demo_content.parse_local_datetime(head["at"]),
        )
        for number, kind in enumerate(demo_content.split_names(head.get("reported", ""))):
            file_report(comment, kind=kind, words="", sender=f"demo {number}")
        return comment

    @property
    def moderator(self) -> User:
        return next(user for user, _ in self.accounts if user.username == "moderator")

    def print_accounts(self) -> None:
        self.stdout.write("Accounts of the demo (sign in at /admin/):")
        for user, password in self.accounts:
            state = f"password {password}" if password else "exists already, its password unchanged"
            self.stdout.write(f"  {user.username:<15} {state}")


def parse_findings(text: str) -> list[CheckResult]:
    """Parse the reasons why a comment waits, such as `links 3, first`."""
    pairs = (reason.partition(" ") for reason in demo_content.split_names(text))
    return [CheckResult(kind, words) for kind, _, words in pairs]
