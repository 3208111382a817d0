"""Every form of an address that WordPress gave leads to what it was about, in one permanent redirect."""

from urllib.parse import quote

import pytest
from django.test import Client

from blog.models import OldAddress
from tests import factories
from tests.blog.old_addresses.old_blog import HOME, POST, SOURCE, fill_tag, leads, move_in

pytestmark = pytest.mark.django_db

CYRILLIC = quote("/cultures/tea/чайхана")
# What is asked for, and where it leads; "picture" and "document" are the addresses of the files.
FORMS = {
    # Posts: by date, by number, by former slug, with and without what WordPress hangs on.
    "/2009/05/tea-houses/": POST,
    "/2009/05/tea-houses": POST,
    "/2009//05/tea-houses/": POST,
    "/2009/05/Tea-Houses/": POST,
    "/index.php/2009/05/tea-houses/": POST,
    "/2009/05/teahouses/": POST,
    "/archives/12": POST,
    "/archives/12/": POST,
    f"{CYRILLIC}/": POST,
    f"{CYRILLIC.lower()}/": POST,
    "/cultures/tea/чайхана": POST,
    "/?p=12": POST,
    "/?p=0012": POST,
    "/index.php?p=12": POST,
    "/?p=12&preview=true": POST,
    "/?page_id=12": POST,
    "/?p=12&cpage=3": POST,
    "/2009/05/tea-houses/comment-page-3/": POST,
    "/2009/05/tea-houses/comment-page-3": POST,
    "/2009/05/tea-houses/2/": POST,
    "/2009/05/tea-houses/amp/": POST,
    "/2009/05/tea-houses/embed/": POST,
    "/2009/05/tea-houses/trackback/": POST,
    "/2009/05/tea-houses/?utm_source=x": f"{POST}?utm_source=x",
    "/2009/05/tea-houses/?replytocom=5": f"{POST}?replytocom=5",
    # Their feeds.
    "/2009/05/tea-houses/feed/": f"{POST}feed/",
    "/2009/05/tea-houses/feed/rss2/": f"{POST}feed/",
    "/2009/05/tea-houses/feed/atom/": f"{POST}feed/atom/",
    "/2009/05/tea-houses/rdf": f"{POST}feed/",
    "/?p=12&feed=rss2": f"{POST}feed/",
    "/?p=12&feed=atom": f"{POST}feed/atom/",
    # Pages.
    "/about-us/": "/about/",
    "/?page_id=2": "/about/",
    "/?p=2": "/about/",
    "/about-us/feed/": "/about/feed/",
    # Categories and tags.
    "/category/asia/bukhara/": "/tag/bukhara/",
    "/index.php/category/asia/bukhara": "/tag/bukhara/",
    "/category/asia/bukhara/feed/": "/tag/bukhara/feed/",
    "/category/asia/bukhara/feed/atom/": "/tag/bukhara/feed/atom/",
    "/category/asia/bukhara/page/2/": "/tag/bukhara/page/2/",
    "/category/asia/bukhara/page/9/": "/tag/bukhara/",
    "/category/asia/bukhara/page/2/feed/": "/tag/bukhara/feed/",
    "/?cat=3": "/tag/bukhara/",
    "/?cat=3&paged=2": "/tag/bukhara/page/2/",
    "/?cat=3&feed=rss2": "/tag/bukhara/feed/",
    "/tag/buchara/": "/tag/bukhara/",
    "/tag/buchara/feed/": "/tag/bukhara/feed/",
    "/?tag=buchara": "/tag/bukhara/",
    # Authors.
    "/author/alice_w/": "/author/alice/",
    "/author/alice_w/feed/": "/author/alice/feed/",
    "/author/alice_w/page/2/": "/author/alice/",
    "/?author=7": "/author/alice/",
    # Files, and the pages that WordPress gave them.
    "/2009/05/tea-houses/samovar/": "picture",
    "/?attachment_id=13": "picture",
    "/?p=13": "picture",
    "/wp-content/uploads/2009/05/samovar.jpg": "picture",
    "/wp-content/uploads/2009/05/samovar-300x200.jpg": "picture",
    "/wp-content/uploads/2009/05/samovar-scaled.jpg": "picture",
    "/wp-content/uploads/2009/05/samovar-e1300000000000-150x150.jpg": "picture",
    "/wp-content/uploads/2009/05/samovar.jpg.webp": "picture",
    "/wp-content/uploads/2009/05/samovar.jpg?w=300": "picture?w=300",
    "/wp-content/uploads/2009/05/map-scaled.pdf": "document",
    # What every blog had.
    "/index.php": "/",
    "/index.php/2026/03/": "/2026/03/",
    "/index.php/page/2/": "/page/2/",
    "/2026/03/feed/": "/2026/03/",
    "/?m=202603": "/2026/03/",
    "/?year=2026&monthnum=3": "/2026/03/",
    "/?paged=2": "/page/2/",
    "/feed/rss2/": "/feed/",
    "/feed/rdf/": "/feed/",
    "/rdf": "/feed/",
    "/rss.xml": "/feed/",
    "/atom.xml": "/feed/atom/",
    "/wp-rss2.php": "/feed/",
    "/?feed=rss2": "/feed/",
    "/?feed=atom": "/feed/atom/",
    "/?feed=comments-rss2": "/comments/feed/",
    "/comments/feed/rss2/": "/comments/feed/",
    "/wp-commentsrss2.php": "/comments/feed/",
    "/search/green+tea/": "/search/?q=green+tea",
    "/search/green%20tea/feed/rss2/": "/search/?q=green+tea",
    "/?s=tea": "302 /search/?q=tea",
    # What lives under its own address answers there.
    POST: 200,
    f"{POST}feed/": 200,
    "/feed/": 200,
    "/feed/atom/": 200,
    "/comments/feed/": 200,
    "/2026/03/": 200,
    "/": 200,
    "/?utm_source=newsletter": 200,
    # What is gone says so; what never was is a 404.
    "/2008/01/nothing/": 410,
    "/2008/01/nothing/feed/": 410,
    "/?p=99": 404,
    "/?page_id=99": 404,
    "/?author=99": 404,
    "/?cat=99": 404,
    "/?p=x": 200,
    "/?tag=nowhere": 200,
    "/archives/13": 404,
    "/category/asia/": 404,
    "/2009/05/tea-houses/nothing/": 404,
    "/wp-content/uploads/2009/05/other.jpg": 404,
    "/wp-login.php": 404,
    "/xmlrpc.php": 404,
    "/2012/13/45/": 404,
}


