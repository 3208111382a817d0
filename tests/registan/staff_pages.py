"""Renders pages of the staff: the admin's forms and rarer states; each function returns HTML by name."""

from unittest.mock import patch

from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client

from blog.editing.duplicates import merge_duplicates
from blog.editing.trash_actions import move_to_trash
from blog.models import Author, LinkCard, Page, Post, Tag
from comments.families.signs import SignKind, first_key
from comments.lifecycle import edits
from comments.lifecycle.acts import set_pinned, undo_act
from comments.lifecycle.author_notes import make_author_note
from comments.lifecycle.objections import file_objection
from comments.lifecycle.reports import file_report
from comments.models import (
    Comment,
    CommentSign,
    Decision,
    Finding,
    Mention,
    Message,
    Policy,
    Reader,
    Reason,
    Rule,
    SavedReply,
    Webhook,
    WebhookNotice,
)
from comments.status import Status, Via
from comments.subscriptions.wishes import add_wish
from registan.first_run.next_steps import Step
from registan.transfer.models import ArchivePlan, ArchiveRun, Element, Export, Run, Source, UploadPart
from tests import factories
from tests.registan import site_urls
from tests.registan.rare_pages import get_pages, text_of
from tests.registan.redirect_pages import create_old_addresses, redirect_pages

# A form of each; those of the second line are only looked at, or not made here.
EDITABLE_MODELS = (Post, Tag, Author, Page, User, Rule, Reason, SavedReply, Webhook)
READ_ONLY_MODELS = (Comment, Reader, Policy, Message, Decision, LinkCard, Run, Element, Export, ArchivePlan, ArchiveRun)
COMMENTS_ADMIN = "/admin/comments"


def signed_in_client(name: str, group: str, **fields) -> Client:
    client = Client()
    client.force_login(factories.user(name, group=group, **fields))
    return client


def admin_forms(post: Post) -> dict[str, str]:
    """The list, form, history and deletion page of every model in the admin."""
    root = signed_in_client("root", "Administrator", is_superuser=True)
    create_rows(post)
    texts = {}
    for model in (*EDITABLE_MODELS, *READ_ONLY_MODELS):
        name, at, first = (
            model._meta.model_name,
            f"/admin/{model._meta.app_label}/{model._meta.model_name}/",
            first_row(model),
        )
        texts |= get_pages(root, {f"{name}-change": f"{at}{first.pk}/change/"})
        if model not in (Policy, ArchivePlan):  # whose list is their form
            texts |= get_pages(root, {f"{name}-list": at})
        if model in EDITABLE_MODELS:
            texts |= get_pages(root, {f"{name}-add": f"{at}add/"})
        if model in (Post, Tag, User):  # errors of a form, of its rows, and of a form that is not ours
            texts[f"{name}-refused"] = text_of(root.post(f"{at}add/", {}))
    texts |= get_pages(root, {"run-add": "/admin/transfer/run/add/", "export-add": "/admin/transfer/export/add/"})
    return texts | other_admin_pages(root, post)


def create_rows(post: Post) -> None:
    """Create a row of each model, with every field filled."""
    blog = Source.objects.get_or_create_for("wordpress", "https://old.example")
    Export.objects.create(kind="wordpress", state=Run.State.RUNNING, total=4, done=1)
    run = Run.objects.create(source=blog, state=Run.State.RUNNING, item_count=4, items_done=1)
    UploadPart.objects.create(run=run, file=0, place=0, content=b"<rss/>")
    Element.objects.create(source=blog, run=run, kind="post", key="1", outcome="skipped", reason="private", detail="A")
    ArchivePlan.objects.create(pk=1)
    ArchiveRun.objects.create(kind="archive", result="failed", archive="/srv/archives/one", detail="No room.")
    Rule.objects.create(kind="words", pattern="watches", note="They sell them.")
    factories.user("eve", group="Editor")
    comment = post.comments.approved().first()
    Finding.objects.create(comment=comment, kind="links", words="4")
    file_report(comment, kind="spam", words="Look at it.", sender="x", neighbourhood="y")
    edits.edit(comment, "Other words now.", by=None, note="Mended.")
    create_messages()
    SavedReply.objects.create(name="Thanks", text="Thank you.")
    create_old_addresses(post)
    Mention.objects.create(
        conversation=post.thread,
        title="A blog",
        address="https://mentions.example/",
        excerpt="Look.",
        at=factories.NOON,
    )
    WebhookNotice.objects.create(webhook=factories.webhook(), event="test", key="1", last_error="No usable answer.")


