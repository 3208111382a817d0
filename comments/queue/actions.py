"""What a button of the queue does. Each act is done whole or leaves an `Again`: a question, with all that was typed."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models import Conversation
from blog.text.validators import has_visible_text
from comments.lifecycle.decide import DecisionOutcome, decide
from comments.lifecycle.edits import edit
from comments.lifecycle.submit import submit
from comments.lifecycle.undo import undo
from comments.models import Comment, Decision, Reader, Report
from comments.queue.audit import load_named, log_change, settle_quotations
from comments.queue.forms import QueueActionForm
from comments.queue.outcome_messages import (
    UNDO_TAG,
    VERBS,
    add_outcome_messages,
    add_undo_messages,
    describe_comments,
    describe_failures,
)
from comments.readers.submitter import Submitter
from comments.status import BY_PEOPLE, TRANSITIONS, AlreadyDecided, Status, Via

Standing = Reader.Standing
# What a moderator may let a reader stand as, by the word that a button sends.
STANDING_BY_VERB = {"trust": Standing.TRUSTED, "distrust": Standing.HELD, "untrust": Standing.ORDINARY}
STANDING_MESSAGES = {
    Standing.TRUSTED: gettext_lazy("From now on comments by %s are published at once, when it is proven to be him."),
    Standing.HELD: gettext_lazy("From now on every comment by %s waits for a moderator."),
    Standing.ORDINARY: gettext_lazy("From now on what %s did before decides again."),
}


FORCE_LABELS = {
    "approve": gettext_lazy("Approve nevertheless"),
    "spam": gettext_lazy("Mark as spam nevertheless"),
    "remove": gettext_lazy("Remove nevertheless"),
    "hold": gettext_lazy("Back into the queue nevertheless"),
    "answer": gettext_lazy("Approve nevertheless, and answer"),
    "edit": gettext_lazy("Save my words nevertheless"),
    "edit-approve": gettext_lazy("Save my words nevertheless, and approve"),
}
RETRY_LABELS = {
    "approve": gettext_lazy("Approve"),
    "spam": gettext_lazy("Mark as spam"),
    "remove": gettext_lazy("Remove"),
    "hold": gettext_lazy("Back into the queue"),
    "answer": gettext_lazy("Approve and answer"),
    "edit": gettext_lazy("Save"),
    "edit-approve": gettext_lazy("Save and approve"),
}
WITHOUT_TEXT_LABELS = {
    **RETRY_LABELS,
    "aside": gettext_lazy("Let it stand"),
    "settle": gettext_lazy("Let it be quoted"),
    "trust": gettext_lazy("Trust this reader"),
    "distrust": gettext_lazy("Hold always"),
    "untrust": gettext_lazy("Treat as everybody"),
}
# Words that readers see or will see. What was taken away stays as it was.
EDITABLE_STATUSES = {Status.PENDING, Status.APPROVED}
# Acts that send what was typed.
TEXT_VERBS = {"answer", "edit", "edit-approve"}


@dataclass
class Confirmation:
    """An act that was not done, asked again: for these comments, as they are now, with everything typed for it."""

    verb: str
    comments: list[Comment]
    state: str
    form: QueueActionForm
    status: int = 409
    # The verb that was pressed while there were words for another one beside it.
    other_verb: str = ""

    @property
    def comments_summary(self) -> str:
        return describe_comments(self.comments)

    @property
    def words(self) -> str:
        """What its button says."""
        return (FORCE_LABELS if self.status == 409 and not self.other_verb else RETRY_LABELS)[self.verb]

    @property
    def other_label(self) -> str:
        return _("%(act)s, without these words") % {"act": WITHOUT_TEXT_LABELS[self.other_verb]}

    @property
    def version(self) -> int:
        return self.comments[0].version if self.verb.startswith("edit") and self.comments else 0


def run_action(request: HttpRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Do to these comments what the form says; what has to be asked again."""
    if not form.is_valid():
        for sentence in form.complaints():
            messages.error(request, _("Nothing was decided. ") + sentence)
        return build_confirmations(form, load_named(ids), status=400)
    if questions := confirm_unsent_text(form, ids):
        messages.warning(request, _("Nothing was done yet: you had typed words that this would not have sent."))
        return questions
    if form.verb in VERBS:
        return decide_chosen(request, form, ids)
    return ACTIONS[form.verb](request, form, ids)


