"""Who is looking at which comment just now: said to colleagues, so that two do not do the same work. Blocks nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from blog.text.display_names import display_name
from blog.text.validators import is_pk
from comments.models import Comment

# Seconds: to read a long comment and its thread. The page says it again as long as somebody looks.
CLAIM_SECONDS = 120
# What one page may ask about.
MAX_ASKED = 100


def claim_cache_key(pk: int | str) -> str:
    return f"desk.claim.{pk}"


def take_claim(pk: int, *, by: AbstractBaseUser) -> None:
    """`by` looks at the comment, unless a colleague was first."""
    mine = [by.pk, display_name(by)]
    if not cache.add(claim_cache_key(pk), mine, CLAIM_SECONDS) and cache.get(claim_cache_key(pk), mine)[0] == by.pk:
        cache.touch(claim_cache_key(pk), CLAIM_SECONDS)


def claim_first_free(comments: Sequence[Comment], *, by: AbstractBaseUser) -> int | None:
    """`by` has opened a page of the queue and begins with the first comment that no colleague looks at: its number.

    Without script nobody says where on the page somebody is; after each decision the next one is the first.
    """
    first = next((one.pk for one in comments if not one.claimed_by), None)
    if first is not None:
        take_claim(first, by=by)
    return first


def release_claim(pk: int, *, by: AbstractBaseUser) -> None:
    """`by` has gone on to another."""
    if cache.get(claim_cache_key(pk), [None])[0] == by.pk:
        cache.delete(claim_cache_key(pk))


def claims_of_others(pks: Iterable[int], *, than: AbstractBaseUser) -> dict[int, str]:
    """By comment, who else looks at it; one query whatever their number."""
    names = {claim_cache_key(pk): pk for pk in pks}
    found = cache.get_many(list(names))
    return {names[name]: holder for name, (user, holder) in found.items() if user != than.pk}


@require_POST
def update_claims(request: HttpRequest) -> HttpResponse:
    """Note which comment this moderator has come to (`comment`), which he has `left`; who looks at those `shown`."""
    if not request.user.has_perm("comments.moderate_comment"):
        raise PermissionDenied
    pk = request.POST.get("comment", "")
    left, shown = (request.POST.getlist(name)[:MAX_ASKED] for name in ("left", "shown"))
    if not all(is_pk(text) for text in (pk, *left, *shown)):
        return HttpResponseBadRequest(_("There is no such comment."), content_type="text/plain; charset=utf-8")
    for one in left:
        release_claim(int(one), by=request.user)
    take_claim(int(pk), by=request.user)
    return JsonResponse(claims_of_others([int(text) for text in shown], than=request.user))