def first_row(model: type[Model]) -> Model:
    return Policy.current() if model is Policy and Policy.objects.exists() else model.objects.order_by("pk").first()


def create_messages() -> None:
    """Create a message sent at the second attempt, an abandoned one, and a waiting one."""
    mails = [
        Message.objects.create(key=f"m{number}", to="ann@example.org", subject="Hello", text="x") for number in range(3)
    ]
    mails[0].mark_failed("421 busy")
    mails[0].mark_sent()
    mails[1].mark_refused("550 no such mailbox")


def other_admin_pages(root: Client, post: Post) -> dict[str, str]:
    eve = User.objects.get(username="eve")
    page_row, tag = Page.objects.first(), factories.tag("Nobody")
    texts = subscriber_pages(root) | get_pages(
        root,
        {
            "app": "/admin/blog/",
            "nothing-found": "/admin/blog/post/?q=zzz",
            "post-drafts": "/admin/blog/post/?state=draft",
            "post-calendar": f"/admin/blog/post/calendar/?month={post.published_on:%Y-%m}",
            "post-calendar-to-come": "/admin/blog/post/calendar/?month=2190-02",
            "comment-search": "/admin/comments/comment/?q=word&status__exact=approved",
            "group": "/admin/auth/group/",
            "health": "/admin/health/",
            "personal-data": "/admin/personal-data/",
            "privacy-page": "/admin/privacy-page/",
            "read-only": "/admin/read-only/",
            "password of another": f"/admin/auth/user/{eve.pk}/password/",
            "password": "/admin/password_change/",
            "password done": "/admin/password_change/done/",
            "post-history": f"/admin/blog/post/{post.pk}/history/",
            "comment-history": f"{COMMENTS_ADMIN}/comment/{post.comments.first().pk}/history/",
            "page-delete": f"/admin/blog/page/{page_row.pk}/delete/",
            "tag-delete": f"/admin/blog/tag/{tag.pk}/delete/",
        },
    )
    person = {"address": Reader.objects.order_by("pk").values_list("email", flat=True)[0]}
    for act in ("look", "ask"):
        texts[f"personal-data-{act}"] = text_of(root.post("/admin/personal-data/", {**person, "act": act}))
    merged, kept, deleted = factories.tag("Merged"), factories.tag("Kept"), factories.tag("Deleted")
    entries = [*merge_duplicates(kept, [merged]), move_to_trash(deleted, by=eve)]
    chosen = "&".join(f"entry={entry.pk}" for entry in entries)
    trash = "/admin/blog/trashentry/"
    texts |= get_pages(
        root,
        {
            "trash": trash,
            "trash-nothing": f"{trash}?kind=page",
            "trash-restore": f"{trash}restore/?{chosen}",
            "trash-delete": f"{trash}delete/?{chosen}",
            "tag-history": f"/admin/blog/tag/{kept.pk}/history/",
        },
    )
    texts["tags-delete"] = text_of(
        root.post("/admin/blog/tag/", {"action": "delete_selected", "_selected_action": [tag.pk]})
    )
    texts["tags-merge"] = text_of(root.post("/admin/blog/tag/", {"action": "merge", "_selected_action": [tag.pk]}))
    for action in ("add_tag", "change_author"):
        texts[f"posts-{action}"] = text_of(
            root.post("/admin/blog/post/", {"action": action, "_selected_action": [post.pk]})
        )
    texts |= replacement_pages(root) | redirect_pages(root)
    steps = [Step("Write your first post", "", "/", is_done=True), Step("Invite somebody", "Each.", "/", is_done=False)]
    with patch("registan.admin_site.next_steps", return_value=steps):
        texts["next steps"] = text_of(root.get("/admin/"))
    texts["staff-403"] = text_of(signed_in_client("con", "Contributor").get("/admin/auth/user/"), 403)
    texts["staff-404"] = text_of(root.get("/admin/blog/post/0/change/"), 404)
    return texts


