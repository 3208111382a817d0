"""Renders pages that readers rarely see: an empty site, second pages, refusals; each function returns HTML by name."""

from unittest.mock import patch

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog.models import Post
from comments.lifecycle import edits
from comments.mail.statements import objection_path
from comments.models import Comment, Finding, Objection, Reason
from comments.status import Status, Via
from comments.submission.rate_limits import TooFast
from comments.subscriptions import changes
from comments.web import tokens
from registan.first_run import link
from tests import factories
from tests.registan import site_urls
from tests.registan.form_and_email_pages import CROSS_SITE

WAIT_SECONDS = 600  # seconds until one may ask again
GUEST = {"email": "bob@example.net"}


def text_of(response, status: int = 200) -> str:
    """The text of a response, after checking its status."""
    assert response.status_code == status, f"{response.request['PATH_INFO']}: {response.status_code}"
    return response.text


def get_pages(client: Client, addresses: dict[str, str]) -> dict[str, str]:
    return {name: text_of(client.get(address)) for name, address in addresses.items()}


def empty_site_pages() -> dict[str, str]:
    """A site without content."""
    addresses = ["/", "/archive/", "/tags/", "/authors/", "/moderation/", "/subscribe/", "/search/?q=tea"]
    texts = first_run_pages()
    with patch("blog.views.lists.is_set_up", return_value=True):
        texts |= get_pages(Client(), {f"empty {address.split('/')[1]}": address for address in addresses})
    newcomer = factories.reader_client(factories.reader("newcomer@example.net"))
    return texts | get_pages(newcomer, {"you-nothing": "/you/", "subscriptions-nothing": "/subscribe/mine/"})


def first_run_pages() -> dict[str, str]:
    """A site without accounts: its front page and sign-in, and what the owner's link leads to."""
    path = reverse("first-run", args=[tokens.make_token(link.PURPOSE, 0)])
    old = reverse("first-run", args=[site_urls.expired_token(link.PURPOSE, 0)])
    owner, at = Client(), {"headers": {"Host": "localhost"}}
    typed = {"site-name": "Choyxona", "site-language": "en", "site-time_zone": "UTC", "name": "Z", "email": "z@x.org"}
    with patch("registan.first_run.link.is_set_up", return_value=True):
        late = owner.get(path)
    return {
        **get_pages(owner, {"not set up": "/", "sign-in of nobody": "/accounts/login/"}),
        "first run": text_of(owner.get(path, **at)),
        "first run refused": text_of(owner.post(path, {}, **at), 400),
        "first run foreign": text_of(owner.post(path, typed, headers=CROSS_SITE), 403),
        "first run passkey": text_of(owner.post(path, {**typed, "create_passkey": "yes"}, **at)),
        "first run expired": text_of(owner.get(old), 410),
        "first run unknown": text_of(owner.get(f"{path[:-2]}/"), 404),
        "first run late": text_of(late, 410),
    }


def list_pages(post: Post) -> dict[str, str]:
    """The second pages of lists, and empty lists of an author and a tag."""
    alice, year = post.authors.get(), post.published_on.year
    second = factories.post("Salt", authors=[alice], tags=[factories.tag("Salt", description="All about salt.")])
    return get_pages(
        Client(),
        {
            "archive-2": "/archive/page/2/",
            "tags-2": "/tags/page/2/",
            "authors-2": "/authors/page/2/",
            "year-2": f"/{year}/page/2/",
            "author-2": f"{alice.get_absolute_url()}page/2/",
            "author-silent": factories.author("Zoe").get_absolute_url(),
            "tag-unused": factories.tag("Sugar").get_absolute_url(),
            "unanswered": second.get_absolute_url(),
        },
    )


