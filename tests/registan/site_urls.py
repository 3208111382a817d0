"""Creates a site with every kind of page in every state; each function returns URLs by name."""

from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog import jobs
from blog.models import LinkCard, Post, ReviewNote
from comments.lifecycle import edits, ownership
from comments.mail import follower_mail, verification
from comments.mail.report_mail import your_report_path
from comments.mail.statements import objection_path
from comments.models import Comment, Mailbox, Reader, Report, ReportContact, SubscriptionWish
from comments.readers.session import COOKIE
from comments.status import Status, Via
from comments.subscriptions.wishes import add_wish
from comments.threads import layout
from comments.web import tokens
from tests import factories
from tests.blog.images.uploads import uploaded
from tests.blog.media.uploads import mp3, mp4, pdf, stored_file

VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
RUSTAM_EMAIL = "rustam@example.net"
QUEUE_URL = "/admin/comments/comment/queue/"
STAFF_URLS = {
    "desk": "/admin/",
    "test mail": "/admin/comments/message/test/",
    "record": "/admin/comments/decision/",
    "queue": QUEUE_URL,
    "hidden-words": f"{QUEUE_URL}?show=quoting",
}


class OldSigner(signing.TimestampSigner):
    """Signs with the time of 1970."""

    def timestamp(self) -> str:
        return "1"


def expired_token(purpose: str, *bound: int | str) -> str:
    """A token that has expired."""
    return OldSigner(salt=purpose).sign_object(bound, serializer=signing.JSONSerializer)


def create_site() -> Post:
    """Create a small site with comments in every state and a closed conversation; return the first's post."""
    factories.page("about")
    factories.page("terms")
    image = uploaded(alt="A band of tiles", caption="A band of tiles.", credit="Photo: Ann")
    jobs.render_next_image()
    factories.link_card(picture=image.file.name, picture_width=80, picture_height=60)
    factories.link_card(VIDEO)
    media = "\n\n".join(stored_file(content).markdown() for content in (mp3(), mp4(), pdf()))
    alice = factories.author(bio="Writes about *tea*.", contact="alice@example.org", website="https://example.org/")
    post = factories.post(
        authors=[alice],
        tags=[factories.tag("Tea", description="All about tea."), factories.tag("Bread")],
        epigraph="Leave one brick.",
        epigraph_source="Navoiy, *Xamsa*, 1485, p. 12",
        body="A first *word*.[^1]\n\n> Said once\n>\n> — somebody\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## More\n\n"
        f'![A tree](/static/img/star.svg "A tree, drawn.")\n\n{image.markdown()}\n\n'
        f"{image.markdown()}\n{image.markdown()}\n\n{media}\n\nhttps://example.org/tea\n\n{VIDEO}\n\n[^1]: A note.",
        cover=image,
    )
    first = factories.comment(post, website="https://example.net/")
    factories.comment(post, parent=first, name="Мария", author=alice)
    gone = factories.comment(post, parent=first)
    factories.comment(post, parent=gone)
    factories.remove(gone, via="desk")
    factories.comment(post, parent=first, body=f"> {first.body}\n\n> Said once\n\n> Never said at all.\n\nSo be it.")
    taken_back = factories.comment(post, body="What I would rather not have said.")
    factories.comment(post, parent=taken_back, body="> What I would rather not have said.\n\nA pity.")
    factories.remove(taken_back, via="desk")
    deep = first
    for _ in range(8):
        deep = factories.comment(post, parent=deep)
    factories.comment(post, status=Status.PENDING, parent=first)
    factories.comment(factories.post(conversation="closed", tags=post.tags.all()))
    factories.post("Nobody has answered", conversation="closed")
    return post