def subscriber_pages(root: Client) -> dict[str, str]:
    """Subscribers of an old site: nobody, somebody, a pace that is none, and being asked."""
    at = "/admin/subscribers/"
    texts = get_pages(root, {"subscribers-none": at})
    add_wish("shirin@example.net", "all", origin="https://old.example", now=factories.NOON)
    texts |= get_pages(root, {"subscribers": at})
    texts["subscribers-refused"] = text_of(root.post(at, {"ask": "yes", "mails_an_hour": "0"}), 400)
    texts["subscribers-asked"] = text_of(root.post(at, {"ask": "yes", "mails_an_hour": "9"}, follow=True))
    return texts


def replacement_pages(root: Client) -> dict[str, str]:
    """Find and replace: asked, refused, found in a post and a page, nothing found, replaced, undone."""
    draft, page = factories.draft(title="Marmalade", body="Marmalade."), factories.page("jams", body="Marmalade.")
    at, sent = "/admin/blog/post/replace/", {"find": "marmalade", "words": "jam", "where": ["title", "body"]}
    texts = get_pages(root, {"replace": f"{at}?chosen={draft.pk}", "replace-in-list": f"{at}?listed=state%3Ddraft"})
    texts["replace-refused"] = text_of(root.post(at, {"find": ""}), 400)
    texts["replace-found"] = text_of(root.post(at, {**sent, "in_pages": "on"}))
    texts["replace-nothing"] = text_of(root.post(at, {**sent, "find": "zzzz"}))
    ticked = {"text": [f"post:{draft.pk}:{draft.edition}", f"page:{page.pk}:x"], "replace": "yes"}
    ticked["place"] = [f"post:{draft.pk}:title:0", f"page:{page.pk}:body:0"]
    report = root.post(at, {**sent, **ticked}).url
    texts |= get_pages(root, {"replaced": report, "replace-again": at})
    texts["replace-undone"] = text_of(root.post(report, follow=True))
    return texts


def limited_forms(post: Post) -> dict[str, str]:
    """The same forms for roles with fewer permissions: read-only fields, and no buttons."""
    editor, contributor = signed_in_client("ed", "Editor"), signed_in_client("carla", "Contributor")
    ed, carla = (User.objects.get(username=name) for name in ("ed", "carla"))
    profile = factories.author("Carla", user=carla)
    own = factories.post(authors=[profile])
    waiting, back = (factories.draft(authors=[profile]) for _ in range(2))
    waiting.hand_in(by=carla)
    back.hand_in(by=carla)
    back.return_to_writer("Say <more>.", by=ed)
    make_author_note(post.comments.filter(status=Status.APPROVED).first().pk, by=ed)
    return get_pages(
        contributor,
        {
            "contributor-index": "/admin/",
            "contributor-own": f"/admin/blog/post/{own.pk}/change/",
            "contributor-add": "/admin/blog/post/add/",
            "contributor-list": "/admin/blog/post/",
        },
    ) | get_pages(
        editor,
        {
            "editor-index": "/admin/",
            "editor-post": f"/admin/blog/post/{post.pk}/change/",
            "editor-review": f"/admin/blog/post/{waiting.pk}/change/",
            "editor-notes": f"/admin/blog/post/{post.pk}/notes/",
        },
    )


def moderation_pages(post: Post) -> dict[str, str]:
    """Moderation: rules tried, the decision log, the queue with each kind of row and each answer."""
    mona = signed_in_client("mona", "Moderator")
    texts = rule_trials(mona, post) | decision_log_pages(mona, post) | queue_states(mona, post)
    texts |= pages_of_a_conversation(mona, post)
    texts["notice-refused"] = text_of(mona.post(f"{COMMENTS_ADMIN}/notice/mine/", {}), 400)
    mona.post(f"{COMMENTS_ADMIN}/notice/mine/", {"often": "daily"})
    texts["notice-set"] = text_of(mona.get(f"{COMMENTS_ADMIN}/notice/mine/"))
    mona.post(f"{COMMENTS_ADMIN}/message/test/")
    Message.objects.latest("pk").mark_failed("421 busy")
    texts["test-mail-put"] = text_of(mona.get(f"{COMMENTS_ADMIN}/message/test/"))
    return texts


