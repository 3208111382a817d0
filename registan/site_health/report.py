"""The health page: every line in order, none of which can fail the page, and how many need attention."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from blog.editing.staff_request import StaffRequest
from registan.site_health import archives, background, certificate, machinery, release, setting_rules, waiting
from registan.site_health.health_line import HealthLine, State, Words

log = logging.getLogger(__name__)


class HealthCheck(NamedTuple):
    """The name of a line, and the function that finds out."""

    title: Words
    find: Callable[[], HealthLine]


CHECKS = (
    HealthCheck(gettext_lazy("Email"), background.email_line),
    HealthCheck(gettext_lazy("Worker"), background.worker_line),
    HealthCheck(gettext_lazy("Oldest email"), waiting.oldest_email_line),
    HealthCheck(gettext_lazy("Oldest comment"), waiting.oldest_comment_line),
    HealthCheck(gettext_lazy("Restarts"), waiting.restarts_line),
    HealthCheck(gettext_lazy("Deletions"), waiting.deletions_line),
    HealthCheck(gettext_lazy("Disk"), machinery.disk_line),
    HealthCheck(gettext_lazy("Database"), machinery.database_line),
    HealthCheck(gettext_lazy("Cache"), machinery.cache_line),
    HealthCheck(gettext_lazy("Backup"), release.backup_line),
    HealthCheck(gettext_lazy("Archive"), archives.archive_line),
    HealthCheck(gettext_lazy("Restore tried"), archives.drill_line),
    HealthCheck(gettext_lazy("Email after a restore"), archives.held_email_line),
    HealthCheck(gettext_lazy("Version"), release.version_line),
    HealthCheck(gettext_lazy("Database tables"), release.migrations_line),
    HealthCheck(gettext_lazy("Rendered texts"), release.stored_html_line),
    HealthCheck(gettext_lazy("Search index"), release.search_index_line),
    HealthCheck(gettext_lazy("Address"), setting_rules.address_line),
    HealthCheck(gettext_lazy("Encryption"), setting_rules.encryption_line),
    HealthCheck(gettext_lazy("Certificate"), certificate.certificate_line),
    HealthCheck(gettext_lazy("Proxy"), setting_rules.proxy_line),
    HealthCheck(gettext_lazy("Demo accounts"), release.demo_accounts_line),
    HealthCheck(gettext_lazy("Alarms"), waiting.receivers_line),
)


@require_safe
@permission_required("blog.view_site_health", raise_exception=True)
def site_health(request: StaffRequest) -> HttpResponse:
    lines = sorted(find_lines(), key=lambda line: line[1].state.severity)
    context = {**admin.site.each_context(request), "title": _("Site health"), "lines": lines}
    return TemplateResponse(request, "admin/site_health.html", context)


def find_lines() -> list[tuple[Words, HealthLine]]:
    return [(check.title, find_safely(check)) for check in CHECKS]


def count_troubles() -> int:
    """How many lines need attention."""
    return sum(line.state.needs_attention for _title, line in find_lines())


def find_safely(check: HealthCheck) -> HealthLine:
    """The check's line; one that says so when it failed, whatever the reason."""
    try:
        return check.find()
    except Exception as error:
        log.exception("The health of “%s” could not be found out.", check.title)
        fact = _("This could not be found out: %s") % error
        return HealthLine(State.BROKEN, fact, _("The log of the web server has the details."))
