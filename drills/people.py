"""Two people who do the same at once, sessions that end, and private links that are old, altered or of another key."""

from __future__ import annotations

import re
import signal
from collections import Counter
from functools import partial
from pathlib import Path

from drills.browser import Browser, at_once, read_form
from drills.fault import Drill, Fault
from drills.load import STORED, Page
from drills.stack import Node, Stack
from tests.comments.processes import wait_until

QUEUE = "/admin/comments/comment/queue/"
ROUNDS = 30
BY_PEOPLE = "SELECT comment_id, count(*) FROM comments_decision WHERE by_id IS NOT NULL GROUP BY comment_id"
# What a save of a post sends at least.
POST_FIELDS = (
    *("title", "slug", "body", "status", "conversation", "slow_minutes", "published_at_0", "published_at_1"),
    *("key", "turn", "edition", "base"),
)
LINK = re.compile(r"/[\w/-]*moderate/[^\s>\"]+")


def guest_comments(drill: Drill, count: int) -> list[int]:
    """Send so many comments that wait; return their numbers."""
    for _ in range(count):
        body = drill.ledger.intend()
        drill.load.compose(body)
        drill.promise(drill.load.send(body) == STORED, "a comment was refused")
    return [pk for pk, _body in drill.waiting()]


def staff(drill: Drill, name: str) -> Browser:
    browser = Browser(drill.stack.address, drill.stack.cast["sessions"][name])
    browser.get(QUEUE if name in {"mona", "max"} else "/admin/")
    return browser


def check_one_decision_each(drill: Drill, ids: list[int]) -> None:
    counts = Counter(int(number) for pk, number in drill.stack.sql(BY_PEOPLE) if pk in ids)
    count = len(ids)
    drill.promise(counts == {1: count}, f"decisions by people for {count} comments: {dict(counts)}")


def two_moderators(drill: Drill) -> None:
    """One approves and one marks as spam: one wins, and the other is told who did what."""
    ids, winners = guest_comments(drill, ROUNDS), Counter[str]()
    mona, max_ = staff(drill, "mona"), staff(drill, "max")
    for pk in ids:
        first, second = at_once(
            partial(mona.post, QUEUE, {"decision": f"approve:{pk}"}),
            partial(max_.post, QUEUE, {"decision": f"spam:{pk}"}),
        )
        winners["mona" if first.status == 303 else "max"] += 1
        loser, winner = (second, "mona") if first.status == 303 else (first, "max")
        drill.promise({first.status, second.status} <= {200, 303, 409}, f"answers {first.status}, {second.status}")
        drill.promise(
            loser.status != 303 and winner in loser.text, f"the second was answered {loser.status} and not told"
        )
    check_one_decision_each(drill, ids)
    drill.note(f"{ROUNDS} rounds at once, won by {', '.join(f'{name} {count}' for name, count in winners.items())}")


def decision_link(drill: Drill) -> str:
    """Send a comment, and find the moderator's link in the email about it."""
    guest_comments(drill, 1)
    wait_until(lambda: drill.stack.mail.taken, "the email")
    mail = drill.stack.mail.taken[-1]
    found = LINK.search((mail.get_body(("plain",)) or mail).get_content())
    assert found, "the email has no link"
    return found[0]


def link_and_admin(drill: Drill) -> None:
    """Ten presses of a button behind a link and one in the queue, at once: one decision."""
    link = decision_link(drill)
    ((pk, _body),) = drill.waiting()
    max_, browsers = staff(drill, "max"), [Browser(drill.stack.address) for _ in range(10)]
    pages = at_once(
        *(partial(browser.post, link, {"decision": "approve"}) for browser in browsers),
        partial(max_.post, QUEUE, {"decision": f"spam:{pk}"}),
    )
    drill.promise(all(page.status < 500 for page in pages), f"answers {[page.status for page in pages]}")
    check_one_decision_each(drill, [pk])
    drill.note(f"11 at once: {dict(Counter(page.status for page in pages))}")


def post_form(page: Page) -> dict[str, str]:
    """The fields of a post that a save has to send, as the page has them."""
    fields = read_form(page)
    return {"slow_minutes": "0"} | {name: fields[name] for name in POST_FIELDS if name in fields}


def two_authors(drill: Drill) -> None:
    """Both open a post; one saves, then the other: both texts are there."""
    change = f"/admin/blog/post/{drill.stack.cast['post_id']}/change/"
    alice, bob = staff(drill, "alice"), staff(drill, "bob")
    forms = [post_form(alice.get(change)), post_form(bob.get(change))]
    first = alice.post(change, {**forms[0], "csrfmiddlewaretoken": alice.token, "body": "Sunlight."})
    second = bob.post(change, {**forms[1], "csrfmiddlewaretoken": bob.token, "body": "Moonlight."})
    drill.promise(first.status == 302, f"the first to save was answered {first.status}: {complaints(first)}")
    drill.promise(second.status == 409, f"the second was answered {second.status}")
    drill.promise("Moonlight" in second.text and "Sunlight" in second.text, "a text was not shown")
    ((body,),) = drill.stack.sql(f"SELECT body FROM blog_post WHERE id = {drill.stack.cast['post_id']}")
    drill.promise(body == "Sunlight.", f"the post says {body!r}")
    drill.note(f"the first saved ({first.status}), the second was shown both texts ({second.status})")


