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
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.text import normal_newlines, visible
from comments.desk.forms import ActForm
from comments.desk.periods import PEOPLE
from comments.desk.telling import UNDO, VERBS, named, sentences, tell, tell_taken_back
from comments.desk.writing import comments_of, settle, write_down
from comments.models import Comment, Decision, Reader, Report
from comments.models.batch import Outcome, decide_many
from comments.models.undo import undo
from comments.moderation import MOVES, AlreadyDecided, Status, Via
from comments.writer import Writer

Standing = Reader.Standing
# What a moderator may let a reader stand as, by the word that a button sends.
STANDINGS = {"trust": Standing.TRUSTED, "distrust": Standing.HELD, "untrust": Standing.ORDINARY}
STANDS = {
    Standing.TRUSTED: gettext_lazy("From now on comments by %s are published at once, when it is proven to be him."),
    Standing.HELD: gettext_lazy("From now on every comment by %s waits for a moderator."),
    Standing.ORDINARY: gettext_lazy("From now on what %s did before decides again."),
}


NEVERTHELESS = {
    "approve": gettext_lazy("Approve nevertheless"),
    "spam": gettext_lazy("Mark as spam nevertheless"),
    "remove": gettext_lazy("Remove nevertheless"),
    "hold": gettext_lazy("Back into the queue nevertheless"),
    "answer": gettext_lazy("Approve nevertheless, and answer"),
    "edit": gettext_lazy("Save my words nevertheless"),
    "edit-approve": gettext_lazy("Save my words nevertheless, and approve"),
}
ONCE_MORE = {
    "approve": gettext_lazy("Approve"),
    "spam": gettext_lazy("Mark as spam"),
    "remove": gettext_lazy("Remove"),
    "hold": gettext_lazy("Back into the queue"),
    "answer": gettext_lazy("Approve and answer"),
    "edit": gettext_lazy("Save"),
    "edit-approve": gettext_lazy("Save and approve"),
}
WITHOUT = {
    **ONCE_MORE,
    "aside": gettext_lazy("Let it stand"),
    "settle": gettext_lazy("Let it be quoted"),
    "trust": gettext_lazy("Trust this reader"),
    "distrust": gettext_lazy("Hold always"),
    "untrust": gettext_lazy("Treat as everybody"),
}
# Words that readers see or will see. What was taken away stays as it was.
EDITED = {Status.PENDING, Status.APPROVED}
# Acts that send what was typed.
WORDY = {"answer", "edit", "edit-approve"}


@dataclass
class Again:
    """An act that was not done, asked again: for these comments, as they are now, with everything typed for it."""

    verb: str
    comments: list[Comment]
    state: str
    form: ActForm
    status: int = 409
    # The verb that was pressed while there were words for another one beside it.
    without: str = ""

    @property
    def about(self) -> str:
        return named(self.comments)

    @property
    def words(self) -> str:
        """What its button says."""
        return (NEVERTHELESS if self.status == 409 and not self.without else ONCE_MORE)[self.verb]

    @property
    def words_without(self) -> str:
        return _("%(act)s, without these words") % {"act": WITHOUT[self.without]}

    @property
    def version(self) -> int:
        return self.comments[0].version if self.verb.startswith("edit") and self.comments else 0


def do(request: HttpRequest, form: ActForm, ids: set[int]) -> list[Again]:
    """Do to these comments what the form says; what has to be asked again."""
    if not form.is_valid():
        for sentence in form.complaints():
            messages.error(request, _("Nothing was decided. ") + sentence)
        return asked_again(form, comments_of(ids), status=400)
    if questions := unsent(form, ids):
        messages.warning(request, _("Nothing was done yet: you had typed words that this would not have sent."))
        return questions
    if form.verb in VERBS:
        return decide(request, form, ids)
    return ACTS[form.verb](request, form, ids)


