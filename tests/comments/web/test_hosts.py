"""Links are read as browsers read them, whatever their address looks like."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.markup import renderer
from comments.web.hosts import count_external_links, external_hosts


@pytest.mark.parametrize(
    ("address", "hosts"),
    [
        ("https://evil.test/a", ["evil.test"]),
        ("HTTPS://EVIL.test.", ["evil.test"]),
        ("//evil.test", ["evil.test"]),
        ("///evil.test/a", ["evil.test"]),
        ("http:evil.test", ["evil.test"]),
        ("HTTP:/evil.test", ["evil.test"]),
        ("https:///evil.test", ["evil.test"]),
        ("https:\\\\evil.test", ["evil.test"]),
        ("/\\evil.test", ["evil.test"]),
        ("\\/evil.test", ["evil.test"]),
        ("/\t/evil.test", ["evil.test"]),
        (" \x01\n//evil.test", ["evil.test"]),
        ("ht\ntp://evil.test", ["evil.test"]),
        ("//blog.example\\@evil.test", ["blog.example"]),
        ("//evil.test\\@blog.example", ["evil.test"]),
        ("//blog.example:80@evil.test:80", ["evil.test"]),
        ("//%65vil.test", ["evil.test"]),
        ("//", [""]),
        ("http:", [""]),
        ("https:///?a", [""]),
        ("https://[evil", [""]),
        ("/", []),
        ("/a//evil.test", []),
        ("/%5Cevil.test", []),
        ("a/b", []),
        ("?https://evil.test", []),
        ("#//evil.test", []),
        ("mailto:a@evil.test", []),
    ],
)
def test_a_stored_link_is_read_as_browsers_read_it(address, hosts):
    """The renderer allows few of these; comments stored before it existed are parsed all the same."""
    for html in (f'<a href="{escape(address)}" rel="x">', f'<a title="&lt;a &gt;" href="{escape(address)}">'):
        assert external_hosts(f'<p dir="auto">href="{html}b</a></p>') == hosts
        assert count_external_links(f"{html}b</a>") == len(hosts)


def test_a_link_home_leads_nowhere_else(settings):
    settings.HOST = "blog.example"
    assert count_external_links('<a href="//blog.example/a">a</a><a href="https://www.blog.example">b</a>') == 0


@pytest.mark.parametrize(
    "address",
    ["//evil.test", "http:evil.test", "http:/evil.test", "https:///evil.test", "/\\/evil.test", "&#47;/evil.test"],
)
def test_no_comment_links_past_the_rules_and_the_limit(address):
    html = renderer.render_reader_markdown(f"[words]({address}) <{address}>")
    assert external_hosts(html) == []
    assert "href" not in html
    assert "words" in html


@given(st.text(), st.sampled_from(["//", "/\\", "http:", "https://"]))
def test_every_external_url_counts_with_any_suffix(text, start):
    assert len(external_hosts(f'<a href="{escape(start + text)}" rel="x">')) == 1
