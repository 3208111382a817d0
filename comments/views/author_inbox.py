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
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from blog.models import Author, Post
from blog.text.validators import is_pk, validate_storable
from comments.lifecycle.submit import submit
from comments.models import Comment, ReadMarker
from comments.queue.forms import clean_comment_text
from comments.queue.outcome_messages import describe_comments
from comments.readers.submitter import Submitter
from comments.status import Status, Via

# Comments shown on the front page; the number of all is told.
MAX_SHOWN = 10
# Nobody counts further: a thousand and more is many.
MAX_COUNTED = 1_000
INBOX_URL = "admin:index"


@dataclass
class AuthorInbox:
    """What is new: the first `comments` of it, oldest first, and the `count` of all."""

    comments: list[Comment]
    count: int


def inbox_for(user: AbstractBaseUser) -> AuthorInbox | None:
    """What readers got to see under his posts since he last looked, without his own; None for who writes nothing."""
    author = Author.objects.filter(user=user).first()
    if author is None:
        return None
    new = unread_comments(user, author)
    with_posts = new.select_related("post", "parent", "author").defer("post__body", "post__body_html")
    shown = list(with_posts.order_by("decided_at", "pk")[:MAX_SHOWN])
    return AuthorInbox(shown, len(shown) if len(shown) < MAX_SHOWN else new[:MAX_COUNTED].count())


def unread_comments(user: AbstractBaseUser, author: Author) -> QuerySet[Comment]:
    """By anybody but himself, whether he wrote signed in or an archive says that he did."""
    posts = Post.authors.through.objects.filter(author=author).values("post")
    public = Post.objects.published().filter(pk__in=posts)
    approved = Comment.objects.approved().filter(ReadMarker.unseen_by(user), post__in=public)
    return approved.exclude(user=user).exclude(author=author)


class InboxReplyForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Your answer, published under it"),
        strip=False,
        required=False,
        validators=[validate_storable],
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )

    def clean_answer(self) -> str:
        return clean_comment_text(self.cleaned_data["answer"], wanted=True)


@require_http_methods(["GET", "HEAD", "POST"])
def reply_from_inbox(request: HttpRequest, pk: str) -> HttpResponse:
    """A comment under a post of his, and the form for his answer; whatever is refused stays in it."""
    comment, submitter = get_own_comment(request, pk)
    form = InboxReplyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and comment.post.is_closed and not submitter.is_moderator:
        form.add_error(None, _("This conversation is closed: no new comments are taken."))
    if form.is_valid():
        return publish_inbox_reply(request, comment, submitter, form.cleaned_data["answer"])
    context = {**admin.site.each_context(request), "title": _("Answer"), "comment": comment, "form": form}
    status = 400 if form.is_bound else 200
    return TemplateResponse(request, "admin/comments/inbox_reply.html", context, status=status)


def get_own_comment(request: HttpRequest, pk: str) -> tuple[Comment, Submitter]:
    """A comment that readers see, and its reader as the host of that post; Http404 for anybody else."""
    found = Comment.objects.public().filter(pk=pk).select_related("post") if is_pk(pk) else []
    for comment in found:
        submitter = Submitter(request, comment.post)
        if submitter.owns_thread:
            return comment, submitter
    raise Http404("There is no such comment under a post of yours.")


def publish_inbox_reply(request: HttpRequest, comment: Comment, submitter: Submitter, words: str) -> HttpResponse:
    """The answer goes the way of every comment; the same words sent twice are one."""
    to = Status.APPROVED if submitter.publishes_immediately else Status.PENDING
    columns = {**submitter.columns(), "post": comment.post, "parent": comment, "body": words}
    submit(**columns, to=to, via=Via.DESK, by=request.user)
    if to == Status.APPROVED:
        messages.success(request, _("Answered: %s.") % describe_comments([comment]))
    else:
        messages.success(
            request, _("Your answer waits for a moderator, as all under this post: %s.") % describe_comments([comment])
        )
    return redirect(INBOX_URL)


@require_POST
def mark_inbox_read(request: HttpRequest) -> HttpResponse:
    """He has read what the page showed, up to the comment `last`, or with `all` everything there is."""
    author = Author.objects.filter(user=request.user).first()
    comments = (
        unread_comments(request.user, author).order_by("-decided_at", "-pk") if author else Comment.objects.none()
    )
    if "all" not in request.POST:
        last = request.POST.get("last", "")
        comments = comments.filter(pk=last) if is_pk(last) else comments.none()
    for comment in comments.only("decided_at")[:1]:
        ReadMarker.advance(request.user, comment.decided_at, comment.pk)
    return redirect(INBOX_URL)
