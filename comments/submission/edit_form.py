"""New text for a comment: its form, and why it may come too late."""

from __future__ import annotations

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.markup.renderer import READER_LIMIT
from blog.text.first_error_form import FirstErrorForm
from blog.text.validators import is_pk, validate_storable
from comments.lifecycle.edits import EDIT_WINDOW, EditObstacle
from comments.models import Comment
from comments.readers.submitter import Submitter
from comments.submission.body import clean_comment_body
from comments.submission.facts import Submission


class EditForm(FirstErrorForm):
    """The text, by the rules for any comment, and the version it replaces."""

    html = SafeString("")
    body = forms.CharField(
        label=gettext_lazy("Comment"),
        strip=False,
        validators=[validate_storable],
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "data-limit": READER_LIMIT}),
    )
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_body(self) -> str:
        body, self.html = clean_comment_body(self.cleaned_data["body"])
        return body

    def clean_version(self) -> int:
        """0, which is no comment's version, for what no form of ours sends."""
        text = self.cleaned_data["version"]
        return int(text) if is_pk(text) else 0

    def set_version(self, *, version: int) -> None:
        """Let the form, shown again beside this version, replace it."""
        self.data = dict(self.data.items()) | {"version": str(version)}

    def submission(self, comment: Comment, *, submitter: Submitter, address: str) -> Submission:
        """The comment with the new text, as if it were sent now."""
        return Submission(
            submitter=submitter,
            name=comment.name,
            email=comment.email,
            website=comment.website,
            body=self.cleaned_data["body"],
            html=self.html,
            address=address,
        )


def describe_obstacle(obstacle: EditObstacle | None) -> str:
    """Why the comment can no longer be edited; "" when it can."""
    minutes = int(EDIT_WINDOW.total_seconds() // 60)
    return {
        None: "",
        EditObstacle.TIME: ngettext(
            "You can edit or withdraw a comment for %d minute. That time is over.",
            "You can edit or withdraw a comment for %d minutes. That time is over.",
            minutes,
        )
        % minutes,
        EditObstacle.ANSWERED: _("It can no longer be edited or withdrawn, because somebody has replied to it."),
        EditObstacle.DECIDED: _("It can no longer be edited or withdrawn, because a moderator is dealing with it."),
        EditObstacle.OFTEN: _("It can no longer be edited or withdrawn, because it has been edited too often."),
        EditObstacle.CHANGED: _(
            "It was edited elsewhere since you opened this page, perhaps by you in another window."
        ),
    }[obstacle]
