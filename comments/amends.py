"""New words for an old comment: their form, what screening says of them, and why they may come too late."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.markup import READER_LIMIT
from blog.text import is_key, storable
from comments import verdicts
from comments.forms import STATUS, CommentForm
from comments.models import Comment
from comments.models.amending import FOR, Obstacle, Screened
from comments.writer import Writer


class EditForm(forms.Form):
    """The words, by the rules of any comment, and the version they are to replace."""

    body = forms.CharField(
        label=gettext_lazy("Comment"),
        strip=False,
        validators=[storable],
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "data-limit": READER_LIMIT}),
    )
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    clean_body = CommentForm.clean_body

    def clean_version(self) -> int:
        """0, which no comment has, for what no form of ours sends."""
        text = self.cleaned_data["version"]
        return int(text) if is_key(text) else 0

    @property
    def status(self) -> int:
        """The HTTP status for what is wrong."""
        codes = {error.code for errors in self.errors.as_data().values() for error in errors}
        return next((status for code, status in STATUS.items() if code in codes), 400)

    def take_up(self, *, version: int) -> None:
        """Next time it replaces this version: he has been shown it."""
        self.data = self.data.copy()
        self.data["version"] = str(version)


def screened(comment: Comment, form: EditForm, *, writer: Writer, address: str) -> Screened | None:
    """What is to be done with the new words; None when a rule refuses them."""
    values = {name: getattr(comment, name) for name in ("name", "email", "website")}
    values["body"] = form.cleaned_data["body"]
    return verdicts.screened(values, html=form.html, writer=writer, address=address)


def in_words(why: Obstacle | None) -> str:
    """Why it cannot be changed; "" when it can."""
    minutes = int(FOR.total_seconds() // 60)
    return {
        None: "",
        Obstacle.TIME: ngettext(
            "A comment can be changed or withdrawn for %d minute. That time is over.",
            "A comment can be changed or withdrawn for %d minutes. That time is over.",
            minutes,
        )
        % minutes,
        Obstacle.ANSWERED: _("Somebody has answered it meanwhile: the answer would hang on words that are gone."),
        Obstacle.DECIDED: _("A moderator has it in hand already."),
        Obstacle.OFTEN: _("It was changed so often that it stands now as it is."),
        Obstacle.CHANGED: _("It was changed elsewhere since you opened this page, perhaps by you in another window."),
    }[why]
