"""The conversations under an author's own posts: what is new in them, and his answers on the spot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from blog.models import Author
from blog.text import is_key, storable
from comments.desk.forms import said
from comments.desk.telling import named
from comments.models import Comment, Look
from comments.moderation import Status, Via
from comments.writer import Writer

# Comments shown on the front page; the number of all is told.
SHOWN = 10
# Nobody counts further: a thousand and more is many.
COUNTED = 1_000
HERE = "admin:index"


@dataclass
class Talk:
    """What is new: the latest `comments`, the `count` of all, and `until`, seconds since 1970 of the newest."""

    comments: list[Comment]
    count: int
    until: int


def new_for(user: AbstractBaseUser) -> Talk | None:
    """What readers got to see under his posts since he last looked, without his own; None for who writes nothing."""
    author = Author.objects.filter(user=user).first()
    if author is None:
        return None
    posts = author.posts.published().values("pk")
    heard = Comment.objects.approved().filter(post__in=posts, decided_at__gt=Look.of(user))
    others = heard.exclude(user=user).order_by("-decided_at", "-pk")
    shown = list(others.select_related("post", "parent", "author").defer("post__body", "post__body_html")[:SHOWN])
    count = len(shown) if len(shown) < SHOWN else others[:COUNTED].count()
    return Talk(shown, count, int(shown[0].decided_at.timestamp()) if shown else 0)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Your answer, published under it"),
        strip=False,
        required=False,
        validators=[storable],
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )

    def clean_answer(self) -> str:
        return said(self.cleaned_data["answer"], wanted=True)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: str) -> HttpResponse:
    """A comment under a post of his, and the form for his answer; whatever is refused stays in it."""
    comment, writer = theirs(request, pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and comment.post.is_closed and not writer.moderates:
        form.add_error(None, _("This conversation is closed: no new comments are taken."))
    if form.is_valid():
        return publish(request, comment, writer, form.cleaned_data["answer"])
    context = {**admin.site.each_context(request), "title": _("Answer"), "comment": comment, "form": form}
    status = 400 if form.is_bound else 200
    return TemplateResponse(request, "admin/comments/answer.html", context, status=status)


def theirs(request: HttpRequest, pk: str) -> tuple[Comment, Writer]:
    """A comment that readers see, and its reader as the host of that post; Http404 for anybody else."""
    found = Comment.objects.public().filter(pk=pk).select_related("post") if is_key(pk) else []
    for comment in found:
        writer = Writer(request, comment.post)
        if writer.is_host:
            return comment, writer
    raise Http404("There is no such comment under a post of yours.")


def publish(request: HttpRequest, comment: Comment, writer: Writer, words: str) -> HttpResponse:
    """The answer goes the way of every comment; the same words sent twice are one."""
    to = Status.APPROVED if writer.is_heard_at_once else Status.PENDING
    who = {"name": writer.name, "email": writer.user.email, "author": writer.author, "user": writer.user}
    Comment.submit(post=comment.post, parent=comment, body=words, **who, to=to, via=Via.DESK, by=request.user)
    if to == Status.APPROVED:
        messages.success(request, _("Answered: %s.") % named([comment]))
    else:
        messages.success(
            request, _("Your answer waits for a moderator, as all under this post: %s.") % named([comment])
        )
    return redirect(HERE)


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """He has read what the page showed: what came since it was drawn stays new."""
    until = request.POST.get("until", "")
    if is_key(until) and len(until) < 12:
        Look.move(request.user, datetime.fromtimestamp(int(until), UTC))
    return redirect(HERE)
