"""Pages that are answers to a form, pages of failures, and mails: as HTML, by a name for each."""

from datetime import UTC, datetime

from django.contrib.auth.models import AnonymousUser
from django.template import loader
from django.test import Client, RequestFactory
from django.urls import reverse

from blog import markup
from blog.models import Post
from comments import letters, mails, passes, subscriptions, tokens
from comments.models import Message
from comments.moderation import Status, Via
from registan import views
from tests import factories
from tests.site.states import readers_pages, rustam, subscriptions_of_ann

ELSEWHERE = {"Sec-Fetch-Site": "cross-site"}
TYPED = "A word <of> mine."
# From where somebody has sent more than a page takes in a minute.
BUSY = "192.0.2.9"


def html(response) -> str:
    return response.content.decode()


def comment_forms(post: Post) -> dict[str, str]:
    """The post with the form as it was sent: a preview, and each way of being refused."""
    gone = factories.comment(post)
    gone.remove(via=Via.DESK)
    closed = Post.objects.filter(conversation="closed").first()
    for _ in range(12):
        factories.comment(closed, address=BUSY)

    def sent(to: Post = post, *, headers=None, place: str = "192.0.2.1", **fields) -> str:
        reader = Client(REMOTE_ADDR=place)
        return html(reader.post(f"{to.get_absolute_url()}comments/", factories.form(**fields), headers=headers))

    return {
        "refused": sent(name="", email="x"),
        "preview": sent(act="preview", body="A *word*."),
        "403-elsewhere": sent(headers=ELSEWHERE),
        "403-closed": sent(closed),
        "409-parent": sent(parent=str(gone.pk)),
        "413-too-long": sent(body="x" * (markup.READER_LIMIT + 1)),
        "429-too-fast": sent(place=BUSY),
    }


def other_forms(post: Post) -> dict[str, str]:
    """Further forms that were refused, of readers whom nobody knows, and of two who are known."""
    foreign = [
        reverse("comments:prove", args=[tokens.make(tokens.HELLO, "new@example.net")]),
        reverse("comments:confirm", args=[tokens.make(tokens.CONFIRM, "new@example.net", "all", "daily", 7)]),
    ]
    ann = Client()
    where, ann.cookies[passes.COOKIE] = subscriptions_of_ann()
    comment = post.comments.filter(status=Status.APPROVED).first()
    return {
        "prove-foreign": html(Client().post(foreign[0], headers=ELSEWHERE)),
        "confirm-foreign": html(Client().post(foreign[1], headers=ELSEWHERE)),
        "report-refused": html(Client().post(f"/comments/{comment.pk}/report/", {"words": "x" * 501})),
        "not-subscribed": html(Client().post("/subscribe/mail/", {"email": "x"})),
        "subscriptions-none": html(Client().post("/subscribe/mine/", headers=ELSEWHERE)),
        "ask-refused": html(Client().post("/you/", {"email": "x"})),
        "hour-refused": html(ann.post(where, {"act": "hour", "hour": "99", "zone": "x"})),
    }


def forms_of_rustam(post: Post) -> dict[str, str]:
    """What he sent and what was not taken; and his pages in another language."""
    reader, addresses = rustam(), readers_pages(post)
    sent = {"body": "Words.", "version": "9"}
    texts = {
        "edit-refused": html(reader.post(addresses["edit"], {"body": "", "version": "1"})),
        "edit-conflict": html(reader.post(addresses["edit"], sent)),
        "edit-unknown": html(Client().post(addresses["edit"], sent)),
        "you-complaint": html(reader.post("/you/", {"act": "erase"})),
    }
    reader.cookies["language"] = "ru"
    return texts | {f"ru-{name}": html(reader.get(addresses[name])) for name in ("you", "own-thread")}


def failures() -> dict[str, str]:
    """The pages of the failures that give back what was typed."""
    request = RequestFactory().post("/", {"body": TYPED})
    request.user = AnonymousUser()
    bare = {str(status): loader.get_template(f"{status}.html").render({"typed": TYPED}) for status in (400, 500, 503)}
    return bare | {
        "413": loader.get_template("400.html").render({"typed": "", "too_large": True}),
        "403": html(views.forbidden(request)),
        "403-csrf": html(views.form_too_old(request)),
        "404-typed": html(views.not_found(request)),
        "429": html(views.too_many(request)),
    }


def letters_to_readers(post: Post) -> dict[str, str]:
    """Every mail that followers and writers get."""
    ann = factories.reader("told@example.net")
    told = [factories.subscription(post, by=ann), factories.subscription(by=ann, often="daily")]
    comments = list(post.comments.filter(status=Status.APPROVED, shown=True)[:3])
    message = Message(key="x", to=ann.email, reader=ann, about={"comments": [], "posts": []})
    first, second, third = comments
    declined = factories.comment(post, status=Status.REMOVED)
    return {
        "mail-comment": letters.of_comment(message, second, told[0])["html"],
        "mail-post": letters.of_post(message, post, told[1])["html"],
        "mail-together": letters.of_many(message, comments, [post], told)["html"],
        "mail-confirm": letters.confirm(ann.email, subscriptions.find("all"), often="daily", hour=7, name="x")["html"],
        "mail-appeared": mails.outcome(first)["html"],
        "mail-declined": mails.outcome(declined)["html"],
        "mail-proof": mails.proof(third, name="x")["html"],
        "mail-hello": mails.hello("new@example.net", name="x")["html"],
        "mail-erase": mails.erase(ann, keeps_words=True, name="x")["html"],
    }


def letters_to_moderators(post: Post) -> dict[str, str]:
    moderator = factories.user(group="Moderator")
    waiting = [one.decisions.first() for one in post.comments.filter(status=Status.PENDING)]
    until = datetime(2026, 3, 20, tzinfo=UTC)
    return {
        "mail-waiting": mails.waiting(waiting[0], moderator)["html"],
        "mail-digest": mails.digest(waiting, moderator, count=len(waiting) + 2, until=until)["html"],
        "mail-test": mails.test(moderator, name="x")["html"],
    }