def complaints(page: Page) -> list[str]:
    return re.findall(r'class="errorlist[^>]*>(.*?)</ul>', page.text, re.DOTALL)


def session_ended(drill: Drill) -> None:
    """The session is gone when an author saves: the text comes back, and can be sent after signing in."""
    change = f"/admin/blog/post/{drill.stack.cast['post_id']}/change/"
    alice = staff(drill, "alice")
    form = {**post_form(alice.get(change)), "csrfmiddlewaretoken": alice.token, "body": "An hour of work."}
    key = drill.stack.cast["sessions"]["alice"].partition("=")[2]
    drill.stack.sql(f"DELETE FROM django_session WHERE session_key = '{key}'")
    page = alice.post(change, form)
    drill.promise(page.status == 403 and "An hour of work." in page.text, f"answered {page.status} without the text")
    cookie = drill.stack.change("from bench.site import session_cookie; print(session_cookie('alice'))").strip()
    drill.stack.cast["sessions"]["alice"] = cookie
    again = Browser(drill.stack.address, cookie)
    again.get(change)
    saved = again.post(change, {**read_form(page), "csrfmiddlewaretoken": again.token})
    ((body,),) = drill.stack.sql(f"SELECT body FROM blog_post WHERE id = {drill.stack.cast['post_id']}")
    drill.promise(body == "An hour of work.", f"after signing in, the form was answered {saved.status}")
    drill.note(f"given back ({page.status}), saved after signing in ({saved.status})")


def links(drill: Drill) -> None:
    """A moderator's link altered in every place, after a change of keys, and when it is too old."""
    link, stack, stranger = decision_link(drill), drill.stack, Browser(drill.stack.address)
    token = link.rstrip("/").rpartition("/")[2]
    drill.promise(stranger.get(link).status == 200, "the link does not open")
    seen = Counter[int]()
    for place in range(len(token)):
        other = token[:place] + ("x" if token[place] != "x" else "y") + token[place + 1 :]
        # The last letter of a signature has bits to spare: another letter may mean the same bytes.
        seen[stranger.post(link.replace(token, other), {"decision": "approve"}).status] += 1
    drill.promise(set(seen) <= {400, 403, 404, 410}, f"altered links were answered {dict(seen)}")
    old, new = stack.variables["SECRET_KEY"], "another-key-" + "y" * 40
    answers = {}
    for name, change in {
        "a new key, the old one listed": {"SECRET_KEY": new, "SECRET_KEY_FALLBACKS": old},
        "a new key alone": {"SECRET_KEY": new},
        **({"three weeks later": {"FAKETIME": "+21d"}} if faketime() else {}),
    }.items():
        run_nodes(stack, stack.nodes[:1], change)
        answers[name] = Browser(f"http://127.0.0.1:{stack.nodes[0].port}").get(link).status
    run_nodes(stack, stack.nodes[:1], {})
    expected = {"a new key, the old one listed": {200}, "a new key alone": {400, 404}, "three weeks later": {410}}
    for name, status in answers.items():
        drill.promise(status in expected[name], f"{name}: the link was answered {status}")
    drill.promise(len(drill.waiting()) == 1, "a refused link has decided")
    drill.note(f"{len(token)} altered links: {dict(seen)}; {', '.join(f'{n}: {s}' for n, s in answers.items())}")


def run_nodes(stack: Stack, nodes: list[Node], change: dict[str, str]) -> None:
    """Run these nodes with these variables; FAKETIME shifts the clock."""
    faked = {"LD_PRELOAD": faketime(), "FAKETIME_DONT_FAKE_MONOTONIC": "1"} if "FAKETIME" in change else {}
    for node in nodes:
        node.end(signal.SIGTERM)
        node.environment = stack.variables | faked | change
        node.start()


def faketime() -> str:
    """Debian's library that shifts the clock of a process; "" without. Its command would stand before gunicorn."""
    return next((str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), "")


FAULTS = (
    Fault("two-moderators", "two moderators on one comment", "16", play=two_moderators),
    Fault("link-and-queue", "a link in an email and the queue at once", "17", play=link_and_admin),
    Fault("two-authors", "two authors on one post", "18", play=two_authors),
    Fault("session-ended", "the session ends while an author writes", "19", play=session_ended),
    Fault("links", "private links altered, too old, of another key", "29", play=links),
)
