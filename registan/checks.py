"""Adds to `check --deploy` what a public site still needs, by the rules of the health page."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, Warning, register
from django.db import Error

from registan.site_health.archives import ARCHIVED
from registan.site_health.setting_rules import SETTING_RULES, SettingRule


@register(Tags.security, deploy=True)
def check_deployment(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[Warning]:
    """Return a warning with a remedy for each rule that suits only a private site, or one without a way back."""
    unmet = [rule for rule in (*SETTING_RULES, ARCHIVED) if not is_met(rule)]
    return [Warning(str(rule.unmet), hint=str(rule.remedy), id=rule.id) for rule in unmet]


def is_met(rule: SettingRule) -> bool:
    """Is it? Not where it asks a database that does not answer, or has no tables yet."""
    try:
        return rule.is_met()
    except Error:
        return False