def pages_of_a_conversation(mona: Client, post: Post) -> dict[str, str]:
    """What a moderator sees of a post and its comments, and the pages on which they act."""
    first = factories.comment(post, parent=post.comments.approved().first())
    waiting = factories.comment(post, status=Status.PENDING)
    file_report(first, kind="spam", words="Look <at> it.", sender="y", neighbourhood="z")
    at = f"/comments/{first.pk}/moderate/"
    texts = get_pages(mona, {"moderate": at, "moderate-waiting": f"/comments/{waiting.pk}/moderate/"})
    where = f"{post.get_absolute_url()}conversation/"
    texts |= get_pages(mona, {"conversation": where, "reader": f"/comments/{first.pk}/reader/"})
    texts["conversation-refused"] = text_of(mona.post(where, {"conversation": "x", "slow_minutes": "-1"}), 400)
    texts["conversation-overtaken"] = text_of(mona.post(where, {"conversation": "held", "slow_minutes": "0"}), 409)
    act = set_pinned(post.thread_id, first.pk, seen=None, by=User.objects.get(username="mona"))
    texts["reader-refused"] = text_of(mona.post(f"/comments/{first.pk}/reader/", {"decision": "suspend"}), 400)
    texts |= get_pages(mona, {"conversation-record": where, "pinned": post.get_absolute_url(), "moderate-pinned": at})
    texts["move-refused"] = text_of(mona.post(at, {"decision": "move", "target": "<x>"}), 400)
    undo_act(act, by=act.by)
    texts["moderate-refused"] = text_of(mona.post(at, {"decision": "edit", "version": "9", "words": "<x>"}), 409)
    texts["moderated"] = text_of(mona.post(at, {"decision": "hold", "state": "approved"}, follow=True))
    return texts


def rule_trials(mona: Client, post: Post) -> dict[str, str]:
    for status in (Status.APPROVED, Status.REMOVED, Status.SPAM):
        factories.decide(
            factories.comment(post, status=Status.PENDING, body=f"Buy watches {status}."), status, via=Via.DESK
        )
    factories.comment(post, status=Status.PENDING, body="My watches.")
    sent = {"kind": "words", "pattern": "buy watches", "effect": "hold", "note": "", "is_active": "on"}
    text = text_of(mona.post(f"{COMMENTS_ADMIN}/rule/add/", sent))
    assert "What it would have done" in text
    return {
        "rule-trial": text,
        "rule-trial-of-nothing": text_of(mona.post(f"{COMMENTS_ADMIN}/rule/add/", {**sent, "pattern": "never said"})),
        "rule-wrong": text_of(mona.post(f"{COMMENTS_ADMIN}/rule/add/", {**sent, "kind": "network", "pattern": "x"})),
    }


def decision_log_pages(mona: Client, post: Post) -> dict[str, str]:
    """A decision in each of its states: the first, the last, superseded, undone."""
    comment = factories.comment(post, status=Status.PENDING)
    factories.approve(comment, via=Via.DESK)
    factories.remove(comment, via=Via.DESK, reason="It attacks a person.", note="Again.")
    first, middle, last = comment.decisions.order_by("pk")
    at = f"{COMMENTS_ADMIN}/decision/"
    texts = get_pages(
        mona,
        {
            "decision-first": f"{at}{first.pk}/change/",
            "decision-overtaken": f"{at}{middle.pk}/change/",
            "decision-last": f"{at}{last.pk}/change/",
            "record-of-one": f"{at}?comment={comment.pk}",
            "record-of-nothing": f"{at}?q=zzzz",
        },
    )
    texts["record-wrong"] = text_of(mona.get(f"{at}?since=x"), 400)
    texts["record-done"] = text_of(mona.post(f"{at}undo/", {"decision": last.pk}, follow=True))
    texts["decision-undone"] = text_of(mona.get(f"{at}{last.pk}/change/"))
    return texts