def unsent(form: ActForm, ids: set[int]) -> list[Again]:
    """A question, if beside the button that was pressed stands an answer, or other words, that it does not send."""
    if form.verb in WORDY or not form.object:
        return []
    comments = list(Comment.objects.filter(pk__in=ids).select_related("post"))
    for comment in comments:
        words = form.cleaned_data["words"]
        if visible(form.cleaned_data["answer"]):
            return [Again("answer", comments, comment.status, form, without=form.verb)]
        # Against the words he saw: where a colleague has changed them since, the old ones are not his.
        if visible(words) and form.version == comment.version and words != normal_newlines(comment.body):
            verb = "edit-approve" if comment.status == Status.PENDING else "edit"
            return [Again(verb, comments, comment.status, form, without=form.verb)]
    return []


def asked_again(form: ActForm, comments: Iterable[Comment], *, status: int = 409) -> list[Again]:
    """A question for each state that these comments are in, where it still makes sense."""
    if form.verb not in ONCE_MORE:
        return []
    groups, to = defaultdict(list), VERBS.get(form.verb)
    for comment in comments:
        if to is None or (to in MOVES[comment.status] and comment.status != Status.WITHDRAWN):
            groups[comment.status].append(comment)
    return [Again(form.verb, group, state, form, status) for state, group in groups.items()]


@transaction.atomic
def decide(request: HttpRequest, form: ActForm, ids: set[int]) -> list[Again]:
    """The four verbs. Whoever comes second is told, and asked whether he means it nevertheless."""
    if form.state is None:
        ids = still_reported(ids)
    told = {"reason": form.cleaned_data["reason"], "note": form.cleaned_data["note"]}
    outcome = decide_many(ids, VERBS[form.verb], by=request.user, via=Via.DESK, expected=form.state, **told)
    tell(request, outcome)
    return asked_again(form, outcome.late)


def still_reported(ids: set[int]) -> set[int]:
    """Those of which nobody has answered the reports meanwhile: for the list of reported comments, in any state."""
    lock_threads(ids)
    return set(Comment.objects.filter(pk__in=ids).exclude(flags=0).values_list("pk", flat=True))


def lock_threads(ids: set[int]) -> None:
    """Those of these comments, as `decide_many` does."""
    Comment.lock_threads(set(Comment.objects.filter(pk__in=ids).values_list("post_id", flat=True)))


def answer(request: HttpRequest, form: ActForm, ids: set[int]) -> list[Again]:
    """Approve and publish the moderator's reply under it, at one stroke that can be taken back as one."""
    outcome = Outcome(Status.APPROVED)
    for comment in Comment.objects.filter(pk__in=ids).select_related("post", "parent"):
        try:
            published = publish_reply(comment, form, by=request.user, writer=Writer(request, comment.post))
        except AlreadyDecided as late:
            comment.status = late.status
            outcome.late.append(comment)
        else:
            sentence = _("Approved and answered: %s.") if comment in published.done else _("Answered: %s.")
            messages.success(request, sentence % named([comment]), extra_tags=f"{UNDO}{published.batch}")
    for sentence in sentences(outcome):
        messages.warning(request, sentence)
    return asked_again(form, outcome.late)


@transaction.atomic
def publish_reply(comment: Comment, form: ActForm, *, by: AbstractBaseUser, writer: Writer) -> Outcome:
    """What was decided, as one batch. AlreadyDecided when the comment is hidden meanwhile: its answer would be, too."""
    Comment.lock_thread(comment.post_id)
    now = Comment.objects.values_list("status", flat=True).get(pk=comment.pk)
    if now not in {Status.APPROVED, form.state}:
        raise AlreadyDecided(now)
    who = {"name": writer.name, "email": writer.user.email, "author": writer.author, "user": writer.user}
    # It waits for the blink of an eye, so that undoing brings it back into the queue with its words.
    reply, _new = Comment.submit(
        post=comment.post, parent=comment, body=form.cleaned_data["answer"], **who,
        to=Status.PENDING, via=Via.DESK, by=by, quiet=True,
    )  # fmt: skip
    ids = [comment.pk, reply.pk] if now != Status.APPROVED else [reply.pk]
    return decide_many(ids, Status.APPROVED, by=by, via=Via.DESK, note=form.cleaned_data["note"])


