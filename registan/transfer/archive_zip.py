"""/archive.zip: the public site as files, for everybody, if the owner offers it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import http_date, parse_etags
from django.views.decorators.http import require_safe

from registan.byte_ranges import file_response
from registan.transfer.models import Export

# Crawlers ask again after a day, and are told that it is the same.
CACHE_CONTROL = "public, max-age=86400"


@require_safe
def archive_zip(request: HttpRequest) -> HttpResponseBase:
    """The file, a part of it, or 304; Http404 while nothing is offered, or the file is on another machine."""
    export = Export.objects.offered().first()
    if export is None or not export.is_here or export.finished_at is None:
        raise Http404("The archive is not offered.")
    etag = f'"{export.name.partition(".")[0]}"'
    headers = {
        "Cache-Control": CACHE_CONTROL,
        "ETag": etag,
        "Last-Modified": http_date(export.finished_at.timestamp()),
    }
    if etag in parse_etags(request.headers.get("If-None-Match", "").replace("W/", "")):
        return HttpResponseNotModified(headers=headers)
    headers |= {
        "Content-Type": "application/zip",
        "Content-Disposition": f'attachment; filename="{export.download_name}"',
        "X-Robots-Tag": "noindex",
    }
    return file_response(request, export.path.open("rb"), size=export.bytes, headers=headers)
