"""Asks for the password of a post, and takes it: so many times from one network in so long."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from blog.models import Post
from blog.page_cache import IS_PROTECTED
from blog.views.post import find_public_post
from blog.views.post_access import PasswordRequired, grant_access
from blog.web.client_ip import client_ip, home_network, neighbourhood_network
from comments.submission.locks import take_lock
from comments.views.decorators import see_other
from comments.web.same_origin import is_same_origin

# Wrong passwords for one post within TRY_SECONDS: of a person who has forgotten it, and of a street of such people.
TRIES_PER_HOME, TRIES_PER_NEIGHBOURHOOD = 5, 30
TRY_SECONDS = 5 * 60


class PostPasswordMiddleware:
    """Asks for the password in place of whatever page of the post was wanted; keeps these pages out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, IS_PROTECTED, False):
            response.headers["Cache-Control"] = "private, no-store"
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, PasswordRequired):
            return None
        return render_password_page(request, exception.post, status=403)


def render_password_page(request: HttpRequest, post: Post, *, status: int, **context: bool) -> HttpResponse:
    """The form, which says nothing of the post but its address."""
    context |= {"is_wrong": context.get("is_wrong", False), "is_too_often": status == 429}
    action = f"{post.get_absolute_url()}password/"
    return render(request, "blog/post_password.html", {"action": action, **context}, status=status)


@csrf_exempt  # nothing is done for whoever is signed in; is_same_origin stands in for a CSRF token
@require_http_methods(["GET", "HEAD", "POST"])
def post_password(request: HttpRequest, *, year: str, month: str, day: str, slug: str) -> HttpResponse:
    """Compare what was typed with the password, and lead to the post."""
    post = find_public_post(year, month, day, slug)
    if request.method != "POST" or not post.is_protected:
        return redirect(post)
    setattr(request, IS_PROTECTED, True)
    counters = try_counters(request, post)
    if not is_same_origin(request):
        return render_password_page(request, post, status=403)
    if not count_try(counters):
        response = render_password_page(request, post, status=429)
        response.headers["Retry-After"] = str(TRY_SECONDS)
        return response
    if not check_password(request.POST.get("password", ""), post.password_hash):
        return render_password_page(request, post, status=403, is_wrong=True)
    count_try(counters, by=-1)
    response = see_other(post.get_absolute_url())
    grant_access(response, post)
    return response


def try_counters(request: HttpRequest, post: Post) -> dict[str, int]:
    """What counts the tries of this reader and of their neighbourhood, with how many are allowed; no address in it."""
    address = client_ip(request)
    limits = {home_network(address): TRIES_PER_HOME, neighbourhood_network(address): TRIES_PER_NEIGHBOURHOOD}
    return {
        salted_hmac("registan.post_password", f"{post.pk} {network}", algorithm="sha256").hexdigest(): allowed
        for network, allowed in limits.items()
    }


@transaction.atomic
def count_try(counters: dict[str, int], *, by: int = 1) -> bool:
    """Count a try before it is made, or take it back; False when there were too many. Many at once are counted each."""
    take_lock("post password")
    numbers = {name: cache.get(f"post-password-{name}", 0) for name in counters}
    if by > 0 and any(numbers[name] >= allowed for name, allowed in counters.items()):
        return False
    for name, number in numbers.items():
        cache.set(f"post-password-{name}", max(number + by, 0), TRY_SECONDS)
    return True
