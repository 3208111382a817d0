"""The buttons of the queue for colleagues: assign a comment, and note something about its reader."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.utils.translation import gettext as _

from blog.editing.staff_request import StaffRequest
from blog.models import Conversation
from blog.text.display_names import display_name
from comments.models import Assignment, Comment, Reader, ReaderNote
from comments.queue.colleagues import NOBODY, find_moderator
from comments.queue.confirmation import Confirmation
from comments.queue.forms import QueueActionForm
from comments.queue.outcome_messages import describe_comments


@transaction.atomic
def assign_comments(request: StaffRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Assign these comments to the moderator that was chosen, or to nobody."""
    assignee = form.cleaned_data["assignee"]
    to = find_moderator(assignee)
    if to is None and assignee != NOBODY:
        messages.warning(request, _("Choose somebody who may decide on comments."))
        return []
    Conversation.objects.lock(Comment.objects.filter(pk__in=ids).values("conversation"))
    comments = Assignment.objects.assign(ids, to, by=request.user)
    if not comments:
        messages.warning(request, _("Nothing was assigned: only waiting comments can be."))
    elif to is None:
        messages.success(request, _("Assigned to nobody: %s.") % describe_comments(comments))
    else:
        names = {"name": display_name(to), "comments": describe_comments(comments)}
        messages.success(request, _("Assigned to %(name)s: %(comments)s.") % names)
    return []


@transaction.atomic
def note_on_reader(request: StaffRequest, form: QueueActionForm, ids: set[int]) -> list[Confirmation]:
    """Note something about the readers who wrote these, for colleagues."""
    if not (text := form.cleaned_data["about"]):
        messages.warning(request, _("Write a note first."))
        return []
    for reader in Reader.objects.filter(comments__in=ids).distinct():
        ReaderNote.objects.create(reader=reader, text=text, by=request.user)
        messages.success(request, _("Noted about %s.") % reader.email)
    return []
