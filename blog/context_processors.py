"""What every template may say of the site."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language, get_language_bidi, to_locale

from blog.models import Page
from blog.page_cache import cached_value
from blog.sharing import og_image, open_graph

# Open Graph names a language together with a country; of these we have words of our own.
OPEN_GRAPH_LOCALES = {"en": "en_GB", "ru": "ru_RU", "uz": "uz_UZ"}


class SiteContext:
    """The site as templates know it; asks the database once, and only when asked for its pages."""

    name = property(lambda self: settings.SITE_NAME)
    tagline = property(lambda self: settings.SITE_TAGLINE)
    url = property(lambda self: settings.SITE_URL)
    language = property(lambda self: get_language() or settings.LANGUAGE_CODE)
    # For texts by people, where the reader has chosen another language for the words around them.
    text_language = property(lambda self: "" if self.language == settings.LANGUAGE_CODE else settings.LANGUAGE_CODE)

    @property
    def can_switch_language(self) -> bool:
        """Is the language offered here? Not on an answer to a form: what was typed would be left behind."""
        return self.request.method in {"GET", "HEAD"}

    @property
    def here(self) -> str:
        """The way back to this page, where it lets no browser say whence it comes (views/private.py); "" elsewhere."""
        return self.request.get_full_path() if getattr(self.request, "hides_referrer", False) else ""

    locale = property(lambda self: OPEN_GRAPH_LOCALES.get(self.language) or to_locale(self.language))
    og_image_url = property(lambda self: open_graph.site_og_image_url())
    og_image_width, og_image_height = og_image.WIDTH, og_image.HEIGHT
    language_dir = property(lambda self: "rtl" if get_language_bidi() else "ltr")

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def standing_pages(self) -> list[str]:
        slugs: list[str] = cached_value(self.request, "standing-pages", linked_page_slugs)
        return slugs

    @property
    def has_about(self) -> bool:
        return "about" in self.standing_pages

    @property
    def has_terms(self) -> bool:
        return "terms" in self.standing_pages


def linked_page_slugs() -> list[str]:
    """Return which of the pages that every page links to exist."""
    return list(Page.objects.filter(slug__in=("about", "terms")).values_list("slug", flat=True))


def site_context(request: HttpRequest) -> dict[str, SiteContext]:
    """`blog` in every template; allauth's pages have a `site` of their own."""
    return {"blog": SiteContext(request)}
