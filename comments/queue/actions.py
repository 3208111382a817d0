"""What the buttons of the queue do. Each action is done completely, or returns the questions to ask instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.staff_request import StaffRequest
from blog.models import Conversation
from comments.lifecycle.acts import ChangedSince, reader_standing, set_parted, set_reader_standing
from comments.lifecycle.author_notes import make_author_note
from comments.lifecycle.decide import DecisionOutcome, decide
from comments.lifecycle.edits import edit
from comments.lifecycle.reports import close_reports
from comments.lifecycle.submit import submit
from comments.lifecycle.undo import undo
from comments.models import Comment, Decision, Quotation, Reader
from comments.queue.act_messages import ACT_PREFIX, add_act_message, undo_by_button
from comments.queue.colleague_actions import assign_comments, note_on_reader
from comments.queue.confirmation import Confirmation, build_confirmations, confirm_unsent_text
from comments.queue.forms import QueueActionForm, parse_batch_id
from comments.queue.outcome_messages import (
    UNDO_TAG,
    VERBS,
    add_outcome_messages,
    add_undo_messages,
    comments_to_describe,
    describe_comments,
    describe_failures,
)
from comments.queue.seen import decide_as_seen, filter_still_reported
from comments.readers.submitter import Submitter
from comments.status import BY_PEOPLE, AlreadyDecided, Status

Standing = Reader.Standing
# The standings that a moderator may give a reader, by the word that a button sends.
STANDING_BY_VERB = {"trust": Standing.TRUSTED, "distrust": Standing.HELD, "untrust": Standing.ORDINARY}
STANDING_MESSAGES = {
    Standing.TRUSTED: gettext_lazy("From now on, comments from %s are published straight away if verified."),
    Standing.HELD: gettext_lazy("From now on, every comment from %s waits for a moderator."),
    Standing.ORDINARY: gettext_lazy("From now on, %s is treated like any other reader."),
}
# Comments that readers see or may see. The text of removed comments stays as it was.
EDITABLE_STATUSES = {Status.PENDING, Status.APPROVED}

type Action = Callable[[StaffRequest, QueueActionForm, set[int]], list[Confirmation]]


def run_action(request: StaffRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Do to these comments what the form says; returns what has to be confirmed first."""
    if not form.is_valid():
        for sentence in form.complaints():
            messages.error(request, _("Nothing was changed. ") + sentence)
        return build_confirmations(form, comments_to_describe(ids), status=400)
    if questions := confirm_unsent_text(form, ids):
        messages.warning(request, _("Nothing was changed yet, because this would discard the text you typed."))
        return questions
    if form.verb in VERBS:
        return decide_chosen(request, form, ids)
    return ACTIONS[form.verb](request, form, ids)


