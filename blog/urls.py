"""The blog's addresses: WordPress's own shapes, so that a blog that moves in keeps its own."""

from django.urls import path, re_path

from blog import feeds
from blog.views import lists, pages, posts, search, series, share

app_name = "blog"

YEAR = r"(?P<year>[0-9]{4})"
MONTH = rf"{YEAR}/(?P<month>[0-9][0-9])"
DAY = rf"{MONTH}/(?P<day>[0-9][0-9])"
POST = rf"{DAY}/(?P<slug>[-\w]+)"
PAGE = r"(?:page/(?P<number>[0-9]{1,6})/)?"
KIND = r"(?:(?P<kind>atom|json)/)?"
CARD = r"share-(?P<version>[0-9a-f]{16})\.png"

urlpatterns = [
    re_path(rf"^{PAGE}$", lists.home, name="home"),
    re_path(rf"^{YEAR}/{PAGE}$", lists.year, name="year"),
    re_path(rf"^{MONTH}/{PAGE}$", lists.month, name="month"),
    re_path(rf"^{DAY}/{PAGE}$", lists.day, name="day"),
    re_path(rf"^{POST}/$", posts.detail, name="post"),
    re_path(rf"^{POST}/{CARD}$", share.card, name="card"),
    re_path(rf"^{CARD}$", share.site_card, name="site-card"),
    re_path(r"^p/(?P<pk>[1-9][0-9]{0,17})/$", share.short, name="short"),
    path("preview/<token>/", posts.preview, name="preview"),
    re_path(rf"^archive/{PAGE}$", lists.archive, name="archive"),
    re_path(rf"^tags/{PAGE}$", lists.tags, name="tags"),
    re_path(rf"^tag/(?P<tag>[-\w]+)/{PAGE}$", lists.tag, name="tag"),
    re_path(rf"^authors/{PAGE}$", lists.authors, name="authors"),
    re_path(rf"^author/(?P<author>[-\w]+)/{PAGE}$", lists.author, name="author"),
    re_path(rf"^series/{PAGE}$", series.all_series, name="all-series"),
    re_path(rf"^series/(?P<series>[-\w]+)/{PAGE}$", series.series, name="series"),
    re_path(rf"^feed/{KIND}$", feeds.site, name="feed"),
    re_path(rf"^tag/(?P<tag>[-\w]+)/feed/{KIND}$", feeds.tag, name="tag-feed"),
    re_path(rf"^author/(?P<author>[-\w]+)/feed/{KIND}$", feeds.author, name="author-feed"),
    path("search/", search.results, name="search"),
    re_path(rf"^search/feed/{KIND}$", search.feed, name="search-feed"),
    path("opensearch.xml", search.description, name="opensearch"),
    path("subscribe/", pages.subscribe, name="subscribe"),
    path("<slug:page>/", pages.page, name="page"),
]
