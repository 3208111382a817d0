"""Adds to `check --deploy` what a public site still needs, by the rules of the health page and of the machine."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, Warning, register

from registan.site_health.archives import ARCHIVED
from registan.site_health.machine_rules import ANSWERS, DATABASE_RULES, MACHINE_RULES, TABLES
from registan.site_health.setting_rules import SETTING_RULES, SettingRule


@register(Tags.security, deploy=True)
def check_deployment(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[Warning]:
    """Return a warning with a remedy for each rule that is not met."""
    return [describe(rule) for rule in find_unmet_rules()]


def describe(rule: SettingRule) -> Warning:
    return Warning(str(rule.unmet), hint=str(rule.remedy), id=rule.id)


def find_unmet_rules() -> Iterator[SettingRule]:
    """Those of the settings and the machine, then of the database, as far as it can be asked."""
    yield from unmet(*SETTING_RULES, *MACHINE_RULES)
    for needed in (ANSWERS, TABLES):
        if not needed.is_met():
            yield needed
            return
    yield from unmet(ARCHIVED, *DATABASE_RULES)


def unmet(*rules: SettingRule) -> Iterator[SettingRule]:
    return (rule for rule in rules if not rule.is_met())
