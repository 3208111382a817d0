"""What every template may say of the site."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language, get_language_bidi, to_locale

from blog.models import licence
from blog.models.menu import SiteLinks
from blog.sharing import og_image, open_graph
from blog.text.site_values import site
from blog.views.not_set_up import is_set_up
from blog.views.site_links import site_links

# Open Graph names a language together with a country; of these we have words of our own.
OPEN_GRAPH_LOCALES = {"en": "en_GB", "ru": "ru_RU", "uz": "uz_UZ"}


class SiteContext:
    """The site as templates know it; asks the database once, and only when asked for its pages."""

    name = property(lambda self: site().name)
    tagline = property(lambda self: site().tagline)
    url = property(lambda self: settings.SITE_URL)
    language = property(lambda self: get_language() or site().language)
    # For texts by people, where the reader has chosen another language for the words around them.
    text_language = property(lambda self: "" if self.language == site().language else site().language)

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

    values = property(lambda self: site())
    is_set_up = property(lambda self: is_set_up())
    licence_url = property(lambda self: licence.licence_url())
    licence_name = property(lambda self: licence.rights_statement())
    reuse_sentence = property(lambda self: licence.reuse_sentence())

    @property
    def logo_url(self) -> str:
        return default_storage.url(site().logo) if site().logo else ""

    @property
    def icon_url(self) -> str:
        return default_storage.url(site().icon) if site().icon else ""

    @cached_property
    def links(self) -> SiteLinks:
        """Of the menu and the footer, and to the terms of use."""
        return site_links(self.request)


def site_context(request: HttpRequest) -> dict[str, SiteContext]:
    """`blog` in every template; allauth's pages have a `site` of their own."""
    return {"blog": SiteContext(request)}
