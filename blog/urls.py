"""The blog's addresses: WordPress's own shapes, so that a blog that moves in keeps its own."""

from django.urls import path, re_path

from blog.views import accent, feeds, icons, lists, page, post, search, series, share, source, video

app_name = "blog"

YEAR = r"(?P<year>[0-9]{4})"
MONTH = rf"{YEAR}/(?P<month>[0-9][0-9])"
DAY = rf"{MONTH}/(?P<day>[0-9][0-9])"
POST = rf"{DAY}/(?P<slug>[-\w]+)"
PAGE = r"(?:page/(?P<number>[0-9]{1,6})/)?"
FEED_FORMAT = r"(?:(?P<format>atom|json)/)?"
OG_IMAGE = r"share-(?P<version>[0-9a-f]{16})\.png"

urlpatterns = [
    re_path(rf"^{PAGE}$", lists.home, name="home"),
    re_path(rf"^{YEAR}/{PAGE}$", lists.year_archive, name="year"),
    re_path(rf"^{MONTH}/{PAGE}$", lists.month_archive, name="month"),
    re_path(rf"^{DAY}/{PAGE}$", lists.day_archive, name="day"),
    re_path(rf"^{POST}/$", post.post_detail, name="post"),
    re_path(rf"^{POST}/{OG_IMAGE}$", share.serve_post_og_image, name="og-image"),
    re_path(rf"^{OG_IMAGE}$", share.serve_site_og_image, name="site-og-image"),
    re_path(r"^p/(?P<pk>[1-9][0-9]{0,17})/$", share.short_url, name="short-url"),
    path("preview/<token>/", post.post_preview, name="preview"),
    re_path(rf"^archive/{PAGE}$", lists.archive, name="archive"),
    re_path(rf"^tags/{PAGE}$", lists.tag_list, name="tags"),
    re_path(rf"^tag/(?P<tag>[-\w]+)/{PAGE}$", lists.tag_detail, name="tag"),
    re_path(rf"^authors/{PAGE}$", lists.author_list, name="authors"),
    re_path(rf"^author/(?P<author>[-\w]+)/{PAGE}$", lists.author_detail, name="author"),
    re_path(rf"^series/{PAGE}$", series.series_list, name="series-list"),
    re_path(rf"^series/(?P<series>[-\w]+)/{PAGE}$", series.series_detail, name="series"),
    re_path(rf"^sources/{PAGE}$", source.source_list, name="sources"),
    re_path(rf"^sources/(?P<source>[-\w]+)/{PAGE}$", source.source_detail, name="source"),
    re_path(rf"^feed/{FEED_FORMAT}$", feeds.site_feed, name="feed"),
    re_path(rf"^tag/(?P<tag>[-\w]+)/feed/{FEED_FORMAT}$", feeds.tag_feed, name="tag-feed"),
    re_path(rf"^author/(?P<author>[-\w]+)/feed/{FEED_FORMAT}$", feeds.author_feed, name="author-feed"),
    path("search/", search.search_results, name="search"),
    re_path(rf"^search/feed/{FEED_FORMAT}$", search.search_feed, name="search-feed"),
    re_path(r"^accent-(?P<colour>[0-9a-f]{6})\.css$", accent.accent_sheet, name="accent"),
    path("favicon.ico", icons.favicon, name="favicon"),
    path("apple-touch-icon.png", icons.touch_icon, name="touch-icon"),
    re_path(r"^icon-(?P<side>[0-9]{3})\.png$", icons.home_screen_icon, name="icon"),
    path("manifest.webmanifest", icons.manifest, name="manifest"),
    path("opensearch.xml", search.opensearch_description, name="opensearch"),
    re_path(r"^video/(?P<key>[\w-]{22})/$", video.video_page, name="video"),
    path("subscribe/", page.subscribe, name="subscribe"),
    path("<slug:page>/", page.page_detail, name="page"),
]
