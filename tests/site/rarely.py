"""What readers see now and then, as HTML by a name for each: an empty house, second pages, refusals, odd states."""

from datetime import timedelta
from unittest.mock import patch

from django.test import Client
from django.urls import reverse

from blog.models import Post
from blog.models.clock import this_second
from comments import subscriptions, tokens
from comments.models import Comment, Finding, Reason
from comments.moderation import Status, Via
from tests import factories
from tests.site import states
from tests.site.texts import ELSEWHERE

BUSY = 600  # seconds until one may ask again
GUEST = {"email": "bob@example.net"}


def page(response, status: int = 200) -> str:
    """The text of an answer, which is the one that was meant."""
    assert response.status_code == status, f"{response.request['PATH_INFO']}: {response.status_code}"
    return response.text


def pages(client: Client, addresses: dict[str, str]) -> dict[str, str]:
    return {name: page(client.get(address)) for name, address in addresses.items()}


def empty_house() -> dict[str, str]:
    """Before anybody has written a word."""
    addresses = ["/", "/archive/", "/tags/", "/authors/", "/moderation/", "/subscribe/", "/search/?q=tea"]
    texts = pages(Client(), {f"empty {address.split('/')[1]}": address for address in addresses})
    newcomer = factories.browser_of(factories.reader("newcomer@example.net"))
    return texts | pages(newcomer, {"you-nothing": "/you/", "subscriptions-nothing": "/subscribe/mine/"})


