"""The conversations under an author's own posts: what is new in them, and his answers on the spot."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from blog.models import Author, Post
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
    """What is new: the first `comments` of it, oldest first, and the `count` of all."""

    comments: list[Comment]
    count: int


def new_for(user: AbstractBaseUser) -> Talk | None:
    """What readers got to see under his posts since he last looked, without his own; None for who writes nothing."""
    author = Author.objects.filter(user=user).first()
    if author is None:
        return None
    new = unseen(user, author)
    with_posts = new.select_related("post", "parent", "author").defer("post__body", "post__body_html")
    shown = list(with_posts.order_by("decided_at", "pk")[:SHOWN])
    return Talk(shown, len(shown) if len(shown) < SHOWN else new[:COUNTED].count())


def unseen(user: AbstractBaseUser, author: Author) -> QuerySet[Comment]:
    """By anybody but himself, whether he wrote signed in or an archive says that he did."""
    posts = Post.authors.through.objects.filter(author=author).values("post")
    public = {"post__status": Post.Status.PUBLISHED, "post__published_at__lte": timezone.now()}
    approved = Comment.objects.approved().filter(Look.beyond(user), post__in=posts, **public)
    return approved.exclude(user=user).exclude(author=author)


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
    """He has read what the page showed, up to the comment `last`, or with `all` everything there is."""
    author = Author.objects.filter(user=request.user).first()
    comments = unseen(request.user, author).order_by("-decided_at", "-pk") if author else Comment.objects.none()
    if "all" not in request.POST:
        last = request.POST.get("last", "")
        comments = comments.filter(pk=last) if is_key(last) else comments.none()
    for comment in comments.only("decided_at")[:1]:
        Look.move(request.user, comment.decided_at, comment.pk)
    return redirect(HERE)
