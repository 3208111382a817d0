"""New words for an old comment: their form, what screening says of them, and why they may come too late."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.markup.renderer import READER_LIMIT
from blog.text.validators import is_pk, validate_storable
from comments.lifecycle.edits import EDIT_WINDOW, EditObstacle, ScreenedText
from comments.models import Comment
from comments.readers.submitter import Submitter
from comments.submission import screen
from comments.submission.comment_form import STATUS_BY_ERROR, CommentForm


class EditForm(forms.Form):
    """The words, by the rules of any comment, and the version they are to replace."""

    body = forms.CharField(
        label=gettext_lazy("Comment"),
        strip=False,
        validators=[validate_storable],
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "data-limit": READER_LIMIT}),
    )
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    clean_body = CommentForm.clean_body

    def clean_version(self) -> int:
        """0, which no comment has, for what no form of ours sends."""
        text = self.cleaned_data["version"]
        return int(text) if is_pk(text) else 0

    @property
    def status(self) -> int:
        """The HTTP status for what is wrong."""
        codes = {error.code for errors in self.errors.as_data().values() for error in errors}
        return next((status for code, status in STATUS_BY_ERROR.items() if code in codes), 400)

    def set_version(self, *, version: int) -> None:
        """Next time it replaces this version: he has been shown it."""
        self.data = self.data.copy()
        self.data["version"] = str(version)


def screen_edit(comment: Comment, form: EditForm, *, submitter: Submitter, address: str) -> ScreenedText | None:
    """What is to be done with the new words; None when a rule refuses them."""
    values = {name: getattr(comment, name) for name in ("name", "email", "website")}
    values["body"] = form.cleaned_data["body"]
    return screen.screen_comment(values, html=form.html, submitter=submitter, address=address)


def describe_obstacle(why: EditObstacle | None) -> str:
    """Why it cannot be changed; "" when it can."""
    minutes = int(EDIT_WINDOW.total_seconds() // 60)
    return {
        None: "",
        EditObstacle.TIME: ngettext(
            "A comment can be changed or withdrawn for %d minute. That time is over.",
            "A comment can be changed or withdrawn for %d minutes. That time is over.",
            minutes,
        )
        % minutes,
        EditObstacle.ANSWERED: _("Somebody has answered it meanwhile: the answer would hang on words that are gone."),
        EditObstacle.DECIDED: _("A moderator has it in hand already."),
        EditObstacle.OFTEN: _("It was changed so often that it stands now as it is."),
        EditObstacle.CHANGED: _(
            "It was changed elsewhere since you opened this page, perhaps by you in another window."
        ),
    }[why]
