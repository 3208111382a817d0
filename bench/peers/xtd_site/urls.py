"""Posts at the addresses that Registan gives them, and django-comments-xtd's own addresses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import include, path
from xtd_site.models import Post


def show_post(request: HttpRequest, path: str) -> HttpResponse:
    return render(request, "post.html", {"post": get_object_or_404(Post, path=f"/{path}")})


urlpatterns = [path("comments/", include("django_comments_xtd.urls")), path("<path:path>", show_post)]