def public_urls(post) -> dict[str, str]:
    first = post.comments.first()
    return {
        "home": "/",
        "post": post.get_absolute_url(),
        "reply": f"{post.get_absolute_url()}?reply={first.pk}",
        "quote": f"{post.get_absolute_url()}?reply={first.pk}&quote={first.pk}",
        "passages": f"{post.get_absolute_url()}?quote=post",
        "passage": f"{post.get_absolute_url()}?quote=post-1",
        "new": f"{post.get_absolute_url()}?since=1",
        "most replied": f"{post.get_absolute_url()}most-replied/",
        "discussion": f"{post.get_absolute_url()}discussion/",
        "archive": "/archive/",
        "latest comments": "/comments/",
        "tag": "/tag/tea/",
        "tags": "/tags/",
        "sources": "/sources/",
        "source": "/sources/somebody/",
        "author": post.authors.first().get_absolute_url(),
        "authors": "/authors/",
        "page": "/about/",
        "subscribe": "/subscribe/",
        "corrected": corrected_post().get_absolute_url(),
        "subscribe by mail": f"/subscribe/mail/?what=post:{post.thread_id}",
        "subscribe asked": "/subscribe/mail/?asked",
        "subscriptions of nobody": "/subscribe/mine/",
        "video": video_url(),
        "search": "/search/",
        "found": "/search/?q=word+OR+comment+OR+us",
        "found-next": "/search/?q=comment&page=2",
        "found-nothing": "/search/?q=commnet&in=posts",
        "account": "/moderation/",
        "account of the year": f"/moderation/{timezone.localdate().year}/",
        "404": "/nowhere/",
        "sign-in": reverse("account_login"),
        "report": f"/comments/{first.pk}/report/",
        "thanks": f"/comments/reported/?post={post.thread_id}",
        **private_urls(post.comments.get(status=Status.PENDING)),
    }


def video_url() -> str:
    return LinkCard.objects.get(address=VIDEO).get_absolute_url()


def corrected_post() -> Post:
    """A corrected post, with a note for readers and an earlier comment."""
    post = Post.objects.filter(title="Corrected").first() or factories.post("Corrected", body="In May.\n\nTea.")
    if not post.corrections.exists():
        older = factories.comment(post)
        Comment.objects.filter(pk=older.pk).update(created_at=factories.NOON)
        post.title, post.body = "Corrected", "In June.\n\nTea."
        post.save(correction="It was *June*.")
    return post


def protected_post() -> Post:
    post = factories.post("For those who know", visibility="password")
    post.set_password("plum")
    post.save()
    return post


def moderation_urls(post: Post) -> dict[str, str]:
    """What a moderator sees of a post and its comments, and the pages on which they act."""
    first = post.comments.approved().first()
    return {
        "post for the team": post.get_absolute_url(),
        "moderate": f"/comments/{first.pk}/moderate/",
        "reader": f"/comments/{first.pk}/reader/",
        "conversation": f"{post.get_absolute_url()}conversation/",
    }


def history_urls() -> dict[str, str]:
    """The pages of its history."""
    post = corrected_post()
    by = post.authors.first().user or factories.user("noting", group="Editor")
    ReviewNote.objects.write(post, "Which year?", by=by, words="June").reply("This one.", by=by)
    ReviewNote.objects.write(post, "Say more.", by=by).resolve(by=by)
    history = f"/admin/blog/post/{post.pk}/history/"
    return {
        "notes": f"/admin/blog/post/{post.pk}/notes/",
        "history": history,
        "comparison": f"{history}compare/",
        "version": f"{history}1/",
        "version as seen": f"{history}1/preview/",
        "restore": f"{history}1/restore/",
    }


def private_urls(waiting) -> dict[str, str]:
    """The pages behind links in emails, and the receipt of a waiting comment."""
    moderator = factories.User.objects.filter(username="by-mail").first()
    moderator = moderator or factories.user("by-mail", group="Moderator")
    bound = [waiting.pk, waiting.version, moderator.pk, waiting.decisions.first().pk]
    return {
        "receipt": reverse("comments:receipt", args=[tokens.make_token(tokens.RECEIPT, waiting.pk)]),
        "prove": reverse(
            "comments:verify-email", args=[tokens.make_token(tokens.VERIFY, waiting.reader_id, waiting.pk)]
        ),
        "decide": reverse("comments:mail-decision", args=[tokens.make_token(tokens.DECIDE, *bound)]),
        "ask": "/you/",
        "asked": "/you/?asked",
        "hello": reverse("comments:verify-email", args=[tokens.make_token(tokens.SIGN_IN, "new@example.net")]),
        "objection": objection_path(Comment.objects.filter(status=Status.REMOVED).earliest("pk").pk),
        "your report": your_report_path(answered_report(waiting.post)),
        **erasure_urls(),
        **follower_urls(waiting.post),
    }


