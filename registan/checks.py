"""Adds to `check --deploy` what a public site still needs, by the rules of the health page."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, Warning, register

from registan.site_health.setting_rules import SETTING_RULES


@register(Tags.security, deploy=True)
def check_deployment(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[Warning]:
    """Return a warning with a remedy for each setting that suits only a private site."""
    unmet = [rule for rule in SETTING_RULES if not rule.is_met()]
    return [Warning(str(rule.unmet), hint=str(rule.remedy), id=rule.id) for rule in unmet]
