"""Pages are sent without the indentation of their templates; text in emails and what people wrote keep theirs."""

from django.template import engines

from blog.models import Page
from tests import factories


def source_of(name: str) -> str:
    engine = engines["django"].engine
    [loader] = engine.template_loaders
    ours = loader.loaders[0]
    return ours.get_contents(next(iter(ours.get_template_sources(name))))


def test_a_page_has_no_indentation_and_the_lines_of_its_template(root):
    stored = (root / "templates/blog/_article.html").read_text()
    assert "\n  " in stored
    assert source_of("blog/_article.html").splitlines() == [line.lstrip() for line in stored.splitlines()]


def test_the_text_of_an_email_is_left_alone(root):
    name = next((root / "templates/comments/mail").glob("*.txt")).relative_to(root / "templates")
    assert source_of(str(name)) == (root / "templates" / name).read_text()


def test_what_people_wrote_keeps_its_indentation(db, visitor):
    page: Page = factories.page(body="    a\n        b\n")
    assert "a\n    b" in visitor.get(page.get_absolute_url()).content.decode()
