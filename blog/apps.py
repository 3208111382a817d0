from django.apps import AppConfig


class BlogConfig(AppConfig):
    """What authors write: posts, pages, authors, tags, and the pages that show them."""

    name = "blog"

    def ready(self) -> None:
        from blog.models import counts

        counts.connect()
