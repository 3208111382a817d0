"""A pre-rendered template with values filled in must equal a fresh rendering."""

import pytest
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

from comments.threads.row_templates import escape_value, render_fast, split_template

ROW = {"anchor": "comment-1", "level": "1", "url": "/comments/1/", "when": "20 March", "html": SafeString("<p>Tea</p>")}
ROWS = [
    {**ROW, "name": "Tea & melons", "to_url": "/comments/2/", "to_name": "Bob", "is_verified": True},
    {**ROW, "name": "<b>Registan</b>", "to_url": "/comments/2/", "to_name": "", "is_post_author": True},
    {**ROW, "name": 'A "quoted" name', "to_url": "", "to_name": None},
    {**ROW, "name": "\0when\0", "when": "not twice"},
    {**ROW, "gone": "This comment was removed by a moderator."},
]


@pytest.mark.parametrize("language", ["en", "ru", "uz"])
@pytest.mark.parametrize("values", ROWS)
def test_a_filled_template_equals_a_rendered_one(values, language):
    with override(language):
        fresh = render_to_string("comments/_plain_row.html", values).strip()
        assert str(conditional_escape(values.get("name", values.get("gone")))) in fresh
        assert render_fast("comments/_plain_row.html", values) == fresh
        assert render_fast("comments/_plain_row.html", values) == fresh  # and from memory


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
    assert "Registan" in render_fast("comments/_plain_row.html", {"name": "Registan"})
    assert split_template.cache_info().currsize == 0