def answered_report(post: Post) -> Report:
    """A report whose sender left an address."""
    comment = post.comments.filter(status=Status.APPROVED).first()
    left = {"kind": "rude", "is_open": False, "neighbourhood": "left"}
    report, _is_new = Report.objects.get_or_create(comment=comment, sender="left", defaults=left)
    delete_at = timezone.now() + tokens.REPORT_AGE
    ReportContact.objects.get_or_create(report=report, defaults={"email": "rosa@example.net", "delete_at": delete_at})
    return report


def further_urls(post: Post) -> dict[str, str]:
    """States with the same markup as a page of the other functions."""
    day, address = f"{post.published_at:/%Y/%m/%d/}", post.get_absolute_url()
    closed, silent = Post.objects.filter(conversation="closed").order_by("pk")
    return {
        "home-2": "/page/2/",
        "tag-2": "/tag/tea/page/2/",
        "thread-2": f"{address}comment-page-2/",
        "discussion-2": f"{address}discussion/page/2/",
        "year": day[:6],
        "month": day[:9],
        "day": day,
        "draft": factories.draft(body="Not *yet*.", tags=post.tags.all()).get_preview_url(),
        "password": protected_post().get_absolute_url(),
        "closed": closed.get_absolute_url(),
        "silent": silent.get_absolute_url(),
        **receipt_urls(post),
        **refused_link_urls(post),
    }


def receipt_urls(post: Post) -> dict[str, str]:
    """The receipts of comments in each state but waiting, which `private_urls` has."""
    made = {status: factories.comment(post, status=Status.PENDING, email="ann@example.net") for status in Status}
    factories.approve(made[Status.APPROVED], via=Via.DESK)
    factories.remove(made[Status.REMOVED], via=Via.DESK, reason="It attacks a person.")
    factories.withdraw(made[Status.WITHDRAWN])
    found = {f"receipt-{status}": receipt_url(comment) for status, comment in made.items()}
    asked = factories.comment(post, status=Status.PENDING, email="ann@example.net", wants_reply_emails=True)
    verification.request_verification(asked, address="192.0.2.9")
    return found | {"receipt-asked": receipt_url(asked)}


def receipt_url(comment: Comment) -> str:
    return reverse("comments:receipt", args=[tokens.make_token(tokens.RECEIPT, comment.pk)])


def refused_link_urls(post: Post) -> dict[str, str]:
    """Expired and invalid links."""
    nobody, moderator = factories.user(), factories.user(group="Moderator")
    waiting, decided = (factories.comment(post, status=Status.PENDING) for _ in range(2))
    token = decision_token(decided, moderator)
    factories.remove(decided, via=Via.DESK, reason="It attacks a person.")
    return {
        "prove-expired": reverse("comments:verify-email", args=[expired_token(tokens.SIGN_IN, "a@b.org")]),
        "confirm-expired": reverse(
            "comments:subscription-confirm", args=[expired_token(tokens.SUBSCRIBE, "a@b.org", "all", "daily", 7)]
        ),
        "erase-expired": reverse("comments:erasure-confirm", args=[expired_token(tokens.ERASE, 1, 1, "x")]),
        "decide-expired": reverse("comments:mail-decision", args=[expired_token(tokens.DECIDE, waiting.pk, 1, 1, 1)]),
        "decide-unknown": reverse("comments:mail-decision", args=["x"]),
        "decide-refused": reverse("comments:mail-decision", args=[decision_token(waiting, nobody)]),
        "decided": reverse("comments:mail-decision", args=[token]),
    }


def decision_token(comment: Comment, moderator) -> str:
    return tokens.make_token(tokens.DECIDE, comment.pk, comment.version, moderator.pk, comment.decisions.first().pk)


