"""The only list of prefixes."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path, re_path

from blog.sitemaps import SECTIONS
from registan import health, language, views

admin.site.login = secure_admin_login(admin.site.login)

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler429 = views.too_many  # allauth's
handler500 = views.server_error

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("robots.txt", views.robots),
    path("language/", language.choose, name="language"),
    path("sitemap.xml", sitemaps.index, {"sitemaps": SECTIONS, "sitemap_url_name": "sitemap"}),
    path("sitemap-<section>.xml", sitemaps.sitemap, {"sitemaps": SECTIONS}, name="sitemap"),
    re_path(r"^media/(?P<path>.+)$", views.media),
    path("admin/", admin.site.urls),
    path("accounts/2fa/totp/activate/", views.activate_totp),
    path("accounts/", include("allauth.urls")),
    path("", include("comments.urls")),
    path("", include("blog.urls")),
]
