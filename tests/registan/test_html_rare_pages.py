"""The checkers of HTML find nothing in rare states, on staff pages and in other languages."""

import re

import pytest

from tests.registan import account_pages, language_pages, rare_pages, site_urls, staff_pages
from tests.registan.html_checkers import run_nu_checker, without_known

# What is said of Django's own admin templates and scripts: each with the words by which its place is known.
NU_OF_DJANGO = (
    ("Trailing slash on void elements",),
    ("Element “option” without attribute “label” must not be empty", 'value=""></option>'),
    ("staff password of another", "No “p” element in scope", "</ul></p>"),
    ("Attribute “disabled” not allowed on element “div”", "id_password"),
)
AXE_OF_DJANGO = (
    ("list:", 'class="select2-selection__rendered"'),
    ("aria-prohibited-attr:", "search-label-icon"),
    ("label-title-only:", 'data-context="available-source"'),
    ("select-name:", 'data-context="available-source"'),
    ("empty-table-header:", '<th class="original"></th>'),
    ("empty-table-header:", "<th></th>"),
)
# Its table of models has fewer cells than headings where there is nothing to add.
SIDEBAR = re.compile(r'<nav class="sticky" id="nav-sidebar".*?</nav>', re.DOTALL)


@pytest.fixture
def short_lists(monkeypatch):
    """Short pages, so that lists and conversations have a second page."""
    for name in ("blog.views.lists.POSTS_PER_PAGE", "blog.views.lists.TITLES_PER_PAGE"):
        monkeypatch.setattr(name, 1)
    monkeypatch.setattr("blog.views.lists.NAMES_PER_PAGE", 1)
    monkeypatch.setattr("comments.threads.layout.COMMENTS_PER_PAGE", 12)


@pytest.fixture(scope="module")
def rendered() -> dict[str, str]:
    """What `seen` has rendered for an earlier test."""
    return {}


@pytest.fixture
def seen(transactional_db, short_lists, rendered) -> dict[str, str]:
    """HTML by name."""
    if not rendered:
        rendered |= render_everything()
    return rendered


def render_everything() -> dict[str, str]:
    texts = rare_pages.empty_site_pages()
    post = site_urls.create_site()
    addresses = language_pages.common_urls(post)
    language_pages.create_multilingual_content(post)
    texts |= rare_pages.rare_pages(post)
    texts |= language_pages.russian_pages(post, addresses) | language_pages.rtl_pages(post, addresses)
    return texts | staff_pages.staff_pages(post) | account_pages.account_pages()


def test_nu_finds_nothing_in_rare_pages(seen, root, tmp_path):
    # What is not translated is in English: that its language is another is the direction's price, and no fault.
    texts = {name: SIDEBAR.sub("", text) for name, text in seen.items() if not name.startswith("rtl ")}
    said = without_known(run_nu_checker(root, texts, where=tmp_path), but=NU_OF_DJANGO)
    assert not said, "\n".join(said)


def test_axe_finds_nothing_in_rare_pages(seen, axe):
    axe.check_texts(seen)
    said = without_known(axe.violations, but=AXE_OF_DJANGO)
    assert not said, "\n".join(said)
