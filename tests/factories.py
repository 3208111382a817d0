"""Rows for tests. Each function makes one thing that works, and takes what the test is about."""

import itertools
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from blog.models import Author, LinkCard, Page, Post, Source, Tag
from comments.lifecycle.decide import decide_one
from comments.lifecycle.submit import submit
from comments.models import Comment, Decision, Mention, Reader, ReaderSession, Subscription, Webhook
from comments.models.subscription import Frequency, Kind
from comments.readers import session
from comments.status import Status, Via
from comments.subscriptions import changes
from comments.subscriptions.catalogue import Topic
from comments.web import tokens

numbers = itertools.count(1)
NOON = datetime(2026, 3, 20, 12, 0, tzinfo=ZoneInfo("UTC"))


def user(name: str = "", *, group: str = "", **fields) -> User:
    """An account of that group, without a role when it has none. Its password is its name."""
    name = name or f"user{next(numbers)}"
    made = User.objects.create_user(name, f"{name}@example.org", name, **fields)
    if group:
        made.groups.add(Group.objects.get(name=group))
    return made


def staff_client(name: str, group: str) -> Client:
    """A browser with an account of that group signed in: `user` is the account, `profile` its author profile."""
    client = Client()
    client.user = user(name, group=group)
    client.profile = author(name.title(), user=client.user)
    client.force_login(client.user)
    return client


def moderator_client(name: str, **fields) -> Client:
    """A browser in which a moderator is signed in."""
    client = Client()
    client.force_login(user(name, group="Moderator", **fields))
    return client


def author(name: str = "Alice", **fields) -> Author:
    return Author.objects.create(name=name, slug=fields.pop("slug", f"{name.lower()}-{next(numbers)}"), **fields)


def tag(name: str = "", **fields) -> Tag:
    name = name or f"tag {next(numbers)}"
    return Tag.objects.create(name=name, slug=fields.pop("slug", name.lower().replace(" ", "-")), **fields)


def source(author: str = "Navoiy", work: str = "Xamsa", **fields) -> Source:
    return Source.objects.create(author=author, work=work, **fields)


def link_card(address: str = "https://example.org/tea", **fields) -> LinkCard:
    """What a page said of itself when the worker was there."""
    known = {"state": "ready", "title": "Tea in Samarkand", "description": "How it is drunk there."}
    return LinkCard.objects.create(address=address, **{**known, "site_name": "The Samovar", **fields})


def post(title: str = "The tea house", *, authors=None, tags=(), **fields) -> Post:
    """A post published at noon on 20 March 2026, unless told otherwise."""
    fields = {
        "slug": f"post-{next(numbers)}",
        "body": "Tea first, then talk.",
        "status": Post.Status.PUBLISHED,
        "published_at": NOON,
        **fields,
    }
    made = Post(title=title, **fields)
    made.save(authors=[author()] if authors is None else authors, tags=tags)
    return made


def post_form(**fields) -> dict[str, str]:
    """What an author's browser sends with a new post."""
    return {"title": "On tea", "slug": "on-tea", "body": "Tea.", "status": "draft", "conversation": "open", **fields}


def draft(**fields) -> Post:
    return post(**{"status": Post.Status.DRAFT, "published_at": None, **fields})


def scheduled(**fields) -> Post:
    return post(**{"published_at": timezone.now() + timedelta(days=1), **fields})


def page(slug: str = "about", **fields) -> Page:
    return Page.objects.create(slug=slug, **{"title": slug.title(), "body": "Who we are.", **fields})


def guest_book(slug: str = "guests", **fields) -> Page:
    """A page that readers may comment on."""
    return page(slug, **{"conversation": Page.ConversationStatus.OPEN, **fields})


def comment(to: Post | Page, *, status: Status = Status.APPROVED, parent: Comment | None = None, **fields) -> Comment:
    """A comment as its writer left it: a different text each time."""
    fields = {"name": "Bob", "email": "bob@example.net", "body": f"Comment number {next(numbers)}.", **fields}
    made, _ = submit(subject=to, parent=parent, to=status, via=Via.FORM, **fields)
    return made


def decide(comment: Comment, to: Status, **how: Any) -> Decision:
    """Decide on a comment and bring all of it up to date."""
    decision = decide_one(comment, to, **how)
    comment.refresh_from_db(fields=["status", "shown", "removal_reason", "open_report_count", "decided_at"])
    return decision


def approve(comment: Comment, **how: Any) -> Decision:
    return decide(comment, Status.APPROVED, **how)


def mark_spam(comment: Comment, **how: Any) -> Decision:
    return decide(comment, Status.SPAM, **how)


def remove(comment: Comment, **how: Any) -> Decision:
    return decide(comment, Status.REMOVED, **how)


def hold(comment: Comment, **how: Any) -> Decision:
    return decide(comment, Status.PENDING, **how)


def withdraw(comment: Comment, *, via: Via = Via.READER, **how: Any) -> Decision:
    return decide(comment, Status.WITHDRAWN, via=via, **how)


def reader(email: str = "", **fields) -> Reader:
    """A reader with a verified address."""
    email = email or f"reader{next(numbers)}@example.net"
    made, _ = Reader.objects.get_or_create(email=email, defaults=fields)
    made.verify()
    return made


def reader_client(reader: Reader, agent: str = "") -> Client:
    """A browser in which this reader is signed in."""
    row, key = ReaderSession.issue(reader, agent=agent, max_age=tokens.SESSION_AGE)
    client = Client()
    client.cookies[session.COOKIE] = tokens.make_token(tokens.SESSION, session.ROW_MARK, row.pk, key)
    return client


def subscription(
    to: Post | Page | Tag | Author | None = None, *, by: Reader | None = None, often: str = Frequency.AT_ONCE, **more
) -> Subscription:
    """Subscribe `by` (or a new reader) to the comments on something, or to posts: with a tag, by an author, or all."""
    kind = Kind.POST if isinstance(to, Page) else to._meta.model_name if to else Kind.ALL
    topic = Topic(kind, to)
    return changes.subscribe(by or reader(), topic, often=often, **more)


def mention(of: Post | Page, title: str = "Tea elsewhere", **fields) -> Mention:
    """A page of another site that mentions it."""
    fields = {"address": f"https://elsewhere.example/{next(numbers)}", "at": NOON, **fields}
    return Mention.objects.create(conversation_id=of.thread_id, title=title, **fields)


def webhook(address: str = "https://hooks.example/in", **fields) -> Webhook:
    """A receiver of signed JSON."""
    return Webhook.objects.create(
        **{"name": "The team", "address": address, "secret": "whsec_c2VjcmV0IG9mIG91cnM=", **fields}
    )


def comment_form(**fields) -> dict[str, str]:
    """What a guest's browser sends with a comment."""
    return {
        "name": "Bob",
        "email": "bob@example.net",
        "website": "",
        "body": "A word of my own.",
        "parent": "",
        **fields,
    }