@transaction.atomic
def decide_chosen(request: StaffRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """One of the four decisions. Whoever comes second is told, and asked whether to decide anyway."""
    if form.state is None:
        ids = filter_still_reported(ids)
    outcome = decide_as_seen(form, ids, by=request.user)
    add_outcome_messages(request, outcome)
    return build_confirmations(form, outcome.late)


def approve_and_reply(request: StaffRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Approve a comment and publish the moderator's reply, in one batch that can be undone as one."""
    outcome = DecisionOutcome(Status.APPROVED)
    for comment in Comment.objects.filter(pk__in=ids).with_subjects().select_related("parent"):
        try:
            published = publish_reply(comment, form, by=request.user, submitter=Submitter(request, comment.subject))
        except AlreadyDecided as late:
            comment.status = late.status
            outcome.late.append(comment)
        else:
            is_approved = any(done.pk == comment.pk for done in published.done)
            sentence = _("Approved, and replied to: %s.") if is_approved else _("Replied to: %s.")
            messages.success(
                request, sentence % describe_comments([comment]), extra_tags=f"{UNDO_TAG}{published.batch}"
            )
    for sentence in describe_failures(outcome):
        messages.warning(request, sentence)
    return build_confirmations(form, outcome.late)


def insert_saved_reply(request: StaffRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Show the reply again with the saved one in it; nothing is sent yet."""
    if not form.cleaned_data["saved"]:
        messages.warning(request, _("Choose a saved reply first."))
    form.insert_saved()
    comments = comments_to_describe(ids)
    return [Confirmation("answer", [comment], comment.status, form, status=200) for comment in comments]


@transaction.atomic
def publish_reply(comment: Comment, form: QueueActionForm, *, by: User, submitter: Submitter) -> DecisionOutcome:
    """Raises AlreadyDecided when the comment was hidden since: nobody would see the reply."""
    Conversation.objects.lock([comment.conversation_id])
    status = Comment.objects.values_list("status", flat=True).get(pk=comment.pk)
    if status not in {Status.APPROVED, form.state}:
        raise AlreadyDecided(status)
    # Submitted as waiting, so that an undo returns the reply to the queue with its text.
    reply, _is_new = submit(
        subject=comment.subject,
        parent=comment,
        body=form.cleaned_data["answer"],
        **submitter.columns(),
        to=Status.PENDING,
        via=form.via,
        by=by,
        quiet=True,
    )
    ids = [reply.pk] if status == Status.APPROVED else [comment.pk, reply.pk]
    return decide(ids, Status.APPROVED, by=by, via=form.via, note=form.cleaned_data["note"])


@transaction.atomic
def edit_chosen(request: StaffRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Save an edited text, and approve it if asked to."""
    left: list[Comment] = []
    changed: list[Comment] = []
    for comment in Comment.objects.filter(pk__in=ids).with_subjects():
        (changed if edit_if_unchanged(request, comment, form) else left).append(comment)
    if left:
        since = _("%s: edited or decided since you opened it. Please check it again.")
        messages.warning(request, since % describe_comments(left))
    log_change(request, rows_of(changed), _("A moderator edited the text."))
    if changed and form.verb == "edit":
        messages.success(
            request, _("Saved. Moderators can still see the earlier text: %s.") % describe_comments(changed)
        )
    if changed and form.verb == "edit-approve":
        form.verb = "approve"
        return decide_chosen(request, form, {comment.pk for comment in changed})
    return build_confirmations(form, left)


def edit_if_unchanged(request: StaffRequest, comment: Comment, form: QueueActionForm) -> bool:
    """False, and nothing changed, when the comment is no longer as the moderator saw it."""
    Conversation.objects.lock([comment.conversation_id])
    comment.refresh_from_db(fields=["status", "version", "body", "shown"])
    if (comment.status, comment.version) != (form.state, form.version) or comment.status not in EDITABLE_STATUSES:
        return False
    if form.cleaned_data["words"] != comment.body:
        edit(comment, form.cleaned_data["words"], by=request.user, note=form.cleaned_data["why"])
    return True


@transaction.atomic
def dismiss_reports(request: StaffRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Close the reports and leave the comments as they are, except those that are held.

    A held comment waits because of its reports, so approving it is the answer; and its place in the queue must not
    change while somebody else works through it.
    """
    Conversation.objects.lock(Comment.objects.filter(pk__in=ids).values("conversation"))
    comments = comments_to_describe(ids)
    published = [comment for comment in comments if comment.status != Status.PENDING]
    if held := [comment for comment in comments if comment.status == Status.PENDING]:
        messages.warning(request, _("%s: held, so approve it to dismiss the reports.") % describe_comments(held))
    close_reports(published, by=request.user)
    log_change(request, rows_of(published), _("Reports dismissed."))
    if published:
        messages.success(request, _("Reports dismissed: %s.") % describe_comments(published))
    return []


@transaction.atomic
def settle_quotations(request: StaffRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Keep the quotes of hidden comments in these."""
    comments = comments_to_describe(ids)
    Quotation.settle(comment.pk for comment in comments)
    log_change(request, rows_of(comments), _("Quotes of hidden comments kept."))
    if comments:
        messages.success(request, _("Quotes kept: %s.") % describe_comments(comments))
    return []


@transaction.atomic
def note_for_author(request: StaffRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Make notes on the posts of what these comments say; they themselves do not change."""
    add_author_notes(request, comments_to_describe(ids))
    return []


def add_author_notes(request: StaffRequest, comments: Sequence[Comment]) -> None:
    """Make a note of each of these comments that has none, and say so."""
    on_posts = [comment for comment in comments if comment.post]
    made = [comment for comment in on_posts if comment.name and make_author_note(comment.pk, by=request.user)]
    log_change(request, rows_of(made), _("A note for the author was made."))
    if made:
        messages.success(request, _("Added to the notes on the post: %s.") % describe_comments(made))
    if known := [comment for comment in on_posts if comment not in made]:
        messages.warning(request, _("There is a note already: %s.") % describe_comments(known))
    if on_pages := [comment for comment in comments if comment not in on_posts]:
        messages.warning(request, _("Only posts have notes: %s.") % describe_comments(on_pages))


@transaction.atomic
def part_from_family(request: StaffRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Remember that these comments are from another hand than those with the same signs; nothing else changes."""
    for comment in comments_to_describe(ids):
        with suppress(ChangedSince):  # it is so already
            act = set_parted(comment.pk, {"parted": True}, seen={"parted": False}, by=request.user)
            log_change(request, rows_of([comment]), _("Parted from comments with the same signs."))
            add_act_message(request, act, _("From now on judged by itself: %s.") % describe_comments([comment]))
    return []


def set_standing(request: StaffRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Trust the readers who wrote these, always hold their comments, or neither."""
    standing = STANDING_BY_VERB[form.verb]
    for reader in Reader.objects.filter(comments__in=ids).distinct():
        wanted = {"standing": standing.value, "suspended_until": None}
        words = STANDING_MESSAGES[standing] % reader.email
        try:
            act = set_reader_standing(reader.pk, wanted, seen=reader_standing(reader), by=request.user)
        except ChangedSince:  # it is so already
            messages.success(request, words)
        else:
            log_change(request, Reader.objects.filter(pk=reader.pk), _("Standing: %s") % standing.label)
            add_act_message(request, act, words)
    return []


ACTIONS: dict[str, Action] = {
    "answer": approve_and_reply,
    "assign": assign_comments,
    "reader-note": note_on_reader,
    "insert": insert_saved_reply,
    "edit": edit_chosen,
    "edit-approve": edit_chosen,
    "aside": dismiss_reports,
    "settle": settle_quotations,
    "author-note": note_for_author,
    "part": part_from_family,
    **dict.fromkeys(STANDING_BY_VERB, set_standing),
}


def log_change[T: Model](request: StaffRequest, rows: QuerySet[T], message: str) -> None:
    """Note a change that is no decision in the history of each row in the admin."""
    LogEntry.objects.log_actions(request.user.pk, rows, CHANGE, change_message=message)


def rows_of(comments: Sequence[Comment]) -> QuerySet[Comment]:
    return Comment.objects.filter(pk__in=[comment.pk for comment in comments])


def undo_from_queue(request: StaffRequest, form: QueueActionForm) -> None:
    """Undo an act or a batch by its number, or with `last` the last decision of this moderator that still stands."""
    if form.object.startswith(ACT_PREFIX):
        undo_by_button(request, form.object)
        return
    batch = None if form.object == "last" else parse_batch_id(form.object)
    decisions = Decision.objects.filter(batch=batch) if batch else Decision.objects.none()
    if form.object == "last":
        decisions = last_decision_by(request.user)
    if not decisions.exists():
        messages.warning(request, _("There is nothing to undo."))
    else:
        add_undo_messages(request, undo(decisions, by=request.user, via=form.via))


def last_decision_by(user: User) -> QuerySet[Decision]:
    """The user's last decision, with its batch, after which nobody has undone it or decided differently."""
    later = Decision.objects.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
    own = Decision.objects.filter(~Exists(later), by=user, via__in=BY_PEOPLE, undoes=None).exclude(from_status="")
    last = own.order_by("-id").first()
    if last is None:
        return Decision.objects.none()
    return Decision.objects.filter(batch=last.batch) if last.batch else Decision.objects.filter(pk=last.pk)
