"""Questions in place of actions that were not done, each with everything that was typed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.text.validators import has_visible_text
from comments.models import Comment
from comments.queue.forms import QueueActionForm
from comments.queue.outcome_messages import VERBS, describe_comments
from comments.status import TRANSITIONS, Status

# Labels of the button that acts although the comment has changed.
FORCE_LABELS = {
    "approve": gettext_lazy("Approve anyway"),
    "spam": gettext_lazy("Mark as spam anyway"),
    "remove": gettext_lazy("Remove anyway"),
    "hold": gettext_lazy("Return to queue anyway"),
    "answer": gettext_lazy("Approve anyway and reply"),
    "edit": gettext_lazy("Save my text anyway"),
    "edit-approve": gettext_lazy("Save my text anyway and approve"),
}
# Labels of the button that tries again, after a mistake was corrected.
RETRY_LABELS = {
    "approve": gettext_lazy("Approve"),
    "spam": gettext_lazy("Mark as spam"),
    "remove": gettext_lazy("Remove"),
    "hold": gettext_lazy("Return to queue"),
    "answer": gettext_lazy("Approve and reply"),
    "edit": gettext_lazy("Save"),
    "edit-approve": gettext_lazy("Save and approve"),
    "reader-note": gettext_lazy("Add note"),
}
# Labels of actions that may be done without the text typed beside them.
WITHOUT_TEXT_LABELS = {
    **RETRY_LABELS,
    "aside": gettext_lazy("Dismiss reports"),
    "settle": gettext_lazy("Keep quote"),
    "assign": gettext_lazy("Assign"),
    "author-note": gettext_lazy("Make a note for the author"),
    "trust": gettext_lazy("Trust this reader"),
    "distrust": gettext_lazy("Always hold"),
    "untrust": gettext_lazy("Treat like any other reader"),
}
# The actions that send a text.
TEXT_VERBS = {"answer", "insert", "edit", "edit-approve"}


@dataclass
class Confirmation:
    """An action that was not done, for these comments as they are now."""

    verb: str
    comments: list[Comment]
    state: str
    form: QueueActionForm
    status: int = 409
    # The verb that was pressed, when it would have lost text typed for `verb`.
    other_verb: str = ""

    @property
    def comments_summary(self) -> str:
        return describe_comments(self.comments)

    @property
    def words(self) -> str:
        """The label of its button."""
        return str((FORCE_LABELS if self.status == 409 and not self.other_verb else RETRY_LABELS)[self.verb])

    @property
    def other_label(self) -> str:
        return _("%(action)s without this text") % {"action": WITHOUT_TEXT_LABELS[self.other_verb]}

    @property
    def version(self) -> int:
        return self.comments[0].version if self.verb.startswith("edit") and self.comments else 0


def build_confirmations(form: QueueActionForm, comments: Iterable[Comment], *, status: int = 409) -> list[Confirmation]:
    """A question for each status that these comments have, where the action is still possible."""
    verb = "answer" if form.verb == "insert" else form.verb
    if verb not in RETRY_LABELS:
        return []
    groups, to = defaultdict(list), VERBS.get(verb)
    for comment in comments:
        if to is None or (to in TRANSITIONS[comment.status] and comment.status != Status.WITHDRAWN):
            groups[comment.status].append(comment)
    return [Confirmation(verb, group, state, form, status) for state, group in groups.items()]


def confirm_unsent_text(form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """A question when a reply or an edited text was typed beside a button that does not send it."""
    typed = any(has_visible_text(form.cleaned_data[name]) for name in ("about", "answer", "words"))
    if form.verb in TEXT_VERBS or not form.object or not typed:
        return []
    columns = ("name", "status", "version", "body", "post__title", "page__title")
    comments = list(Comment.objects.filter(pk__in=ids).with_subjects().only(*columns))
    if form.cleaned_data["about"] and form.verb != "reader-note":
        return [
            Confirmation("reader-note", [comment], comment.status, form, other_verb=form.verb) for comment in comments
        ]
    text = form.cleaned_data["words"]
    for comment in comments:
        if has_visible_text(form.cleaned_data["answer"]):
            return [Confirmation("answer", comments, comment.status, form, other_verb=form.verb)]
        # Compared with the version that they saw: if somebody else has edited it since, the old text is not theirs.
        is_edited = form.version == comment.version and text != normalize_newlines(comment.body)
        if has_visible_text(text) and is_edited:
            verb = "edit-approve" if comment.status == Status.PENDING else "edit"
            return [Confirmation(verb, comments, comment.status, form, other_verb=form.verb)]
    return []
