"""The report of a year: every number of it, no text and no name, as a page and as a file."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.lifecycle.objections import answer_objection, file_objection
from comments.lifecycle.undo import undo
from comments.models import Comment, Objection, Reason, Report, ReportContact
from comments.statistics.yearly import COLUMNS
from comments.status import Status, Via
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
REASON, UNLAWFUL = "It attacks a person.", "It threatens somebody."


def this_year() -> int:
    return timezone.localdate().year


def lines() -> set[str]:
    """The file of this year: section, item, whether it is automated, and the number."""
    answer = Client().get(f"/moderation/{this_year()}.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    heading, *rest = answer.text.splitlines()
    assert heading == ",".join(COLUMNS)
    return set(rest)


def text() -> str:
    answer = Client().get(f"/moderation/{this_year()}/")
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def a_year(post, time) -> None:
    """Something of everything that is counted."""
    mona, nora = (factories.user(name, group="Moderator", first_name=f"{name}marker") for name in ("mona", "nora"))
    Reason.objects.create(words=UNLAWFUL, law="Criminal Code, section 241")
    by = {"via": Via.DESK, "by": mona}
    factories.reader("bob@example.net")
    comments = [factories.comment(post, is_verified=True, body=f"Bodymarker {number}.") for number in range(6)]
    for comment in comments[:4]:
        report = comment.reports.create(kind="unlawful", words="Wordsmarker", law="Lawmarker", sender="x")
        ReportContact.objects.create(report=report, email="rosa@example.net", delete_at=time.now + timedelta(days=9))
    Comment.objects.update(open_report_count=1)
    time.pass_(hours=2)
    factories.remove(comments[0], **by, reason=REASON)
    factories.remove(comments[1], **by, reason=UNLAWFUL)
    factories.remove(comments[2], **by, reason="Eve of Elm Street 5")
    factories.hold(comments[4], via=Via.RULE)
    factories.mark_spam(factories.comment(post, status=Status.PENDING), via=Via.FILTER)
    undo([factories.remove(comments[5], **by)], by=mona)
    time.pass_(minutes=20)
    call_command("worker", "--once")
    time.pass_(minutes=20)
    call_command("worker", "--once")
    for number, comment in enumerate(comments[:3]):
        objection, _is_new = file_objection(comment, "Objectionmarker")
        Objection.objects.filter(pk=objection.pk).update(at=time.now)
        if number:
            time.pass_(hours=4)
            answer_objection(objection, by=nora, changes=number == 1, answer="Answermarker")


EXPECTED = f"""\
reports,all,,4
reports,unlawful,,4
reports,with address,,4
report outcomes,removed,no,3
decisions,removed,no,3
decisions,pending,yes,2
decisions,spam,yes,1
decisions,undone,,1
removal reasons,{REASON},,1
removal reasons,{UNLAWFUL},,1
removal reasons,another,,1
statements,sent,,4
objections,all,,3
objections,open,,1
objections,upheld,,1
objections,changed,,1
objections,moot,,0
objections,by reporters,,0
median seconds,report,,7200
median seconds,objection,,14400
"""


def test_the_file_has_every_number(post, time):
    a_year(post, time)
    assert set(EXPECTED.splitlines()) - lines() == set()


def test_the_page_says_the_same_in_words(post, time):
    a_year(post, time)
    said = text()
    for words in (
        *(f"How we moderated in {this_year()}", "All reports 4", "It breaks the law 4", "removed, by a person 3"),
        *("spam, by a program 1", f"{UNLAWFUL} (against the law) 1", "Another reason 1", "Sent 4"),
        *("All objections 3", "The decision was changed 1", "The decision stands 1", "Not answered yet 1"),
        *("From a report to its answer 2 hours", "From an objection to its answer 4 hours"),
    ):
        assert words in said, words


def test_neither_holds_a_text_or_a_name(post, time):
    a_year(post, time)
    for address in (f"/moderation/{this_year()}/", f"/moderation/{this_year()}.csv"):
        said = Client().get(address).text.casefold()
        for marker in ("marker", "bob", "rosa", "mona", "nora", "elm street"):
            assert marker not in said, (address, marker)


def test_what_is_erased_goes_on_being_counted(post, time):
    a_year(post, time)
    Report.objects.update(words="", law="")
    ReportContact.objects.all().delete()
    Objection.objects.update(words="", answer="")
    assert {"reports,all,,4", "objections,all,,3"} <= lines()


def test_only_years_with_decisions_have_a_report(visitor, post):
    factories.comment(post)
    assert visitor.get(f"/moderation/{this_year()}/").status_code == 200
    for year in (this_year() + 1, this_year() - 1, 1000):
        assert visitor.get(f"/moderation/{year}/").status_code == 404
        assert visitor.get(f"/moderation/{year}.csv").status_code == 404


def test_the_monthly_report_leads_to_it_and_it_back(visitor):
    assert f'href="/moderation/{this_year()}/"' in visitor.get("/moderation/").text
    html = visitor.get(f"/moderation/{this_year()}/").text
    assert 'href="/moderation/"' in html
    assert f'href="/moderation/{this_year()}.csv"' in html


def test_it_is_counted_once_an_hour(visitor, post):
    factories.comment(post)
    visitor.get(f"/moderation/{this_year()}/")
    with CaptureQueriesContext(connection) as queries:
        answer = visitor.get(f"/moderation/{this_year()}/")
    assert not [query for query in queries if "comments_report" in query["sql"] or "COUNT" in query["sql"]]
    assert answer["Cache-Control"] == "max-age=600, public" or "public" in answer["Cache-Control"]
