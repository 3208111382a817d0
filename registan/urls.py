"""Maps every prefix of the site; the apps' own maps have none."""

from django.contrib import admin
from django.urls import include, path, re_path

from blog.urls import POST
from blog.views.sitemaps import sitemap_index, sitemap_section
from registan import errors, health, robots, views
from registan.content_policy import REPORTS_PATH
from registan.csp_reports import csp_reports
from registan.first_run.first_run_page import first_run
from registan.post_password import post_password
from registan.security_txt import security_txt
from registan.transfer.archive_zip import archive_zip

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many_requests  # allauth's
handler500 = errors.server_error

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("robots.txt", robots.robots_txt),
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path(REPORTS_PATH, csp_reports, name="csp-reports"),
    path("archive.zip", archive_zip, name="archive-zip"),
    path("language/", views.choose_language, name="language"),
    path("sitemap.xml", sitemap_index),
    path("sitemap-<section>.xml", sitemap_section, name="sitemap"),
    re_path(r"^media/(?P<path>.+)$", views.serve_media),
    path("admin/", admin.site.urls),
    path("first-run/<token>/", first_run, name="first-run"),
    path("accounts/", include("registan.accounts.account_urls")),
    re_path(rf"^{POST}/password/$", post_password, name="post-password"),
    path("", include("comments.urls")),
    path("", include("blog.urls")),
]