def erasure_urls() -> dict[str, str]:
    leaver = Reader.objects.filter(email="leaver@example.net").first() or factories.reader("leaver@example.net")
    confirm = reverse(
        "comments:erasure-confirm", args=[tokens.make_token(tokens.ERASE, leaver.pk, 1, leaver.session_key)]
    )
    return {"confirm": confirm, "confirmed": f"{confirm}?done", "over": ended_erasure_url(leaver)}


def ended_erasure_url(leaver: Reader) -> str:
    return reverse("comments:erasure-confirm", args=[tokens.make_token(tokens.ERASE, leaver.pk, 1, "ended")])


def follower_urls(post) -> dict[str, str]:
    """The pages behind links in followers' emails."""
    ann = factories.reader("ann@example.net")
    told = [factories.subscription(post, by=ann), factories.subscription(by=ann, often="daily")]
    confirm = tokens.make_token(tokens.SUBSCRIBE, "ann@example.net", f"post:{post.thread_id}", "daily", 7)
    return {
        "confirm mail": reverse("comments:subscription-confirm", args=[confirm]),
        "confirm gone": reverse(
            "comments:subscription-confirm", args=[tokens.make_token(tokens.SUBSCRIBE, "a@b.org", "tag:0", "daily", 7)]
        ),
        **wish_urls(post),
        "stop": follower_mail.unsubscribe_path(ann.pk, told),
        "stopped": reverse("comments:unsubscribe", args=[tokens.make_token(tokens.UNSUBSCRIBE, ann.pk, 0)]),
    }


def wish_urls(post) -> dict[str, str]:
    """The page behind the link to somebody who followed an old site, and that of one who has answered."""
    SubscriptionWish.objects.of_address("zuhra@example.net").delete()
    for topic in ("all", f"post:{post.thread_id}"):
        add_wish("zuhra@example.net", topic, origin="https://old.example", now=timezone.now())
    SubscriptionWish.objects.update(state="asked", asked_at=timezone.now())
    return {
        f"confirm wish {name}": reverse("comments:wish-confirm", args=[tokens.make_token(tokens.WISH, email)])
        for name, email in {"asked": "zuhra@example.net", "answered": "a@b.org"}.items()
    }


def bouncing_subscriptions() -> tuple[str, str]:
    """The page of a reader whose mailbox refuses emails, so that it has every part, and their session."""
    ann = factories.reader("ann@example.net")
    for _ in range(3):
        Mailbox.record_refusal(ann.pk)
    return "/subscribe/mine/", factories.reader_client(ann).cookies[COOKIE].value


def reader_urls(post) -> dict[str, str]:
    """The pages of a signed-in reader, and the way to sign in."""
    young, late = (factories.comment(post, name="Rustam", email=RUSTAM_EMAIL, is_verified=True) for _ in range(2))
    factories.comment(post, parent=late, name="Ann", email="ann@example.net")
    for status in (Status.PENDING, Status.REMOVED, Status.WITHDRAWN):
        factories.comment(post, name="Rustam", email=RUSTAM_EMAIL, is_verified=True, status=status)
    for _ in range(2):
        factories.comment(post, name="Rustam", email=RUSTAM_EMAIL)
    edited = factories.comment(post, name="Rustam", email=RUSTAM_EMAIL, is_verified=True)
    ownership.open_public_page(young.reader)
    edits.edit(edited, "Other words.", by=None, by_writer=True)
    return {
        "you": "/you/?asked=erase",
        "edit": f"/comments/{young.pk}/edit/",
        "edit-late": f"/comments/{late.pk}/edit/",
        "withdraw": f"/comments/{young.pk}/withdraw/",
        "withdraw-late": f"/comments/{late.pk}/withdraw/",
        "own-thread": post.get_absolute_url(),
        "you-older": f"/you/?before={edited.pk}",
        "data": "/you/data.html",
        "commenter": layout.commenter_url(young.reader.public_id),
    }


def rustam_client() -> Client:
    return factories.reader_client(factories.reader(RUSTAM_EMAIL), "Firefox/1 Linux")


def queue_client(name: str = "mod", group: str = "Moderator") -> Client:
    moderator = Client()
    moderator.force_login(factories.user(name, group=group))
    return moderator
