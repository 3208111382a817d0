"""What followers are written: drawn when it is sent, of what everybody can read by then.

A message about comments or posts waits in the outbox as their numbers alone. Whatever was hidden, edited or
unsubscribed meanwhile is therefore never in a mail; a message of which nothing is left is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.markup.extract import opening_words
from blog.models import Post
from comments.mail import emails
from comments.models import Comment, DigestItem, Fanout, Mailbox, Message, Subscription
from comments.models.reader import deliverable_address
from comments.models.subscription import Kind
from comments.subscriptions.catalogue import Topic
from comments.threads import unread
from comments.web import tokens

# Comments and posts that one mail shows; of the rest it tells the number and the way.
MAX_SHOWN = 30
# Words of each where there are several, and of a post.
EXCERPT_WORDS = 80
# A mail marks as new what it tells of itself, not only what came later.
JUST_BEFORE = timedelta(seconds=1)


class NothingToSend(Exception):
    """Nothing of this message is to be sent any more; says why."""


def build_single_message(round_: Fanout, subscription: Subscription) -> Message:
    """The message about one comment or post to one follower, without its words."""
    reader = subscription.reader
    about = [round_.comment_id or round_.post_id, subscription.pk]
    post = round_.post or round_.comment.post
    return Message(
        key=f"{round_}-reader-{reader.pk}".replace(" ", "-"),
        to=reader.mailbox.address,
        reader=reader,
        subject=thread_subject(post, is_comment=round_.comment_id is not None),
        about={"comments" if round_.comment_id else "posts": [about]},
        is_bulk=True,
        next_try_at=timezone.now(),
    )


def build_digest_message(lines: list[DigestItem], mailbox: Mailbox) -> Message:
    """The message about all that waited for one follower, without its words."""
    about: dict[str, Any] = {"comments": [], "posts": [], "together": True}
    for one in lines:
        about["comments" if one.comment_id else "posts"].append([one.comment_id or one.post_id, one.subscription_id])
    return Message(
        key=f"together-{lines[0].pk}-reader-{mailbox.reader_id}",
        to=mailbox.address,
        reader_id=mailbox.reader_id,
        subject=describe_news(len(about["comments"]), len(about["posts"])),
        about=about,
        is_bulk=True,
        next_try_at=timezone.now(),
    )


def render_follower_mail(message: Message) -> dict[str, Any]:
    """The columns of a message to a follower as they are to be sent now; raises Dropped."""
    subscriptions = wanted_subscriptions(message)
    comments = public_targets(Comment.objects.public().select_related("post", "parent"), message.about, "comments")
    posts = public_targets(Post.objects.published().prefetch_related("authors"), message.about, "posts")
    comments = {one: sub for one, sub in comments.items() if sub in subscriptions}
    posts = {one: sub for one, sub in posts.items() if sub in subscriptions}
    if not comments and not posts:
        raise NothingToSend(_("Not sent: it is not public any more, or not wanted any more."))
    used = [subscriptions[pk] for pk in dict.fromkeys([*posts.values(), *comments.values()])]
    if message.about.get("together"):
        return render_follower_digest(message, list(comments), list(posts), used)
    return render_post_mail(message, *posts, used[0]) if posts else render_comment_mail(message, *comments, used[0])


def wanted_subscriptions(message: Message) -> dict[int, Subscription]:
    """The subscriptions that led to it and still stand, by number; raises Dropped for an address that is paused."""
    if message.reader is None or Mailbox.objects.filter(reader=message.reader, paused_at__isnull=False).exists():
        raise NothingToSend(_("Not sent: mail to this address is paused."))
    ids = {pk for name in ("comments", "posts") for _one, pk in message.about.get(name, ())}
    return {one.pk: one for one in Subscription.objects.filter(reader=message.reader, pk__in=ids).with_targets()}


def public_targets(visible, about: dict[str, Any], name: str) -> dict[Any, int]:
    """What can be read by everybody now of what the message is about, each with its subscription, oldest first."""
    wanted = dict(about.get(name, ()))
    return {one: wanted[one.pk] for one in visible.filter(pk__in=wanted).order_by("pk")} if wanted else {}


# The three letters


def render_comment_mail(message: Message, comment: Comment, subscription: Subscription) -> dict[str, Any]:
    """A comment, or a reply to the reader, in one mail thread with all others of its post (RFC 5322, 3.6.4)."""
    root = emails.post_message_id(comment.post)
    parent = comment_message_id(comment.parent_id) if comment.parent_id else ""
    return render_list_mail(
        "comment",
        message,
        [subscription],
        subject=thread_subject(comment.post, is_comment=True),
        headers={
            "Message-ID": comment_message_id(comment.pk),
            "In-Reply-To": parent or root,
            "References": f"{root} {parent}".strip(),
        },
        list_name="comments",
        one=comment_context(comment),
        is_reply=subscription.kind == Kind.REPLIES,
    )


def render_post_mail(message: Message, post: Post, subscription: Subscription) -> dict[str, Any]:
    """A new post: the root of the mail thread of its conversation."""
    return render_list_mail(
        "post",
        message,
        [subscription],
        subject=thread_subject(post, is_comment=False),
        headers={"Message-ID": emails.post_message_id(post)},
        list_name="posts",
        one=post_context(post),
    )


def render_follower_digest(
    message: Message, comments: list[Comment], posts: list[Post], used: list[Subscription]
) -> dict[str, Any]:
    """All that came since the last mail of many, posts first, comments under the names of their posts."""
    heading = describe_news(len(comments), len(posts))
    groups: dict[Post, list[dict[str, Any]]] = {}
    for comment in comments[: max(0, MAX_SHOWN - len(posts))]:
        groups.setdefault(comment.post, []).append(comment_context(comment, words=EXCERPT_WORDS))
    shown = min(len(posts), MAX_SHOWN) + sum(map(len, groups.values()))
    return render_list_mail(
        "together",
        message,
        used,
        subject=heading,
        headers={"Message-ID": f"<{message.key}@{settings.HOST}>"},
        list_name="news",
        heading=heading,
        posts=[post_context(post) for post in posts[:MAX_SHOWN]],
        groups=[{"post": post, "comments": ones} for post, ones in groups.items()],
        further=len(comments) + len(posts) - shown,
        subscriptions=used,
    )


def render_subscription_request(email: str, what: Topic, *, often: str, hour: int, name: str) -> dict[str, Any]:
    """Asks an address whether it wants what somebody asked for in its name. Carries no word that a stranger typed."""
    token = tokens.make_token(tokens.SUBSCRIBE, email, what.value, often, hour)
    return emails.render_mail(
        "confirm",
        to=deliverable_address(email),
        subject=_("Shall we write to you?"),
        name=name,
        wraps_lines=True,
        what=what.words,
        days=tokens.VERIFY_AGE.days,
        confirm_url=settings.SITE_URL + reverse("comments:subscription-confirm", args=[token]),
    )


def render_list_mail(
    template: str, message: Message, used: list[Subscription], *, headers: dict[str, str], list_name: str, **context
) -> dict[str, Any]:
    """The columns of a mail to a follower, with the two ways to stop it (RFC 8058; RFC 2919 for the list's name)."""
    off = settings.SITE_URL + unsubscribe_url(message.reader_id, used)
    listing = {
        "List-Id": f"<{list_name}.{settings.HOST}>",
        "List-Unsubscribe": f"<{off}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return emails.render_mail(
        template,
        to=message.to,
        name=message.key,
        headers={**headers, **listing},
        wraps_lines=True,
        unsubscribe_url=off,
        subscriptions_url=settings.SITE_URL + reverse("comments:my-subscriptions"),
        **context,
    )


# So many numbers fit into a line of a header: mail servers take 998 characters (RFC 5322, 2.1.1). The link of a mail
# that tells of more names none and stops all that its reader follows: one click, and no such mail comes any more.
MAX_IDS_IN_LINK = 60


def unsubscribe_url(reader_id: int, subscriptions: Iterable[Subscription]) -> str:
    """Where these subscriptions are stopped, by whoever holds the mail."""
    ids = [one.pk for one in subscriptions]
    return reverse(
        "comments:unsubscribe",
        args=[tokens.make_token(tokens.UNSUBSCRIBE, reader_id, *(ids if len(ids) <= MAX_IDS_IN_LINK else ()))],
    )


# What is shown


def comment_context(comment: Comment, *, words: int = 0) -> dict[str, Any]:
    """A comment as a mail shows it: its words as they were typed, shortened to `words`, and the way to it.

    Not to a page of its thread: it may stand on another by the time that the mail is read.
    """
    typed = comment.body.split()
    is_cut = bool(words) and len(typed) > words
    return {
        "comment": comment,
        "post": comment.post,
        "words": " ".join(typed[:words]) + " …" if is_cut else comment.body,
        "url": settings.SITE_URL + comment.get_absolute_url() + unread.since_query(comment.decided_at - JUST_BEFORE),
        "answer_url": f"{settings.SITE_URL}{comment.get_absolute_url()}",
    }


def post_context(post: Post) -> dict[str, Any]:
    return {
        "post": post,
        "authors": ", ".join(author.name for author in post.authors.all()),
        "words": post.summary or opening_words(post.body_html, EXCERPT_WORDS),
        "url": settings.SITE_URL + post.get_absolute_url(),
    }


def thread_subject(post: Post, *, is_comment: bool) -> str:
    """The title, and "Re:" before it: by both together mail programs know a thread."""
    return f"Re: {emails.subject_title(post)}" if is_comment else emails.subject_title(post)


def describe_news(comments: int, posts: int) -> str:
    """How much is new, for a subject."""
    new_posts = ngettext("%d new post", "%d new posts", posts) % posts
    new_comments = ngettext("%d new comment", "%d new comments", comments) % comments
    if posts and comments:
        return _("%(posts)s and %(comments)s") % {"posts": new_posts, "comments": new_comments}
    return new_posts if posts else new_comments


def comment_message_id(pk: int) -> str:
    """The same for everybody who is told of it, as on a mailing list: so every reply finds its parent."""
    return f"<comment-{pk}@{settings.HOST}>"
