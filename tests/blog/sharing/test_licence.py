"""What may be done with the texts: a post says it in a sentence, feeds and search engines by the licence's address."""

import json
import re
from xml.etree import ElementTree

import pytest

from blog.models import Site
from blog.models.licence import OWN_WORDS, SENTENCES, Licence
from tests import factories
from tests.blog.feeds.test_formats import ATOM

pytestmark = pytest.mark.django_db
CC = "{http://backend.userland.com/creativeCommonsRssModule}license"
BY_SA = Licence.BY_SA.value


def parse(answer) -> ElementTree.Element:
    return ElementTree.fromstring(answer.content)  # noqa: S314  our own feed


def choose(licence: str, words: str = "") -> None:
    site = Site.get()
    site.licence, site.licence_words = licence, words
    site.save()


def terms(visitor, post) -> str:
    """What the post says of being reproduced, as HTML."""
    html = visitor.get(post.get_absolute_url()).text
    return " ".join(re.search(r'<p class="post__terms"[^>]*>(.*?)</p>', html, re.DOTALL)[1].split())


def test_every_licence_has_its_sentence_with_a_link_to_it(visitor, post):
    assert set(SENTENCES) == {"", *map(str, Licence)} - {OWN_WORDS}
    for licence in set(SENTENCES) - {""}:
        choose(licence)
        link = f'<a href="{licence}" rel="license">{Licence(licence).label}</a>'
        assert link in terms(visitor, post)
    choose(BY_SA)
    assert re.sub(r"<[^>]+>", "", terms(visitor, post)) == (
        "You may share and adapt this post under CC BY-SA 4.0 if you name its author, link here and pass it on "
        "under the same licence."
    )


def test_without_a_licence_all_rights_are_reserved_and_the_terms_are_linked_if_there_are_any(visitor, post):
    assert terms(visitor, post) == "All rights reserved: ask before you reproduce this post."
    factories.page("terms")
    assert terms(visitor, post).endswith('<a href="/terms/" rel="license">Terms of use</a>')
    choose(BY_SA)
    assert terms(visitor, post).endswith('<a href="/terms/">Terms of use</a>')


def test_an_owner_says_it_in_words_of_their_own(visitor, post):
    choose(OWN_WORDS, "Schools <may> copy.")
    assert terms(visitor, post) == '<bdi lang="en">Schools &lt;may&gt; copy.</bdi>'
    assert "Schools" not in visitor.get("/").text  # the foot of the page names licences alone


def linked_data(visitor, post) -> dict:
    html = visitor.get(post.get_absolute_url()).text
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])


def test_search_engines_are_told_the_licence_or_the_terms(visitor, post):
    assert "license" not in linked_data(visitor, post)
    factories.page("terms")
    assert linked_data(visitor, post)["license"] == "http://127.0.0.1:8000/terms/"
    choose(BY_SA)
    assert linked_data(visitor, post)["license"] == BY_SA


def test_feeds_of_posts_name_the_licence_and_those_of_comments_do_not(visitor, post):
    factories.comment(post)
    choose(BY_SA)
    channel = parse(visitor.get("/feed/")).find("channel")
    assert channel.findtext("copyright") == "CC BY-SA 4.0"
    assert channel.findtext(CC) == channel.find("item").findtext(CC) == BY_SA
    atom = parse(visitor.get("/feed/atom/"))
    for element in (atom, atom.find(f"{ATOM}entry")):
        assert element.findtext(f"{ATOM}rights") == "CC BY-SA 4.0"
        assert element.find(f"{ATOM}link[@rel='license']").get("href") == BY_SA
    feed = visitor.get("/feed/json/").json()
    assert feed["_rights"] == feed["items"][0]["_rights"] == {"name": "CC BY-SA 4.0", "url": BY_SA}
    for kind in ("", "atom/", "json/"):  # what readers write stays theirs
        assert b"CC BY-SA" not in visitor.get(f"/comments/feed/{kind}").content


def test_a_feed_says_in_words_what_has_no_address(visitor, post):
    atom = parse(visitor.get("/feed/atom/"))
    assert (atom.findtext(f"{ATOM}rights"), atom.find(f"{ATOM}link[@rel='license']")) == ("All rights reserved", None)
    choose(OWN_WORDS, "Schools <may> copy.")
    channel = parse(visitor.get("/feed/")).find("channel")
    assert (channel.findtext("copyright"), channel.find(CC)) == ("Schools <may> copy.", None)
