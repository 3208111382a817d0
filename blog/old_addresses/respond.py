"""The redirect to where a lost address leads today."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase

from blog.models import OldAddress
from blog.old_addresses.find import Answer, Asked, find_answer
from blog.page_cache import PRIVATE_CACHE_CONTROL

# The attribute of a request with its answer, which the page that would say 404 asks for, and the middleware again.
ANSWER = "old_address_answer"
HTTP_PERMANENT_REDIRECT, HTTP_TEMPORARY_REDIRECT = 308, 307


class OldAddressRedirect(HttpResponseRedirectBase):
    """A redirect of any status. Kept by nobody, since owners change where addresses lead."""

    def __init__(self, url: str, status: int) -> None:
        self.status_code = status
        super().__init__(url)
        self.headers["Cache-Control"] = PRIVATE_CACHE_CONTROL


def answer_for(request: HttpRequest) -> Answer | None:
    """What answers this request, if nothing else does; looked up once."""
    if not hasattr(request, ANSWER):
        is_read = request.method in {"GET", "HEAD", "POST"}
        answer = find_answer(Asked(request.path, request.META.get("QUERY_STRING", ""))) if is_read else None
        setattr(request, ANSWER, answer)
    found: Answer | None = getattr(request, ANSWER)
    return found


def redirect_for(request: HttpRequest) -> HttpResponse | None:
    """The redirect to where this address leads; None if it leads nowhere, or is gone. No form leaves the site."""
    answer = answer_for(request)
    if answer is None or answer.code == OldAddress.Code.GONE:
        return None
    if request.method == "POST" and not answer.url.startswith("/"):
        return None
    query = request.META.get("QUERY_STRING", "") if answer.takes_query else ""
    if query and not {"?", "#"}.intersection(answer.url):
        return OldAddressRedirect(f"{answer.url}?{query}", status_of(request, answer))
    return OldAddressRedirect(answer.url, status_of(request, answer))


def status_of(request: HttpRequest, answer: Answer) -> int:
    """The status of the redirect: a form is sent on as it is, such as a comment written while its post was renamed."""
    if request.method != "POST":
        return answer.code
    is_permanent = answer.code == OldAddress.Code.PERMANENT
    return HTTP_PERMANENT_REDIRECT if is_permanent else HTTP_TEMPORARY_REDIRECT