def receipt_pages(post: Post) -> dict[str, str]:
    """Receipts with messages: what was requested, and what failed."""
    waiting = {"status": Status.PENDING, "email": "ann@example.net"}
    asked = factories.comment(post, wants_outcome_email=True, wants_reply_emails=True, **waiting)
    proven = factories.comment(post, wants_outcome_email=True, wants_reply_emails=True, is_verified=True, **waiting)
    read = factories.comment(post, email="ann@example.net", is_verified=True)
    gone = factories.comment(post, **waiting)
    factories.remove(gone, via=Via.DESK)
    with patch("comments.mail.verification.request_verification", return_value=WAIT_SECONDS):
        busy = Client().post(site_urls.receipt_url(asked), {"act": "prove"})
    return {
        "receipt-erased": text_of(Client().get(site_urls.receipt_url(erase_comment(post)))),
        "receipt-no-reason": text_of(Client().get(site_urls.receipt_url(gone))),
        "receipt-told": text_of(Client().get(site_urls.receipt_url(asked))),
        "receipt-told-proven": text_of(Client().get(site_urls.receipt_url(proven))),
        "receipt-read": text_of(Client().get(site_urls.receipt_url(read))),
        "receipt-no-act": text_of(Client().post(site_urls.receipt_url(asked), {"act": "x"}), 400),
        "receipt-late": text_of(Client().post(site_urls.receipt_url(read), {"act": "withdraw"}), 409),
        "receipt-busy": text_of(busy, 429),
    }


def erase_comment(post: Post) -> Comment:
    """A comment whose reader has erased their data by the link in the email."""
    comment = factories.comment(post, email="erased@example.net", is_verified=True)
    reader = factories.reader("erased@example.net")
    token = tokens.make_token(tokens.ERASE, reader.pk, 0, reader.session_key)
    text_of(Client().post(reverse("comments:erasure-confirm", args=[token])), 303)
    assert not Comment.objects.get(pk=comment.pk).name
    return comment


def erasure_pages() -> dict[str, str]:
    """The last question before an erasure, and the same sent from another site."""
    leaver = factories.reader("leaver@example.net")
    address = reverse(
        "comments:erasure-confirm", args=[tokens.make_token(tokens.ERASE, leaver.pk, 0, leaver.session_key)]
    )
    return {
        "erase-all": text_of(Client().get(address)),
        "erase-foreign": text_of(Client().post(address, headers=CROSS_SITE), 403),
    }


def refused_forms(post: Post) -> dict[str, str]:
    """Refused forms of readers."""
    report = f"/comments/{post.comments.filter(status=Status.APPROVED).first().pk}/report/"
    mail, sent = "/subscribe/mail/", {"what": "all", "email": "bob@example.net", "often": "daily", "hour": "7"}
    guest = Client()
    texts = {
        "report-empty": text_of(guest.post(report, {}), 400),
        "report-foreign": text_of(guest.post(report, {"kind": "spam"}, headers=CROSS_SITE), 403),
        "thanks-alone": text_of(guest.get("/comments/reported/")),
        "subscribe-wrong": text_of(guest.post(mail, {"what": "x", "email": "", "often": "x", "hour": "x"}), 400),
        "subscribe-foreign": text_of(guest.post(mail, sent, headers=CROSS_SITE), 403),
        "ask-foreign": text_of(guest.post("/you/", GUEST, headers=CROSS_SITE), 403),
    }
    with (
        patch("comments.views.report.enforce_report_limits", side_effect=TooFast(WAIT_SECONDS)),
        patch("comments.mail.verification.take_network_turn", return_value=WAIT_SECONDS),
    ):
        texts["report-busy"] = text_of(guest.post(report, {"kind": "spam", "words": "Look."}), 429)
        texts["subscribe-busy"] = text_of(guest.post(mail, sent), 429)
        texts["ask-busy"] = text_of(guest.post("/you/", GUEST), 429)
    return texts | objection_pages(post) | {"slow": slow_mode_page()} | subscription_limit_pages(sent)


def objection_pages(post: Post) -> dict[str, str]:
    """An objection refused, stored and answered, one to nothing, and an old link."""
    comment = factories.comment(post)
    factories.remove(comment, via=Via.DESK)
    where, guest = objection_path(comment.pk), Client()
    texts = {"objection-refused": text_of(guest.post(where, {"words": ""}), 400)}
    guest.post(where, {"words": "You are wrong."})
    texts["objection-stored"] = text_of(guest.get(where))
    Objection.objects.update(outcome="upheld", answer="No.\nWe are not.", answered_at=timezone.now())
    texts["objection-answered"] = text_of(guest.get(where))
    published = post.comments.filter(status=Status.APPROVED).first()
    old = reverse("comments:objection", args=[site_urls.expired_token(tokens.OBJECT, comment.pk, 0)])
    return texts | {
        "objection-to-nothing": text_of(guest.get(objection_path(published.pk))),
        "objection-expired": text_of(guest.get(old), 410),
    }