def queue_states(mona: Client, post: Post) -> dict[str, str]:
    """The queue after each button: decided, too late, refused, a batch, filtered by reader and by comment, empty."""
    ann = factories.reader("ann@example.net")
    waiting = [
        factories.comment(post, status=Status.PENDING, email=ann.email, body=f"It waits, {n}.") for n in range(3)
    ]
    at, (done, late, edited) = site_urls.QUEUE_URL, waiting
    file_report(edited, kind="rude", words="Not nice.", sender="a", neighbourhood="b")
    texts = get_pages(
        mona,
        {
            "queue-reader": f"{at}?reader={ann.pk}",
            "queue-reported": f"{at}?show=reported",
            "queue-nothing": f"{at}?q=zzzz",
            "queue-at": f"{at}?at={late.pk}",
            "queue-all": f"{at}?all=matching",
        },
    )
    texts["queue-no-answer"] = text_of(mona.post(at, {"decision": f"answer:{done.pk}", "answer": ""}), 400)
    saved = SavedReply.objects.get_or_create(name="Thanks", defaults={"text": "Thank you."})[0]
    mona.post(at, {"decision": f"reader-note:{late.pk}", "about": "Kind <mostly>."})
    mona.post(at, {"decision": f"assign:{late.pk}", "assignee": User.objects.get(username="mona").pk})
    texts["queue-assigned"] = text_of(mona.get(f"{at}?assigned={User.objects.get(username='mona').pk}"))
    texts["queue-long-note"] = text_of(mona.post(at, {"decision": f"reader-note:{done.pk}", "about": "x" * 501}), 400)
    texts["reader-notes"] = text_of(mona.get(f"{COMMENTS_ADMIN}/reader/{ann.pk}/change/"))
    texts["queue-saved-reply"] = text_of(mona.post(at, {"decision": f"insert:{done.pk}", "saved": saved.pk}))
    texts["queue-no-choice"] = text_of(mona.post(at, {"decision": "approve"}, follow=True))
    texts["queue-done"] = text_of(mona.post(at, {"decision": f"remove:{done.pk}"}, follow=True))
    factories.approve(late, via=Via.ADMIN, by=User.objects.get(username="mona"))
    texts["queue-late"] = text_of(mona.post(at, {"decision": f"spam:{late.pk}"}), 409)
    removed = factories.comment(post, body="It was removed.")
    factories.remove(removed, via=Via.DESK, by=factories.user(group="Moderator"), reason="It is advertising.")
    objection, _is_new = file_objection(removed, "It is no advertising.")
    where = f"{COMMENTS_ADMIN}/decision/objection/{objection.pk}/"
    texts |= get_pages(mona, {"queue-objections": at, "objection": where})
    texts["objection-refused"] = text_of(mona.post(where, {}), 400)
    texts["objection-done"] = text_of(mona.post(where, {"answer": "So it is.", "act": "change"}, follow=True))
    texts["objection-answered"] = text_of(mona.get(where))
    texts["queue-alone"] = text_of(mona.get(f"{at}?at={late.pk}"))
    return texts | family_pages(mona, post)


def family_pages(mona: Client, post: Post) -> dict[str, str]:
    """Comments from one hand: as a card of the queue, and as the others of one that was marked as spam."""
    statuses = (Status.PENDING, Status.PENDING, Status.APPROVED)
    comments = [
        factories.comment(post, status=status, body=f"One hand, {n}.", email="") for n, status in enumerate(statuses)
    ]
    for comment in comments:
        CommentSign.objects.add(comment.pk, [first_key(SignKind.LINK), first_key(SignKind.DOMAIN)])
    texts = {"queue-family": text_of(mona.get(site_urls.QUEUE_URL))}
    assert "probably from one hand" in texts["queue-family"]
    texts["queue-offered"] = text_of(
        mona.post(site_urls.QUEUE_URL, {"decision": f"spam:{comments[0].pk}"}, follow=True)
    )
    batch = comments[0].decisions.first().batch
    texts["queue-hand"] = text_of(mona.get(f"{site_urls.QUEUE_URL}?hand={batch}"))
    return texts


def staff_pages(post: Post) -> dict[str, str]:
    return {
        f"staff {name}": text
        for name, text in (admin_forms(post) | limited_forms(post) | moderation_pages(post)).items()
    }
