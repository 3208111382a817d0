"""A pre-rendered template with values filled in must equal a fresh rendering."""

import pytest
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

from comments.threads.row_templates import escape_value, render_fast, split_template

MASTHEADS = [
    {"name": "Registan", "tagline": "Tea & melons", "has_about": True},
    {"name": "<b>Registan</b>", "tagline": "", "has_about": False},
    {"name": 'A "quoted" name', "tagline": None, "has_about": True},
    {"name": "\0tagline\0", "tagline": "not twice", "has_about": False},
]


@pytest.mark.parametrize("language", ["en", "ru", "uz"])
@pytest.mark.parametrize("values", MASTHEADS)
def test_a_filled_template_equals_a_rendered_one(values, language):
    with override(language):
        anew = render_to_string("_masthead.html", {**values, "tagline": values["tagline"] or ""}).strip()
        assert render_fast("_masthead.html", values) == anew
        assert render_fast("_masthead.html", values) == anew  # and from memory


def test_text_is_escaped_and_html_from_the_renderer_is_not():
    row = {"anchor": "comment-1", "level": "1", "name": '"><script>', "html": SafeString("<p>Words</p>")}
    drawn = render_fast("comments/_row.html", row)
    assert "<script>" not in drawn
    assert "<bdi>&quot;&gt;&lt;script&gt;</bdi>" in drawn
    assert "<p>Words</p>" in drawn


def test_a_value_is_escaped_as_a_template_would_escape_it():
    for value in ("<b> & 'c'", SafeString("<b>"), 7, gettext_lazy("Comments:"), format_html("<i>{}</i>", "&"), True):
        assert escape_value(value) == conditional_escape(value)


def test_a_row_of_the_same_shape_is_rendered_once():
    split_template.cache_clear()
    for name in ("Alice", "Bob"):
        assert name in render_fast("comments/_row.html", {"anchor": f"comment-{name}", "level": "1", "name": name})
    assert split_template.cache_info().misses == 1
    assert "Alice" not in render_fast("comments/_row.html", {"anchor": "comment-1", "level": "1", "name": ""})
    assert split_template.cache_info().misses == 2


def test_an_edited_template_is_seen_at_once(settings):
    settings.DEBUG = True
    split_template.cache_clear()
    assert "Registan" in render_fast("_feed_links.html", {"name": "Registan"})
    assert split_template.cache_info().currsize == 0