@transaction.atomic
def edit(request: HttpRequest, form: ActForm, ids: set[int]) -> list[Again]:
    """Replace the words, and approve if asked to; the one line why stands under the comment."""
    left, changed = [], []
    for comment in Comment.objects.filter(pk__in=ids).select_related("post"):
        (changed if change_words(request, comment, form) else left).append(comment)
    if left:
        messages.warning(request, _("%s: changed or decided since you opened it. Look again.") % named(left))
    write_down(request, changed, _("Its words were changed at the desk."))
    if changed and form.verb == "edit":
        messages.success(request, _("The new words are kept, and the old ones too: %s.") % named(changed))
    if changed and form.verb == "edit-approve":
        form.verb = "approve"
        return decide(request, form, {one.pk for one in changed})
    return asked_again(form, left)


def change_words(request: HttpRequest, comment: Comment, form: ActForm) -> bool:
    """Whether the comment was still as its moderator saw it, and is changed."""
    Comment.lock_thread(comment.post_id)
    comment.refresh_from_db(fields=["status", "version", "body", "shown"])
    if (comment.status, comment.version) != (form.state, form.version) or comment.status not in EDITED:
        return False
    if form.cleaned_data["words"] != comment.body:
        comment.edit(form.cleaned_data["words"], by=request.user, note=form.cleaned_data["why"])
    return True


@transaction.atomic
def set_aside(request: HttpRequest, form: ActForm, ids: set[int]) -> list[Again]:
    """The reports are read and answered: the comment stays as it is.

    Not one that waits. Its reports are what it waits for, so approving is the answer; and its place in the queue, which
    they make, must not move while a colleague goes through it.
    """
    lock_threads(ids)
    comments = comments_of(ids)
    found = [one for one in comments if one.status != Status.PENDING]
    if waiting := [one for one in comments if one.status == Status.PENDING]:
        messages.warning(request, _("Held, so readers do not see it: approve it to let it stand. %s.") % named(waiting))
    Report.objects.filter(comment__in=found, is_open=True).update(is_open=False)
    Comment.objects.filter(pk__in=[one.pk for one in found]).update(flags=0)
    write_down(request, found, _("The reports by readers were set aside."))
    if found:
        messages.success(request, _("Its reports are set aside: %s.") % named(found))
    return []


def let_stand(request: HttpRequest, form: ActForm, ids: set[int]) -> list[Again]:
    """Trust this reader, hold all he writes, or neither."""
    standing = STANDINGS[form.verb]
    for reader in Reader.objects.filter(comments__in=ids).distinct():
        Reader.objects.filter(pk=reader.pk).update(standing=standing)
        write_down(request, [reader], _("Standing: %s") % standing.label)
        messages.success(request, STANDS[standing] % reader.email)
    return []


def take_back(request: HttpRequest, form: ActForm) -> None:
    """Undo a batch by its number, or with `last` the last decision of this moderator that still stands."""
    batch = None if form.object == "last" else number(form.object)
    decisions = Decision.objects.filter(batch=batch) if batch else Decision.objects.none()
    if form.object == "last":
        decisions = last_of(request.user)
    if not decisions.exists():
        messages.warning(request, _("There is nothing to take back."))
    else:
        tell_taken_back(request, undo(decisions, by=request.user))


def last_of(user: AbstractBaseUser) -> QuerySet[Decision]:
    """The last decision of his, with its batch, that nobody has taken back or decided differently since."""
    later = Decision.objects.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
    mine = Decision.objects.filter(~Exists(later), by=user, via__in=PEOPLE, undoes=None).exclude(from_status="")
    last = mine.order_by("-id").first()
    if last is None:
        return Decision.objects.none()
    return Decision.objects.filter(batch=last.batch) if last.batch else Decision.objects.filter(pk=last.pk)


def number(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


ACTS = {
    "answer": answer,
    "edit": edit,
    "edit-approve": edit,
    "aside": set_aside,
    "settle": settle,
    **dict.fromkeys(STANDINGS, let_stand),
}