def slow_mode_page() -> str:
    """A second comment during slow mode."""
    post = factories.post("Slowly", slow_minutes=10)
    address = f"{post.get_absolute_url()}comments/"
    Client().post(address, factories.comment_form())
    return text_of(Client().post(address, factories.comment_form(body="And one more.")), 429)


def subscription_limit_pages(sent: dict[str, str]) -> dict[str, str]:
    """The pages of a reader with as many subscriptions as possible."""
    reader = factories.reader(sent["email"])
    confirm = reverse(
        "comments:subscription-confirm", args=[tokens.make_token(tokens.SUBSCRIBE, reader.email, "all", "daily", 7)]
    )
    with patch("comments.subscriptions.changes.subscribe", side_effect=changes.SubscriptionLimitReached):
        return {
            "subscribe-full": text_of(factories.reader_client(reader).post("/subscribe/mail/", sent), 409),
            "confirm-full": text_of(Client().post(confirm), 409),
        }


def my_comments_pages(post: Post) -> dict[str, str]:
    """A reader's own page, with more comments to claim than fit, and with every error."""
    reader = factories.reader("many@example.net")
    for _ in range(12):
        factories.comment(post, name="Mary", email=reader.email)
    factories.comment(post, name="مريم", email=reader.email, is_verified=True, body="كلمة طيبة.")
    browser = factories.reader_client(reader, "Firefox/1 Linux")
    with patch("comments.mail.verification.request_erasure_link", return_value=WAIT_SECONDS):
        busy = browser.post("/you/", {"act": "erase", "words": "go"})
    text = text_of(browser.get("/you/"))
    assert "There are more" in text
    return {
        "you-claims": text,
        "you-no-act": text_of(browser.post("/you/", {"act": "x"}), 400),
        "you-foreign": text_of(browser.post("/you/", {"act": "leave"}, headers=CROSS_SITE), 403),
        "you-busy": text_of(busy, 429),
    }


def decision_link_pages(post: Post) -> dict[str, str]:
    """Pages behind the links in moderators' emails, when something has changed or a button fails."""
    moderator = factories.user(group="Moderator")
    parent = factories.comment(post, name="نور", body="شاي أم قهوة؟")
    edited, again, plain, quoted = (
        factories.comment(post, status=Status.PENDING, parent=parent, score=0.42, body=f"Salt first, {name}.")
        for name in ("edited", "again", "plain", "quoted")
    )
    links = {
        comment: reverse("comments:mail-decision", args=[site_urls.decision_token(comment, moderator)])
        for comment in (edited, again, plain, quoted)
    }
    Finding.objects.create(comment=plain, kind="links", words="4")
    edits.edit(edited, "Other words.", by=None, by_writer=True)
    factories.approve(again, via=Via.DESK)
    factories.hold(again, via=Via.DESK)
    factories.approve(quoted, via=Via.DESK)
    factories.comment(post, parent=quoted, body=f"> {quoted.body}\n\nNo.")
    factories.remove(quoted, via=Via.DESK, reason=Reason.objects.first().words)
    guest, texts = Client(), {}
    headings = (
        ("edited", edited, "This comment has been edited since"),
        ("again", again, "This comment is waiting again"),
        ("why", plain, "Why it is waiting"),
        ("quoted", quoted, "This comment has already been decided"),
    )
    for name, comment, words in headings:
        texts[f"decide-{name}"] = text_of(guest.get(links[comment]))
        assert words in texts[f"decide-{name}"]
    return texts | {
        "decide-no-verb": text_of(guest.post(links[plain], {"decision": "x"}), 400),
        "decide-no-reason": text_of(guest.post(links[plain], {"decision": "remove", "reason": "0"}), 400),
        "decide-late": text_of(guest.post(links[again], {"decision": "approve"}), 409),
    }


def rare_pages(post: Post) -> dict[str, str]:
    return (
        list_pages(post)
        | receipt_pages(post)
        | erasure_pages()
        | refused_forms(post)
        | my_comments_pages(post)
        | decision_link_pages(post)
    )
