"""Pages are sent without the indentation and empty lines of templates; emails and what people wrote keep theirs."""

from django.template import engines

from blog.models import Page
from tests import factories


def source_of(name: str) -> str:
    engine = engines["django"].engine
    [loader] = engine.template_loaders
    ours = loader.loaders[0]
    return ours.get_contents(next(iter(ours.get_template_sources(name))))


def test_a_page_has_no_indentation_and_nothing_of_its_template_is_lost(root):
    stored = (root / "templates/blog/_article.html").read_text()
    assert "\n  " in stored
    source = source_of("blog/_article.html")
    assert "\n " not in source
    assert "".join(source.splitlines()) == "".join(line.lstrip() for line in stored.splitlines())


def test_a_line_of_tags_alone_is_sent_as_no_line_and_others_keep_their_breaks(root):
    stored = [line.strip() for line in (root / "templates/blog/archive.html").read_text().splitlines()]
    source = source_of("blog/archive.html")
    assert {"{% if years %}", "{% endfor %}"} <= {*stored}
    assert '{% if years %}<ul class="years"' in source
    assert "</li>\n{% endfor %}</ul>\n" in source
    assert "{% endfor %}\n</ul>" in source  # of a line with more than tags


def test_the_text_of_an_email_is_left_alone(root):
    name = next((root / "templates/comments/mail").glob("*.txt")).relative_to(root / "templates")
    assert source_of(str(name)) == (root / "templates" / name).read_text()


def test_what_people_wrote_keeps_its_indentation(db, visitor):
    page: Page = factories.page(body="    a\n        b\n")
    assert "a\n    b" in visitor.get(page.get_absolute_url()).content.decode()
