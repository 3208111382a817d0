"""Renders emails to subscribers when they are sent, from what is public by then, with the headers to unsubscribe.

In the outbox, a message about comments or posts holds only their numbers. So whatever was hidden, edited or
unsubscribed in the meantime is never sent; a message with nothing left in it is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.markup import extract
from blog.models import Commentable, Post
from blog.sharing.open_graph import byline
from blog.text.addresses import absolute_url
from blog.text.site_values import site
from comments.mail import emails
from comments.mail.emails import MessageColumns
from comments.models import Comment, DigestItem, Fanout, Mailbox, Message, Subscription
from comments.models.message import MAX_SUBJECT
from comments.models.reader import deliverable_address
from comments.models.subscription import Kind
from comments.subscriptions.catalogue import Topic
from comments.threads import unread
from comments.web import tokens

# Comments and posts shown in one mail; the others are counted, with a link to the site.
MAX_SHOWN = 30
# Words of each comment in a digest, and of each post.
EXCERPT_WORDS = 80
# The link in a mail marks as new what the mail shows, not only what came later.
JUST_BEFORE = timedelta(seconds=1)
# As many numbers as fit into a header line: mail servers accept 998 characters (RFC 5322, 2.1.1). The link of a mail
# about more subscriptions names none and ends all of the reader's.
MAX_IDS_IN_LINK = 60


class NothingToSend(Exception):
    """Nothing of this message is to be sent any more; its text says why."""


# Messages as they wait in the outbox


def build_single_message(fanout: Fanout, subscription: Subscription, mailbox: Mailbox) -> Message:
    """The message about one comment or post to one subscriber, without its text."""
    target, kind = fanout.target, "comments" if fanout.comment_id else "posts"
    return Message(
        key=f"{fanout}-reader-{mailbox.reader_id}".replace(" ", "-"),
        to=mailbox.address,
        reader_id=mailbox.reader_id,
        subject=comment_subject(target.subject) if isinstance(target, Comment) else post_subject(target),
        about={kind: [[target.pk, subscription.pk]]},
        is_bulk=True,
        next_try_at=timezone.now(),
    )


def build_digest_message(items: Sequence[DigestItem], mailbox: Mailbox) -> Message:
    """The message about everything gathered for one subscriber, without its text."""
    about: dict[str, Any] = {"comments": [], "posts": [], "together": True}
    for item in items:
        kind = "comments" if item.comment_id else "posts"
        about[kind].append([item.comment_id or item.post_id, item.subscription_id])
    return Message(
        key=f"together-{items[0].pk}-reader-{mailbox.reader_id}",
        to=mailbox.address,
        reader_id=mailbox.reader_id,
        subject=digest_subject(len(about["comments"]), len(about["posts"])),
        about=about,
        is_bulk=True,
        next_try_at=timezone.now(),
    )


# Emails as they are sent


def render_follower_mail(message: Message) -> MessageColumns:
    """The columns of this message as it is to be sent now; raises NothingToSend."""
    subscriptions = wanted_subscriptions(message)
    comments = public_targets(
        Comment.objects.with_page().with_subjects().select_related("parent"), message.about, "comments"
    )
    posts = public_targets(Post.objects.published().prefetch_related("authors"), message.about, "posts")
    comments = {comment: pk for comment, pk in comments.items() if pk in subscriptions}
    posts = {post: pk for post, pk in posts.items() if pk in subscriptions}
    if not comments and not posts:
        raise NothingToSend(_("Not sent: it is no longer public, or the reader has unsubscribed."))
    used = [subscriptions[pk] for pk in dict.fromkeys([*posts.values(), *comments.values()])]
    if message.about.get("together"):
        return render_follower_digest(message, list(comments), list(posts), used)
    if posts:
        return render_post_mail(message, next(iter(posts)), used[0])
    return render_comment_mail(message, next(iter(comments)), used[0])


def wanted_subscriptions(message: Message) -> dict[int, Subscription]:
    """The subscriptions behind this message that still exist, by number; raises NothingToSend if mail is paused."""
    if message.reader is None or Mailbox.objects.filter(reader=message.reader, paused_at__isnull=False).exists():
        raise NothingToSend(_("Not sent: mail to this address is paused."))
    ids = {pk for kind in ("comments", "posts") for _target, pk in message.about.get(kind, ())}
    subscriptions = Subscription.objects.filter(reader=message.reader, pk__in=ids).with_targets()
    return {subscription.pk: subscription for subscription in subscriptions}


def public_targets[T: Model](public: QuerySet[T], about: Mapping[str, Any], kind: str) -> dict[T, int]:
    """The comments or posts of a message that are `public` now, each with its subscription, oldest first."""
    wanted = dict(about.get(kind, ()))
    return {target: wanted[target.pk] for target in public.filter(pk__in=wanted).order_by("pk")} if wanted else {}


def render_comment_mail(message: Message, comment: Comment, subscription: Subscription) -> MessageColumns:
    """A comment, or a reply to the reader, in the mail thread of its post (RFC 5322, 3.6.4)."""
    root = emails.post_message_id(comment.subject)
    parent = comment_message_id(comment.parent_id) if comment.parent_id else ""
    return render_list_mail(
        "comment",
        message,
        [subscription],
        subject=comment_subject(comment.subject),
        headers={
            "Message-ID": comment_message_id(comment.pk),
            "In-Reply-To": parent or root,
            "References": f"{root} {parent}".strip(),
        },
        list_name="comments",
        item=comment_context(comment),
        is_reply=subscription.kind == Kind.REPLIES,
    )


def render_post_mail(message: Message, post: Post, subscription: Subscription) -> MessageColumns:
    """A new post: the root of the mail thread about it."""
    return render_list_mail(
        "post",
        message,
        [subscription],
        subject=post_subject(post),
        headers={"Message-ID": emails.post_message_id(post)},
        list_name="posts",
        item=post_context(post),
    )


def render_follower_digest(
    message: Message, comments: Sequence[Comment], posts: Sequence[Post], used: list[Subscription]
) -> MessageColumns:
    """Everything since the last digest: posts first, then comments under the titles of their posts."""
    heading = digest_subject(len(comments), len(posts))
    groups: dict[Commentable, list[dict[str, Any]]] = {}
    for comment in comments[: max(0, MAX_SHOWN - len(posts))]:
        groups.setdefault(comment.subject, []).append(comment_context(comment, words=EXCERPT_WORDS))
    shown = min(len(posts), MAX_SHOWN) + sum(map(len, groups.values()))
    return render_list_mail(
        "follower_digest",
        message,
        used,
        subject=heading,
        headers={"Message-ID": f"<{message.key}@{settings.HOST}>"},
        list_name="news",
        heading=heading,
        posts=[post_context(post) for post in posts[:MAX_SHOWN]],
        groups=[{"post": post, "comments": items} for post, items in groups.items()],
        further=len(comments) + len(posts) - shown,
        subscriptions=used,
    )


def render_list_mail(
    template: str,
    message: Message,
    used: list[Subscription],
    *,
    headers: dict[str, str],
    list_name: str,
    **context: Any,
) -> MessageColumns:
    """The columns of a mail to a subscriber, with both ways to unsubscribe (RFC 8058) and a List-Id (RFC 2919)."""
    off = absolute_url(unsubscribe_path(used[0].reader_id, used))
    listing = {
        "List-Id": f"<{list_name}.{settings.HOST}>",
        "List-Unsubscribe": f"<{off}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return emails.render_mail(
        template,
        to=message.to,
        message_id=message.key,
        headers={**headers, **listing},
        wraps_lines=True,
        unsubscribe_url=off,
        subscriptions_url=absolute_url(reverse("comments:my-subscriptions")),
        **context,
    )


def render_subscription_request(email: str, topic: Topic, *, often: str, hour: int, message_id: str) -> MessageColumns:
    """Ask an address to confirm a subscription. Anyone may have typed it, so no word that they typed is sent."""
    token = tokens.make_token(tokens.SUBSCRIBE, email, topic.value, often, hour)
    return emails.render_mail(
        "subscription_request",
        to=deliverable_address(email),
        subject=_("Confirm your subscription to %(site)s") % {"site": site().name},
        message_id=message_id,
        wraps_lines=True,
        topic=topic.words,
        days=tokens.VERIFY_AGE.days,
        confirm_url=absolute_url(reverse("comments:subscription-confirm", args=[token])),
    )


def unsubscribe_path(reader_pk: int, subscriptions: Iterable[Subscription]) -> str:
    """Where whoever holds the mail ends these subscriptions of the reader."""
    ids = [subscription.pk for subscription in subscriptions]
    bound = ids if len(ids) <= MAX_IDS_IN_LINK else ()
    return reverse("comments:unsubscribe", args=[tokens.make_token(tokens.UNSUBSCRIBE, reader_pk, *bound)])


# What is shown


def comment_context(comment: Comment, *, words: int = 0) -> dict[str, Any]:
    """A comment as a mail shows it: `words` as typed and `html` without links, both cut to `words`; its permalink.

    `reply_url` leads to the form that replies to it, "" when the conversation is closed.
    Not a link to a page of the thread: the comment may have moved to another by the time the mail is read.
    """
    typed = comment.body.split()
    is_cut = bool(words) and len(typed) > words
    html = extract.without_links(comment.html)
    return {
        "comment": comment,
        "post": comment.subject,
        "words": " ".join(typed[:words]) + " …" if is_cut else comment.body,
        "html": SafeString(Truncator(html).words(words, truncate=" …", html=True)) if is_cut else html,
        "url": absolute_url(comment.get_link(unread.since_query(comment.decided_at - JUST_BEFORE))),
        "reply_url": "" if comment.subject.is_closed else absolute_url(comment.get_reply_link()),
    }


def post_context(post: Post) -> dict[str, Any]:
    return {
        "post": post,
        "authors": byline(post),
        "words": post.typeset_summary or extract.opening_words(post.body_html, EXCERPT_WORDS),
        "url": absolute_url(post.get_absolute_url()),
    }


def post_subject(post: Post) -> str:
    return emails.subject_title(post)[:MAX_SUBJECT]


def comment_subject(post: Commentable) -> str:
    """The same after "Re:", by which mail programs know a thread."""
    return f"Re: {emails.subject_title(post)}"[:MAX_SUBJECT]


def digest_subject(comments: int, posts: int) -> str:
    """How much is new, for a subject."""
    new_posts = ngettext("%d new post", "%d new posts", posts) % posts
    new_comments = ngettext("%d new comment", "%d new comments", comments) % comments
    if posts and comments:
        return _("%(posts)s and %(comments)s") % {"posts": new_posts, "comments": new_comments}
    return new_posts if posts else new_comments


def comment_message_id(pk: int) -> str:
    """The same for every subscriber, as on a mailing list, so that each reply finds its parent."""
    return f"<comment-{pk}@{settings.HOST}>"
