"""Posts, with their HTML as Registan renders it."""

from django.db import models


class Post(models.Model):
    title = models.CharField(max_length=300)
    path = models.CharField(max_length=300, unique=True)
    html = models.TextField()
    published_at = models.DateTimeField()
    allow_comments = models.BooleanField(default=True)

    class Meta:
        app_label = "xtd_site"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.path
