"""Renders answers to forms, error pages and emails; each function returns HTML by name."""

from datetime import UTC, datetime

from django.contrib.auth.models import AnonymousUser
from django.template import loader
from django.test import Client, RequestFactory
from django.urls import reverse

from blog.markup import renderer
from blog.models import Post
from comments.mail import emails, follower_mail, objection_mail, report_mail, review_mail, statements
from comments.models import Comment, Message, Objection, Reason
from comments.readers import session
from comments.status import Status, Via
from comments.subscriptions import catalogue
from comments.web import tokens
from registan import errors
from tests import factories
from tests.registan.site_urls import answered_report, bouncing_subscriptions, reader_urls, rustam_client

CROSS_SITE = {"Sec-Fetch-Site": "cross-site"}
SUBMITTED_TEXT = "A word <of> mine."
# From where somebody has sent more than a page takes in a minute.
BUSY_IP = "192.0.2.9"


def decoded(response) -> str:
    return response.content.decode()


def comment_form_pages(post: Post) -> dict[str, str]:
    """The post with the submitted form: a preview, and every reason for refusal."""
    gone = factories.comment(post)
    factories.remove(gone, via=Via.DESK)
    closed = Post.objects.filter(conversation="closed").first()
    for _ in range(12):
        factories.comment(closed, address=BUSY_IP)

    def sent(to: Post = post, *, headers=None, place: str = "192.0.2.1", **fields) -> str:
        reader = Client(REMOTE_ADDR=place)
        return decoded(
            reader.post(f"{to.get_absolute_url()}comments/", factories.comment_form(**fields), headers=headers)
        )

    return {
        "refused": sent(name="", email="x"),
        "preview": sent(act="preview", body="A *word*."),
        "403-elsewhere": sent(headers=CROSS_SITE),
        "403-closed": sent(closed),
        "409-parent": sent(parent=str(gone.pk)),
        "413-too-long": sent(body="x" * (renderer.READER_LIMIT + 1)),
        "429-too-fast": sent(place=BUSY_IP),
    }


def other_form_pages(post: Post) -> dict[str, str]:
    """Other refused forms, of anonymous readers and of two who are signed in."""
    foreign = [
        reverse("comments:verify-email", args=[tokens.make_token(tokens.SIGN_IN, "new@example.net")]),
        reverse(
            "comments:subscription-confirm",
            args=[tokens.make_token(tokens.SUBSCRIBE, "new@example.net", "all", "daily", 7)],
        ),
    ]
    ann = Client()
    where, ann.cookies[session.COOKIE] = bouncing_subscriptions()
    comment = post.comments.filter(status=Status.APPROVED).first()
    return {
        "prove-foreign": decoded(Client().post(foreign[0], headers=CROSS_SITE)),
        "confirm-foreign": decoded(Client().post(foreign[1], headers=CROSS_SITE)),
        "report-refused": decoded(Client().post(f"/comments/{comment.pk}/report/", {"words": "x" * 501})),
        "not-subscribed": decoded(Client().post("/subscribe/mail/", {"email": "x"})),
        "subscriptions-none": decoded(Client().post("/subscribe/mine/", headers=CROSS_SITE)),
        "ask-refused": decoded(Client().post("/you/", {"email": "x"})),
        "hour-refused": decoded(ann.post(where, {"act": "hour", "hour": "99", "zone": "x"})),
    }


def known_reader_form_pages(post: Post) -> dict[str, str]:
    """Forms of a signed-in reader, accepted and refused, and their pages in another language."""
    reader, addresses = rustam_client(), reader_urls(post)
    sent = {"body": "Words.", "version": "9"}
    texts = {
        "edit-refused": decoded(reader.post(addresses["edit"], {"body": "", "version": "1"})),
        "edit-conflict": decoded(reader.post(addresses["edit"], sent)),
        "edit-unknown": decoded(Client().post(addresses["edit"], sent)),
        "you-complaint": decoded(reader.post("/you/", {"act": "erase"})),
    }
    reader.cookies["language"] = "ru"
    return texts | {f"ru-{name}": decoded(reader.get(addresses[name])) for name in ("you", "own-thread")}