def confirm_unsent_text(form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """A question, if beside the button that was pressed stands an answer, or other words, that it does not send."""
    if form.verb in TEXT_VERBS or not form.object:
        return []
    comments = list(Comment.objects.filter(pk__in=ids).select_related("post"))
    for comment in comments:
        words = form.cleaned_data["words"]
        if has_visible_text(form.cleaned_data["answer"]):
            return [Confirmation("answer", comments, comment.status, form, other_verb=form.verb)]
        # Against the words he saw: where a colleague has changed them since, the old ones are not his.
        if has_visible_text(words) and form.version == comment.version and words != normalize_newlines(comment.body):
            verb = "edit-approve" if comment.status == Status.PENDING else "edit"
            return [Confirmation(verb, comments, comment.status, form, other_verb=form.verb)]
    return []


def build_confirmations(form: QueueActionForm, comments: Iterable[Comment], *, status: int = 409) -> list[Confirmation]:
    """A question for each state that these comments are in, where it still makes sense."""
    if form.verb not in RETRY_LABELS:
        return []
    groups, to = defaultdict(list), VERBS.get(form.verb)
    for comment in comments:
        if to is None or (to in TRANSITIONS[comment.status] and comment.status != Status.WITHDRAWN):
            groups[comment.status].append(comment)
    return [Confirmation(form.verb, group, state, form, status) for state, group in groups.items()]


@transaction.atomic
def decide_chosen(request: HttpRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """The four verbs. Whoever comes second is told, and asked whether he means it nevertheless."""
    if form.state is None:
        ids = filter_still_reported(ids)
    told = {"reason": form.cleaned_data["reason"], "note": form.cleaned_data["note"]}
    outcome = decide(ids, VERBS[form.verb], by=request.user, via=Via.DESK, expected=form.state, **told)
    add_outcome_messages(request, outcome)
    return build_confirmations(form, outcome.late)


def filter_still_reported(ids: set[int]) -> set[int]:
    """Those of which nobody has answered the reports meanwhile: for the list of reported comments, in any state."""
    lock_threads_of_comments(ids)
    return set(Comment.objects.filter(pk__in=ids).exclude(open_report_count=0).values_list("pk", flat=True))


def lock_threads_of_comments(ids: set[int]) -> None:
    """Those of these comments, as `decide_many` does."""
    Conversation.objects.lock(Comment.objects.filter(pk__in=ids).values("post"))


def approve_and_reply(request: HttpRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Approve and publish the moderator's reply under it, at one stroke that can be taken back as one."""
    outcome = DecisionOutcome(Status.APPROVED)
    for comment in Comment.objects.filter(pk__in=ids).select_related("post", "parent"):
        try:
            published = publish_reply(comment, form, by=request.user, submitter=Submitter(request, comment.post))
        except AlreadyDecided as late:
            comment.status = late.status
            outcome.late.append(comment)
        else:
            sentence = _("Approved and answered: %s.") if comment in published.done else _("Answered: %s.")
            messages.success(
                request, sentence % describe_comments([comment]), extra_tags=f"{UNDO_TAG}{published.batch}"
            )
    for sentence in describe_failures(outcome):
        messages.warning(request, sentence)
    return build_confirmations(form, outcome.late)


@transaction.atomic
def publish_reply(
    comment: Comment, form: QueueActionForm, *, by: AbstractBaseUser, submitter: Submitter
) -> DecisionOutcome:
    """What was decided, as one batch. AlreadyDecided when the comment is hidden meanwhile: its answer would be, too."""
    Conversation.objects.lock([comment.post_id])
    now = Comment.objects.values_list("status", flat=True).get(pk=comment.pk)
    if now not in {Status.APPROVED, form.state}:
        raise AlreadyDecided(now)
    # It waits for the blink of an eye, so that undoing brings it back into the queue with its words.
    reply, _new = submit(
        post=comment.post, parent=comment, body=form.cleaned_data["answer"], **submitter.columns(),
        to=Status.PENDING, via=Via.DESK, by=by, quiet=True,
    )  # fmt: skip
    ids = [comment.pk, reply.pk] if now != Status.APPROVED else [reply.pk]
    return decide(ids, Status.APPROVED, by=by, via=Via.DESK, note=form.cleaned_data["note"])


@transaction.atomic
def edit_chosen(request: HttpRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Replace the words, and approve if asked to; the one line why stands under the comment."""
    left, changed = [], []
    for comment in Comment.objects.filter(pk__in=ids).select_related("post"):
        (changed if edit_if_unchanged(request, comment, form) else left).append(comment)
    if left:
        messages.warning(
            request, _("%s: changed or decided since you opened it. Look again.") % describe_comments(left)
        )
    log_change(request, changed, _("Its words were changed at the desk."))
    if changed and form.verb == "edit":
        messages.success(request, _("The new words are kept, and the old ones too: %s.") % describe_comments(changed))
    if changed and form.verb == "edit-approve":
        form.verb = "approve"
        return decide_chosen(request, form, {one.pk for one in changed})
    return build_confirmations(form, left)


def edit_if_unchanged(request: HttpRequest, comment: Comment, form: QueueActionForm) -> bool:
    """Whether the comment was still as its moderator saw it, and is changed."""
    Conversation.objects.lock([comment.post_id])
    comment.refresh_from_db(fields=["status", "version", "body", "shown"])
    if (comment.status, comment.version) != (form.state, form.version) or comment.status not in EDITABLE_STATUSES:
        return False
    if form.cleaned_data["words"] != comment.body:
        edit(comment, form.cleaned_data["words"], by=request.user, note=form.cleaned_data["why"])
    return True


@transaction.atomic
def dismiss_reports(request: HttpRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """The reports are read and answered: the comment stays as it is.

    Not one that waits. Its reports are what it waits for, so approving is the answer; and its place in the queue, which
    they make, must not move while a colleague goes through it.
    """
    lock_threads_of_comments(ids)
    comments = load_named(ids)
    found = [one for one in comments if one.status != Status.PENDING]
    if waiting := [one for one in comments if one.status == Status.PENDING]:
        messages.warning(
            request, _("Held, so readers do not see it: approve it to let it stand. %s.") % describe_comments(waiting)
        )
    Report.objects.filter(comment__in=found, is_open=True).update(is_open=False)
    Comment.objects.filter(pk__in=[one.pk for one in found]).update(open_report_count=0)
    log_change(request, found, _("The reports by readers were set aside."))
    if found:
        messages.success(request, _("Its reports are set aside: %s.") % describe_comments(found))
    return []


def set_standing(request: HttpRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Trust this reader, hold all he writes, or neither."""
    standing = STANDING_BY_VERB[form.verb]
    for reader in Reader.objects.filter(comments__in=ids).distinct():
        Reader.objects.filter(pk=reader.pk).update(standing=standing)
        log_change(request, [reader], _("Standing: %s") % standing.label)
        messages.success(request, STANDING_MESSAGES[standing] % reader.email)
    return []


def undo_from_queue(request: HttpRequest, form: QueueActionForm) -> None:
    """Undo a batch by its number, or with `last` the last decision of this moderator that still stands."""
    batch = None if form.object == "last" else parse_batch_id(form.object)
    decisions = Decision.objects.filter(batch=batch) if batch else Decision.objects.none()
    if form.object == "last":
        decisions = last_decision_by(request.user)
    if not decisions.exists():
        messages.warning(request, _("There is nothing to take back."))
    else:
        add_undo_messages(request, undo(decisions, by=request.user))


def last_decision_by(user: AbstractBaseUser) -> QuerySet[Decision]:
    """The last decision of his, with its batch, that nobody has taken back or decided differently since."""
    later = Decision.objects.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
    mine = Decision.objects.filter(~Exists(later), by=user, via__in=BY_PEOPLE, undoes=None).exclude(from_status="")
    last = mine.order_by("-id").first()
    if last is None:
        return Decision.objects.none()
    return Decision.objects.filter(batch=last.batch) if last.batch else Decision.objects.filter(pk=last.pk)


def parse_batch_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


ACTIONS = {
    "answer": approve_and_reply,
    "edit": edit_chosen,
    "edit-approve": edit_chosen,
    "aside": dismiss_reports,
    "settle": settle_quotations,
    **dict.fromkeys(STANDING_BY_VERB, set_standing),
}
