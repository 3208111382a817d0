"""In which language the site speaks: its own, or the one a reader has chosen for himself."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from comments.views.private import came_from_us


class ReadersLanguage:
    """Speaks the language of the reader's cookie, when we have it; else the site's own.

    Not Django's LocaleMiddleware, which also asks the browser: a blog speaks the language it is written in, and a page
    that everybody shares must not differ by a header. The cookie does not begin with `registan_`: it makes nobody
    somebody, and kept pages are kept for each language (blog/page_cache.py).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


@csrf_exempt  # the form stands on pages that anybody may keep; came_from_us does what a key would
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie, and lead back to the page where it was chosen."""
    if not came_from_us(request):
        return HttpResponseForbidden(_("This form was sent from another site."), content_type="text/plain")
    response = set_language(request)
    response.status_code = 303 if response.status_code == 302 else response.status_code
    return response
