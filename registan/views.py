"""Serves what belongs to neither app: uploaded files, the choice of a language."""

from __future__ import annotations

from pathlib import PurePosixPath

import allauth.mfa.totp.views
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.http.response import HttpResponseBase
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from blog.media.kinds import KINDS
from comments.web.same_origin import is_same_origin
from registan.byte_ranges import file_response

# The formats that blog/images/processing.py and blog/media/kinds.py store; nothing else is served.
MEDIA_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    **{f".{kind.ending}": kind.content_type for kind in KINDS.values()},
}
# Whatever is inside a file, a browser that opens it by itself runs none of it. A PDF would not open in that sandbox.
FILE_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
# A restart of the picture store takes less.
RETRY_SECONDS = "30"


@require_safe
def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve an uploaded file, or a part of it. Names are never used twice, so browsers may cache it for a year."""
    kind = MEDIA_TYPES.get(PurePosixPath(path).suffix.lower())
    if kind is None:
        raise Http404("There is no such file.")
    try:
        file = default_storage.open(path)
    except ConnectionError:  # the store is down for now
        return HttpResponse(status=503, headers={"Retry-After": RETRY_SECONDS})
    except (OSError, ValueError):  # no such file, a folder, a name that no file can have
        raise Http404("There is no such file.") from None
    headers = {**FILE_HEADERS, "Content-Type": kind}
    if kind == "application/pdf":
        headers["Content-Disposition"] = "attachment"
    return file_response(request, file, size=file.size, headers=headers)


# The QR code of the secret is part of the page (a data: URL), so that it is stored nowhere.
allow_data_images = csp_override({**settings.SECURE_CSP, "img-src": [CSP.SELF, "data:"]})
activate_totp = allow_data_images(allauth.mfa.totp.views.activate_totp)


@csrf_exempt  # the form is on pages that are cached for everybody; is_same_origin replaces the token
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Store the language in a cookie, and redirect to the page where it was chosen."""
    if not is_same_origin(request):
        return HttpResponseForbidden(_("This form was sent from another site."), content_type="text/plain")
    response = set_language(request)
    response.status_code = 303 if response.status_code == 302 else response.status_code
    return response
