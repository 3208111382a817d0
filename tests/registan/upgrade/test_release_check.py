"""What `make release-check` finds without a network: the changelog, the list of releases, migrations and licences."""

import json

import pytest
from django.conf import settings

from registan.site_version import read_version
from tools import release_check
from tools.release_check import BAD, GOOD, Package
from tools.upgrades.release_list import UNRELEASED, read_releases

WHOLE = "# Changelog\n\n## 1.1.0\n\n### Added\n- A clock.\n\n### When upgrading\n- Nothing.\n\n## 1.0.0\n\nThe first.\n"


def test_a_version_with_its_section_can_be_released():
    assert release_check.check_changelog(WHOLE, "1.1.0").result == GOOD


@pytest.mark.parametrize(
    ("text", "version", "words"),
    [
        (WHOLE, "1.2.0", "no section “1.2.0”"),
        (WHOLE, "1.0.0", "“1.0.0” has no part “When upgrading”"),
        (f"## Unreleased\n- A bell.\n\n{WHOLE}", "1.1.0", "lines stand under “Unreleased”"),
    ],
)
def test_a_version_that_the_changelog_does_not_describe_is_refused(text, version, words):
    found = release_check.check_changelog(text, version)
    assert (found.result, words in found.words) == (BAD, True), found


def test_the_list_of_releases_names_a_commit_and_a_day_for_each():
    for release in read_releases(settings.BASE_DIR):
        assert len(release.commit) == 40
        assert int(release.commit, 16)
        assert len(release.day.split("-")) == 3
    versions = [release.version for release in read_releases(settings.BASE_DIR) if release.version != UNRELEASED]
    assert versions == sorted(set(versions), key=lambda version: [int(part) for part in version.split(".")])
    assert versions[0] == "0.9.0"


def test_every_released_version_has_its_section_in_the_changelog():
    text = (settings.BASE_DIR / "CHANGELOG.md").read_text()
    for release in read_releases(settings.BASE_DIR):
        assert release.version == UNRELEASED or f"\n## {release.version}\n" in text
    assert f"\n## {read_version()}\n" in text


def test_a_changed_migration_is_refused(tmp_path):
    (tmp_path / "migrations.sha256").write_text(f"{'0' * 64}  blog/migrations/0001_initial.py\n")
    assert release_check.check_migrations(tmp_path).words == "changed or gone: blog/migrations/0001_initial.py"
    assert release_check.check_migrations(settings.BASE_DIR).result == GOOD


def test_a_licence_that_nobody_has_looked_at_is_refused():
    ours = [Package("django", "6.1.3", "BSD-3-Clause"), Package("psycopg2-binary", "2.9.13", "LGPL")]
    assert release_check.check_licences(ours).result == GOOD
    assert release_check.check_licences([]).result == BAD
    found = release_check.check_licences([*ours, Package("other", "1", "")])
    assert (found.result, found.words) == (BAD, "look at other (it does not say)")


def test_the_bill_of_materials_names_each_package_as_cyclonedx_does():
    bill = release_check.describe_packages([Package("Django", "6.1.3", "BSD-3-Clause")], "1.0.0")
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    (component,) = json.loads(json.dumps(bill))["components"]
    assert component["purl"] == "pkg:pypi/django@6.1.3"
