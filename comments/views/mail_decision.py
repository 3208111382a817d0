"""A moderator decides on one comment by the link in an email. Opening it changes nothing; a button acts, once."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from blog.models import Conversation
from comments.lifecycle.decide import decide_one
from comments.mail import emails
from comments.models import Comment, Decision, Reason
from comments.queue import hidden_quotes
from comments.queue.outcome_messages import VERBS, decider_name
from comments.status import Status, Via
from comments.views.decorators import secret_page, see_other
from comments.web import tokens

# A comment in an email is waiting already, so "hold" is not offered.
OFFERED_VERBS = ("approve", "spam", "remove")


@dataclass
class MailDecision:
    """What a link is bound to: a version of a comment, the decision that put it into the queue, and a moderator."""

    comment: Comment
    version: int
    moderator: User
    decision_id: int

    @property
    def last(self) -> Decision:
        """The last decision on the comment."""
        return self.comment.decisions.select_related("by").order_by("-pk")[0]

    @property
    def is_edited(self) -> bool:
        return self.comment.version != self.version

    def is_open(self, last: Decision) -> bool:
        """Is it still waiting, with the text of the email? A comment that was put back later has a newer email."""
        return self.comment.status == Status.PENDING and not self.is_edited and last.pk == self.decision_id


# The token takes the place of a CSRF token: nobody can send the form for a moderator without their email. Nobody need
# be signed in, so there is no session that another site could use; and no-referrer makes browsers hide the Origin.
@secret_page()
def decide_by_mail(request: HttpRequest, *, token: str) -> HttpResponse:
    """Show the comment and the buttons, or decide as a button says unless somebody else was first."""
    try:
        case = open_mail_decision(token)
    except tokens.BadToken as refusal:
        kind, status = ("is_expired", 410) if refusal.expired else ("is_unknown", 404)
        return render(request, "comments/mail_decision_refused.html", {kind: True}, status=status)
    if not may_decide(case.moderator):
        return render(request, "comments/mail_decision_refused.html", status=403)
    if request.method != "POST":
        return render_mail_decision(request, case)
    return handle_mail_decision(request, case)


def open_mail_decision(token: str) -> MailDecision:
    """What the token is bound to; raises BadToken, and Http404 when the comment or the moderator is gone."""
    bound = tokens.read_token(tokens.DECIDE, token, max_age=tokens.DECIDE_AGE, count=4)
    comment_pk, version, user_pk, decision_pk = bound
    comment = get_object_or_404(Comment.objects.with_subjects().select_related("parent"), pk=comment_pk)
    return MailDecision(comment, version, get_object_or_404(get_user_model(), pk=user_pk), decision_pk)


def may_decide(user: User) -> bool:
    """By the permissions of today, not of the day the email was sent."""
    return user.is_active and user.has_perm("comments.moderate_comment")


def handle_mail_decision(request: HttpRequest, case: MailDecision) -> HttpResponse:
    """Decide as the form says, then redirect to the page, which shows what was decided."""
    verb, chosen = request.POST.get("decision", ""), request.POST.get("reason", "")
    reason = Reason.objects.find(chosen) if chosen and verb == "remove" else None
    if verb not in OFFERED_VERBS:
        return render_mail_decision(request, case, complaint=_("Choose one of the buttons."), status=400)
    if chosen and verb == "remove" and reason is None:
        complaint = _("This reason is no longer on the list. Choose another.")
        return render_mail_decision(request, case, complaint=complaint, status=400)
    if not decide_if_open(case, VERBS[verb], reason=reason.words if reason else ""):
        complaint = _("Nothing was changed, because somebody else decided first.")
        return render_mail_decision(request, case, complaint=complaint, status=409)
    return see_other(request.path)


@transaction.atomic
def decide_if_open(case: MailDecision, to: Status, *, reason: str) -> bool:
    """Decide if the case is still open. The thread is locked first, so that nobody else decides in between."""
    Conversation.objects.lock([case.comment.conversation_id])
    case.comment.refresh_from_db(fields=["status", "version"])
    if not case.is_open(case.last):
        return False
    decide_one(case.comment, to, via=Via.MAIL, by=case.moderator, reason=reason, expected=Status.PENDING)
    return True


def render_mail_decision(
    request: HttpRequest, case: MailDecision, *, complaint: str = "", status: int = 200
) -> HttpResponse:
    comment, last = case.comment, case.last
    is_open, is_hidden = case.is_open(last), comment.status != Status.APPROVED
    context = {
        "case": case,
        "comment": comment,
        "post": comment.subject,
        "is_open": is_open,
        "waits": comment.status == Status.PENDING,
        "decision": last,
        "decider": _("you") if last.by_id == case.moderator.pk else decider_name(last),
        "why": emails.explain_hold(comment) if is_open else (),
        "reasons": Reason.objects.filter(is_offered=True) if is_open else (),
        "quoted": comment.is_quoted and is_hidden and hidden_quotes.quote_warning([comment.pk]),
        "complaint": complaint,
    }
    return render(request, "comments/mail_decision.html", context, status=status)
