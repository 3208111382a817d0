"""`make audit` never takes silence for safety."""

import json

from tools.audit import read_report

DJANGO, NH3 = {"name": "django", "version": "6.1.3"}, {"name": "nh3", "version": "0.3.8"}
ADVISORY = {"id": "PYSEC-2027-1", "fix_versions": ["6.1.9"]}


def report(*packages: dict) -> str:
    return json.dumps({"dependencies": packages})


def test_packages_without_advisories_are_well():
    assert read_report(report(DJANGO | {"vulns": []}, NH3 | {"vulns": []})) == (
        ["No advisory for any of 2 packages."],
        0,
    )


def test_an_advisory_is_named_with_the_version_that_mends_it():
    lines, code = read_report(report(DJANGO | {"vulns": [ADVISORY]}, NH3 | {"skip_reason": "not found"}))
    assert lines[0] == "django 6.1.3: PYSEC-2027-1, mended in 6.1.9"
    assert code == 1


def test_a_package_that_could_not_be_asked_about_is_not_well():
    lines, code = read_report(report(DJANGO | {"vulns": []}, NH3 | {"skip_reason": "not found"}))
    assert lines == ["NOT AUDITED: the advisories could be asked about 1 of 2 packages."]
    assert code == 3


def test_no_answer_at_all_is_not_well():
    assert read_report("")[1] == 3
