"""Answers the health checks of load balancers and of `deploy/`."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blog.models import Clock


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process runs."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and is migrated, or 503."""
    try:
        Clock.read()
    except (Error, Clock.DoesNotExist):
        connection.close()
        return HttpResponse("the database is not responding\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")
