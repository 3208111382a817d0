"""robots.txt: where crawlers are asked not to look, and what they may use the texts for."""

import pytest

from registan.robots import named_crawlers

SITE = "http://127.0.0.1:8000"


def test_robots_are_led_to_the_sitemap_and_away_from_private_addresses(visitor):
    response = visitor.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert f"Sitemap: {SITE}/sitemap.xml" in lines
    for private in ("admin", "accounts", "comments/receipt", "preview", "moderate"):
        assert f"Disallow: /{private}/" in lines
    assert "Disallow: /" not in lines[lines.index("User-agent: *") :]


@pytest.mark.parametrize(
    ("allowed", "signal", "asked_away", "welcome"),
    [
        (["search", "answers"], "search=yes, ai-input=yes, ai-train=no", ["GPTBot", "CCBot"], ["ChatGPT-User"]),
        (["search"], "search=yes, ai-input=no, ai-train=no", ["GPTBot", "ChatGPT-User"], []),
        (["search", "answers", "training"], "search=yes, ai-input=yes, ai-train=yes", [], ["GPTBot", "CCBot"]),
        ([], "search=no, ai-input=no, ai-train=no", ["GPTBot", "PerplexityBot"], []),
    ],
)
def test_robots_are_told_what_they_may_use_the_texts_for(visitor, settings, allowed, signal, asked_away, welcome):
    settings.CRAWLERS_MAY = allowed
    lines = visitor.get("/robots.txt").content.decode().splitlines()
    everybody = lines.index("User-agent: *")
    assert lines[everybody + 1] == f"Content-Signal: {signal}"
    named = [line.removeprefix("User-agent: ") for line in lines[:everybody] if line.startswith("User-agent")]
    assert {*asked_away} <= {*named}
    assert not {*welcome} & {*named}
    assert ("Disallow: /" in lines[:everybody]) is bool(named)


def test_each_crawler_is_named_once_with_a_purpose_that_can_be_allowed():
    crawlers = list(named_crawlers())
    assert len({name.casefold() for name, _ in crawlers}) == len(crawlers) > 20
    assert {use for _, use in crawlers} == {"answers", "training"}