@pytest.fixture
def moved(db):
    rows = move_in()
    fill_tag(rows["tag"], 11)
    return rows


def replace_names(target: str | int, files: dict[str, str]) -> str | int:
    """The target with the address of a file in place of its name."""
    for name, url in files.items():
        target = target.replace(name, url) if isinstance(target, str) else target
    return target


def test_every_form_leads_where_the_table_says(moved):
    files = {"picture": moved["picture"].file.url, "document": moved["document"].file.url}
    expected = {address: replace_names(target, files) for address, target in FORMS.items()}
    assert {address: leads(address) for address in FORMS} == expected


def test_every_form_leads_there_in_one_step(moved):
    for address in [address for address, target in FORMS.items() if isinstance(target, str)]:
        final = Client().get(address, follow=True)
        assert (len(final.redirect_chain), final.status_code) == (1, 200), address


def test_a_blog_in_a_folder_answers_with_its_folder_and_without_it(db):
    home = "http://example.org/blog"
    move_in(home=home)
    for prefix in ("", "/blog"):
        assert leads(f"{prefix}/2009/05/tea-houses/") == POST
        assert leads(f"{prefix}/?p=12") == POST
        assert leads(f"{prefix}/index.php?p=12") == POST
        assert leads(f"{prefix}/category/asia/bukhara/feed/") == "/tag/bukhara/feed/"
        assert leads(f"{prefix}/?p=99") == 404
    assert leads("/blog/") == "/"
    assert leads("/blog") == "/"
    assert leads(f"/blog{POST}") == POST
    assert leads("/blog/2026/03/") == "/2026/03/"
    assert leads("/blog/feed/") == "/feed/"
    assert leads("/blog/feed/rss2/") == "/feed/"
    assert leads("/blog/?feed=rss2") == "/feed/"
    assert leads("/blog/?m=202603") == "/2026/03/"
    assert leads("/blog/nothing-here/") == 404
    assert leads("/blog/2008/01/nothing/") == 410
    assert leads("/blogger/2009/05/tea-houses/") == 404


def test_a_post_that_kept_its_address_has_what_wordpress_hung_on_it(db):
    post = factories.post(slug="tea")
    own = post.get_absolute_url()
    assert leads(f"{own}comment-page-7/") == 404
    OldAddress.objects.remember([(f"{HOME}{own}", "post", post.pk)], source=SOURCE, home=HOME)
    assert leads(own) == 200
    assert leads(f"{own}comment-page-7/") == own
    assert leads(f"{own}amp/") == own
    assert leads(f"{own}feed/rss2/") == f"{own}feed/"


def test_a_renamed_post_is_one_step_away_from_all_its_addresses(db):
    post = move_in()["post"]
    post.slug = "chaikhanas"
    post.save()
    new = post.get_absolute_url()
    for address in (POST, "/2009/05/tea-houses/", "/?p=12", f"{POST}comment-page-2/"):
        assert leads(address).startswith(new), address
    assert leads("/2009/05/tea-houses/feed/rss2/") == f"{new}feed/"