def device_pages(post: Post) -> dict[str, str]:
    """What a guest's browser sees that remembers a name, has muted somebody and sent a comment that waits."""
    guest, where = Client(), post.get_absolute_url()
    muted = post.comments.filter(status=Status.APPROVED).first()
    sent = {"name": "Guest", "email": "guest@example.net", "body": "Words.", "remember": "on", "replies": "on"}
    receipt = guest.post(f"{where}comments/", sent | {"parent": str(muted.pk)})["Location"]
    guest.post(f"/comments/{muted.pk}/report/", {"act": "mute"})
    pages = {"muted": where, "muted-whole": f"{where}discussion/", "reply-in-muted": f"{where}?reply={muted.pk}"}
    pages |= {"device": "/you/", "forgotten": "/you/?forgotten", "receipt-link-sent": receipt}
    return {name: decoded(guest.get(address)) for name, address in pages.items()}


def error_pages() -> dict[str, str]:
    """The error pages that give back what was typed."""
    request = RequestFactory().post("/", {"body": SUBMITTED_TEXT})
    request.user = AnonymousUser()
    bare = {
        str(status): loader.get_template(f"{status}.html").render({"typed": SUBMITTED_TEXT})
        for status in (400, 500, 503)
    }
    return bare | {
        "413": loader.get_template("400.html").render({"typed": "", "too_large": True}),
        "403": decoded(errors.forbidden(request)),
        "403-csrf": decoded(errors.csrf_failure(request)),
        "404-typed": decoded(errors.not_found(request)),
        "429": decoded(errors.too_many_requests(request)),
    }


def reader_emails(post: Post) -> dict[str, str]:
    """Every email that followers and commenters get."""
    ann = factories.reader("told@example.net")
    told = [factories.subscription(post, by=ann), factories.subscription(by=ann, often="daily")]
    comments = list(post.comments.filter(status=Status.APPROVED, shown=True)[:3])
    message = Message(key="x", to=ann.email, reader=ann, about={"comments": [], "posts": []})
    first, second, third = comments
    removed, held = (factories.comment(post, email="told@example.net", is_verified=True) for _ in range(2))
    reason = Reason.objects.create(words="It threatens somebody.", law="Criminal Code, section 241")
    return {
        "mail-comment": follower_mail.render_comment_mail(message, second, told[0])["html"],
        "mail-post": follower_mail.render_post_mail(message, post, told[1])["html"],
        "mail-together": follower_mail.render_follower_digest(message, comments, [post], told)["html"],
        "mail-confirm": follower_mail.render_subscription_request(
            ann.email, catalogue.find_topic("all"), often="daily", hour=7, message_id="x"
        )["html"],
        "mail-appeared": emails.render_outcome_mail(first)["html"],
        "mail-removed": statements.render_statement(
            factories.remove(removed, via=Via.DESK, by=factories.user(), reason=reason.words)
        )["html"],
        "mail-report-receipt": report_mail.render_report_receipt(answered_report(post).contact)["html"],
        "mail-report-outcome": report_mail.render_report_outcome(answered_report(post).contact)["html"],
        "mail-objection-answer": objection_mail.render_objection_answer(objection(first), ann.email)["html"],
        "mail-held": statements.render_statement(factories.hold(held, via=Via.REPORTS))["html"],
        "mail-proof": emails.render_verification_mail(third, third.reader, message_id="x")["html"],
        "mail-hello": emails.render_sign_in_mail("new@example.net", message_id="x")["html"],
        "mail-erase": emails.render_erasure_mail(ann, keeps_words=True, message_id="x")["html"],
    }


def objection(comment: Comment) -> Objection:
    """An answered one, not stored."""
    return Objection(pk=1, comment=comment, words="No.", answer="Yes.\nIndeed.", outcome="upheld")


def moderator_emails(post: Post) -> dict[str, str]:
    moderator = factories.user(group="Moderator")
    waiting = [comment.decisions.first() for comment in post.comments.filter(status=Status.PENDING)]
    until = datetime(2026, 3, 20, tzinfo=UTC)
    return {
        "mail-waiting": emails.render_waiting_mail(waiting[0], moderator)["html"],
        "mail-digest": emails.render_moderator_digest(waiting, moderator, count=len(waiting) + 2, until=until)["html"],
        "mail-objection": objection_mail.render_objection_mail(objection(waiting[0].comment), moderator)["html"],
        "mail-test": emails.render_test_mail(moderator, message_id="x")["html"],
    }


def colleague_emails() -> dict[str, str]:
    """What is sent about each step of a post."""
    editor, post = factories.user(group="Editor"), factories.draft(title="Tea & bread")
    post.hand_in(by=editor)
    post.return_to_writer("Say <more>.\n\nAnd less.", by=editor)
    post.publish(by=editor)
    return {
        f"mail-{step.kind}".replace(" ", "-"): review_mail.render_review_mail(step, editor)["html"]
        for step in post.review_steps.all()
    }
