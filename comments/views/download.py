"""Everything that is kept of a reader, for him to take away: for machines, and to be read."""

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
    """`data.json` or `data.html`, for the browser that carries the reader's pass."""
    reader = session.reader_from_request(request)
    if reader is None or kind not in {"json", "html"}:
        raise Http404("There is nothing of yours here.")
    everything = export.export_reader(reader)
    if kind == "json":
        response = JsonResponse(everything, json_dumps_params={"ensure_ascii": False, "indent": 2})
    else:
        response = render(request, "comments/my_comments/export.html", {"export": everything})
    name = f"registan-{timezone.localdate():%Y-%m-%d}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
