"""What the checkers say of states that are seen rarely, of the staff's side, and of other languages: nothing."""

import re

import pytest

from tests.site import accounts, behind, rarely, states, tongues
from tests.site.checkers import complaints_of_nu, ours

# What is said of Django's own admin templates and scripts: each with the words by which its place is known.
NU_OF_DJANGO = (
    ("Trailing slash on void elements",),
    ("Element “option” without attribute “label” must not be empty", 'value=""></option>'),
    ("staff password of another", "No “p” element in scope", "</ul></p>"),
    ("Attribute “disabled” not allowed on element “div”", "id_password"),
)
AXE_OF_DJANGO = (
    ("list:", 'class="select2-selection__rendered"'),
    ("label-title-only:", 'id="searchbar"'),
    ("label-title-only:", 'data-context="available-source"'),
    ("select-name:", 'data-context="available-source"'),
    ("empty-table-header:", '<th class="original"></th>'),
    ("empty-table-header:", "<th></th>"),
)
# Its table of models has fewer cells than headings where there is nothing to add.
SIDEBAR = re.compile(r'<nav class="sticky" id="nav-sidebar".*?</nav>', re.DOTALL)


@pytest.fixture
def short_lists(monkeypatch):
    """Lists and conversations have a second page all the same."""
    for name in ("blog.views.lists.POSTS_PER_PAGE", "blog.views.lists.TITLES_PER_PAGE"):
        monkeypatch.setattr(name, 1)
    monkeypatch.setattr("blog.views.lists.NAMES_PER_PAGE", 1)
    monkeypatch.setattr("comments.threads.PER_PAGE", 12)


@pytest.fixture
def seen(transactional_db, short_lists) -> dict[str, str]:
    """All of them, by name."""
    texts = rarely.empty_house()
    post = states.make()
    addresses = tongues.addresses_of(post)
    tongues.words_of_many_scripts(post)
    texts |= rarely.all_of(post)
    texts |= tongues.russian(post, addresses) | tongues.from_right_to_left(post, addresses)
    return texts | behind.all_of(post) | accounts.all_of()


def test_nu_finds_nothing_in_what_is_seen_rarely(seen, root, tmp_path):
    # What is not translated is in English: that its language is another is the direction's price, and no fault.
    texts = {name: SIDEBAR.sub("", text) for name, text in seen.items() if not name.startswith("rtl ")}
    said = ours(complaints_of_nu(root, texts, where=tmp_path), but=NU_OF_DJANGO)
    assert not said, "\n".join(said)


def test_axe_finds_nothing_in_what_is_seen_rarely(seen, eye):
    eye.look_at_texts(seen)
    said = ours(eye.complaints, but=AXE_OF_DJANGO)
    assert not said, "\n".join(said)
