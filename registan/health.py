"""Answers the health checks of load balancers and of `deploy/`."""

from importlib import import_module

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registan import readiness


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process runs."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """One word, with 503 when it is "down"; to TRUSTED_MONITORS also a line for each fault, `NAME: WORDS`."""
    state, faults = readiness.assess()
    lines = [state]
    if readiness.may_know(request):
        lines += [f"{name}: {' '.join(fault.split())}" for name, fault in faults.items()]
    status = 503 if state == readiness.DOWN else 200
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8", status=status)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers for Prometheus, to TRUSTED_MONITORS; 404 for everybody else."""
    if not settings.TRUSTED_MONITORS or not readiness.may_know(request):
        raise Http404("There is nothing here.")
    content, content_type = import_module("registan.metrics").exposition()
    return HttpResponse(content, content_type=content_type)
