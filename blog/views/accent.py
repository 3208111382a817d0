"""The site's own accent colour, as a style sheet at an address that names the colour."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from blog.text.colours import accent_for_dark


@require_safe
def accent_sheet(request: HttpRequest, *, colour: str) -> HttpResponse:
    """One rule, for both themes; `colour` is six digits."""
    rule = f":root{{--lapis:light-dark(#{colour},{accent_for_dark(f'#{colour}')})}}\n"
    return HttpResponse(
        rule,
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
