"""Everything we store about a reader, for them to download: for programs, and to read."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comments.privacy import export
from comments.readers import session
from comments.views.decorators import no_store


@no_store
@require_safe
def download_data(request: HttpRequest, *, kind: str) -> HttpResponse:
    """`data.json` or `data.html`, for a browser that is signed in as the reader."""
    reader = session.reader_from_request(request)
    if reader is None or kind not in {"json", "html"}:
        raise Http404("There is no data of yours here.")
    data = export.export_reader(reader)
    response: HttpResponse
    if kind == "json":
        response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    else:
        response = render(request, "comments/my_comments/export.html", {"export": data})
    name = f"registan-{timezone.localdate():%Y-%m-%d}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
