"""The status of a post as buttons: the form sends the status it has, and each button sends another one."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.contrib.auth.models import User
from django.forms.renderers import TemplatesSetting
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from blog.models import Post


class StatusVerb(NamedTuple):
    """A button that sends a status."""

    status: str
    label: Promise
    is_primary: bool = False

    @property
    def is_publishing(self) -> bool:
        return self.status == Post.Status.PUBLISHED


PUBLISH = StatusVerb(Post.Status.PUBLISHED, _("Publish"), is_primary=True)
HAND_IN = StatusVerb(Post.Status.REVIEW, _("Hand in"), is_primary=True)


class StatusButtons(forms.Widget):
    """Buttons for what can be done with a post now; whoever may not publish it gets no choice that does.

    `choices` are those of the field. The form sets `post`, as it is stored.
    """

    template_name = "admin/widgets/status_buttons.html"

    def __init__(self) -> None:
        super().__init__()
        self.choices: Any = ()
        self.current: str = Post.Status.DRAFT
        self.is_public = self.is_anothers = False

    def set_post(self, post: Post, *, user: User | None) -> None:
        """Take over the status that is stored: a form that was refused has changed nothing."""
        self.current, self.is_public = post.status, post.is_public
        self.is_anothers = user is not None and post.waits_for(user)

    @property
    def may_publish(self) -> bool:
        return Post.Status.PUBLISHED in dict(self.choices)

    @property
    def may_send_back(self) -> bool:
        """Does the post of somebody else wait for this person, who may publish it?"""
        return self.is_anothers and self.may_publish

    @property
    def verbs(self) -> list[StatusVerb]:
        draft, review, published = Post.Status.DRAFT, Post.Status.REVIEW, Post.Status.PUBLISHED
        if self.current == published:
            return [StatusVerb(draft, _("Unpublish") if self.is_public else _("Cancel publication"))]
        if self.current == review:
            back = StatusVerb(draft, _("Send back with notes") if self.may_send_back else _("Take back"))
            return [PUBLISH, back] if self.may_publish else [back]
        return [PUBLISH, StatusVerb(review, _("Hand in for review"))] if self.may_publish else [HAND_IN]

    @property
    def shown_status(self) -> str | Promise:
        is_scheduled = self.current == Post.Status.PUBLISHED and not self.is_public
        return _("scheduled") if is_scheduled else Post.Status(self.current).label

    @property
    def save_label(self) -> Promise:
        labels = {Post.Status.DRAFT: _("Save draft"), Post.Status.REVIEW: _("Save")}
        return labels.get(Post.Status(self.current), _("Update"))

    @property
    def next_label(self) -> Promise | None:
        """The button that opens the panel; None when there is nothing left to do in it."""
        first = self.verbs[0]
        if not first.is_primary:
            return None
        return _("Publish…") if first.is_publishing else _("Hand in…")

    def id_for_label(self, id_: str | None) -> str:
        return ""  # a label would belong to one button of several

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["status"] = self
        return context

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return super().render(name, value, attrs, TemplatesSetting())