def lists(post: Post) -> dict[str, str]:
    """The second pages of lists, and lists of somebody who has written nothing, of something nobody wrote about."""
    alice, year = post.authors.get(), post.published_on.year
    second = factories.post("Salt", authors=[alice], tags=[factories.tag("Salt", description="All about salt.")])
    return pages(
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


def receipts(post: Post) -> dict[str, str]:
    """What a receipt can say beside how the comment stands: what was asked for, and what could not be done."""
    waiting = {"status": Status.PENDING, "email": "ann@example.net"}
    asked = factories.comment(post, wants_news=True, wants_replies=True, **waiting)
    proven = factories.comment(post, wants_news=True, wants_replies=True, is_proven=True, **waiting)
    read = factories.comment(post, email="ann@example.net", is_proven=True)
    gone = factories.comment(post, **waiting)
    gone.remove(via=Via.DESK)
    with patch("comments.proving.ask", return_value=BUSY):
        busy = Client().post(states.receipt(asked), {"act": "prove"})
    return {
        "receipt-erased": page(Client().get(states.receipt(erased(post)))),
        "receipt-no-reason": page(Client().get(states.receipt(gone))),
        "receipt-told": page(Client().get(states.receipt(asked))),
        "receipt-told-proven": page(Client().get(states.receipt(proven))),
        "receipt-read": page(Client().get(states.receipt(read))),
        "receipt-no-act": page(Client().post(states.receipt(asked), {"act": "x"}), 400),
        "receipt-late": page(Client().post(states.receipt(read), {"act": "withdraw"}), 409),
        "receipt-busy": page(busy, 429),
    }


def erased(post: Post) -> Comment:
    """A comment that its reader has had forgotten, by the link in his mail."""
    comment = factories.comment(post, email="erased@example.net", is_proven=True)
    reader = factories.reader("erased@example.net")
    token = tokens.make(tokens.ERASE, reader.pk, 0, reader.pass_key)
    page(Client().post(reverse("comments:erase", args=[token])), 303)
    assert not Comment.objects.get(pk=comment.pk).name
    return comment


def erasures() -> dict[str, str]:
    """The last question before one is forgotten: all of it, and asked from another site."""
    leaver = factories.reader("leaver@example.net")
    address = reverse("comments:erase", args=[tokens.make(tokens.ERASE, leaver.pk, 0, leaver.pass_key)])
    return {
        "erase-all": page(Client().get(address)),
        "erase-foreign": page(Client().post(address, headers=ELSEWHERE), 403),
    }


def forms(post: Post) -> dict[str, str]:
    """Readers' forms that were not taken."""
    report = f"/comments/{post.comments.filter(status=Status.APPROVED).first().pk}/report/"
    mail, sent = "/subscribe/mail/", {"what": "all", "email": "bob@example.net", "often": "daily", "hour": "7"}
    guest = Client()
    texts = {
        "report-empty": page(guest.post(report, {}), 400),
        "report-foreign": page(guest.post(report, {"kind": "spam"}, headers=ELSEWHERE), 403),
        "thanks-alone": page(guest.get("/comments/reported/")),
        "subscribe-wrong": page(guest.post(mail, {"what": "x", "email": "", "often": "x", "hour": "x"}), 400),
        "subscribe-foreign": page(guest.post(mail, sent, headers=ELSEWHERE), 403),
        "ask-foreign": page(guest.post("/you/", GUEST, headers=ELSEWHERE), 403),
    }
    with patch("comments.reporting.wait_for", return_value=BUSY), patch("comments.proving.wait_for", return_value=BUSY):
        texts["report-busy"] = page(guest.post(report, {"kind": "spam", "words": "Look."}), 429)
        texts["subscribe-busy"] = page(guest.post(mail, sent), 429)
        texts["ask-busy"] = page(guest.post("/you/", GUEST), 429)
    return texts | {"slow": slow()} | full(sent)


def slow() -> str:
    """The second comment within the minutes of slow mode."""
    post = factories.post("Slowly", slow_minutes=10)
    factories.comment(post, created_at=this_second() - timedelta(minutes=2), **GUEST)
    return page(Client().post(f"{post.get_absolute_url()}comments/", factories.form()), 429)


def full(sent: dict[str, str]) -> dict[str, str]:
    """Told of as much as one reader can be."""
    reader = factories.reader(sent["email"])
    confirm = reverse("comments:confirm", args=[tokens.make(tokens.CONFIRM, reader.email, "all", "daily", 7)])
    with patch("comments.subscriptions.subscribe", side_effect=subscriptions.Full):
        return {
            "subscribe-full": page(factories.browser_of(reader).post("/subscribe/mail/", sent), 409),
            "confirm-full": page(Client().post(confirm), 409),
        }


def you(post: Post) -> dict[str, str]:
    """One's own page: with more to claim than fits, and with each complaint."""
    reader = factories.reader("many@example.net")
    for _ in range(12):
        factories.comment(post, name="Mary", email=reader.email)
    factories.comment(post, name="مريم", email=reader.email, is_proven=True, body="كلمة طيبة.")
    browser = factories.browser_of(reader, "Firefox/1 Linux")
    with patch("comments.proving.ask_again", return_value=BUSY):
        busy = browser.post("/you/", {"act": "erase", "words": "go"})
    text = page(browser.get("/you/"))
    assert "There are more" in text
    return {
        "you-claims": text,
        "you-no-act": page(browser.post("/you/", {"act": "x"}), 400),
        "you-foreign": page(browser.post("/you/", {"act": "leave"}, headers=ELSEWHERE), 403),
        "you-busy": page(busy, 429),
    }


def decisions(post: Post) -> dict[str, str]:
    """What the link in a moderator's mail opens when it is not as it was, or when a button says what cannot be."""
    moderator = factories.user(group="Moderator")
    parent = factories.comment(post, name="نور", body="شاي أم قهوة؟")
    edited, again, plain, quoted = (
        factories.comment(post, status=Status.PENDING, parent=parent, score=0.42, body=f"Salt first, {one}.")
        for one in ("edited", "again", "plain", "quoted")
    )
    links = {one: reverse("comments:decide", args=[states.decision_token(one, moderator)]) for one in
             (edited, again, plain, quoted)}  # fmt: skip
    Finding.objects.create(comment=plain, kind="links", words="4")
    edited.edit("Other words.", by=None, by_writer=True)
    again.approve(via=Via.DESK)
    again.hold(via=Via.DESK)
    quoted.approve(via=Via.DESK)
    factories.comment(post, parent=quoted, body=f"> {quoted.body}\n\nNo.")
    quoted.remove(via=Via.DESK, reason=Reason.objects.first().words)
    guest, texts = Client(), {}
    for name, one, words in (("edited", edited, "It was edited since"), ("again", again, "It waits again"),
                             ("why", plain, "Why it waits"), ("quoted", quoted, "It is decided already")):  # fmt: skip
        texts[f"decide-{name}"] = page(guest.get(links[one]))
        assert words in texts[f"decide-{name}"]
    return texts | {
        "decide-no-verb": page(guest.post(links[plain], {"decision": "x"}), 400),
        "decide-no-reason": page(guest.post(links[plain], {"decision": "remove", "reason": "0"}), 400),
        "decide-late": page(guest.post(links[again], {"decision": "approve"}), 409),
    }


def all_of(post: Post) -> dict[str, str]:
    return lists(post) | receipts(post) | erasures() | forms(post) | you(post) | decisions(post)
