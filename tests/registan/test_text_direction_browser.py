"""Left-to-right and right-to-left text on a page: borders, numbers and indents are at the start of the text."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

ARABIC, LATIN = "من طلب وجد وجد", "Who seeks, finds."


def directions(page, within: str, block: str) -> list[str]:
    script = "all => all.map(one => getComputedStyle(one).direction)"
    return page.locator(f"{within} {block}").evaluate_all(script)


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ("blockquote", "> {0}\n\n> {1}"),
        ("ul", "- {0}\n\n  more\n\nbetween\n\n* {1}\n\n  more"),
        ("ol", "1. {0}\n\nbetween\n\n1) {1}"),
    ],
)
def test_quotations_and_lists_take_the_direction_of_their_text(browser, live_server, block, text):
    body = "Between them.\n\n" + text.format(ARABIC, LATIN).replace("\n\n>", "\n\nand\n\n>")
    post = factories.post(body=body)
    factories.comment(post, body=body)
    page = browser.new_page()
    page.goto(live_server.url + post.get_absolute_url())
    for within in (".prose", ".comment__body"):
        assert directions(page, within, block) == ["rtl", "ltr"], within
    page.close()
