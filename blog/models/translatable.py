"""The language of a post, and which posts are translations of one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.text.addresses import absolute_url
from blog.text.languages import language_name, validate_language_tag
from blog.text.site_values import site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from blog.models.post import Post

TRANSLATION_FIELDS = ("language", "translation_of")


class Alternate(NamedTuple):
    """A language for which search engines list a page (`hreflang`), and that page."""

    lang_code: str
    location: str


class Translatable(models.Model):
    """A model in a language of its own.

    Posts that are translations of one another name the same post in `translation_of`, one of them, which names itself:
    so one that has no translations says so, and costs its page no query.
    """

    if TYPE_CHECKING:
        translation_of_id: int | None
        translations: Any  # those that name it, itself among them
        pk: Any

    language = models.CharField(
        gettext_lazy("language"),
        max_length=35,
        blank=True,
        default="",
        db_default="",
        validators=[validate_language_tag],
        help_text=gettext_lazy("Such as en, uz-Cyrl or pt-BR. Leave empty for the site’s language."),
    )
    translation_of = models.ForeignKey(
        "self",
        models.DO_NOTHING,  # PostQuerySet.keep_translations has done it
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=gettext_lazy("translation of"),
        help_text=gettext_lazy("Any post of which this is a translation. They link to one another once published."),
    )

    class Meta:
        abstract = True

    @property
    def text_language(self) -> str:
        """The tag of the language of its text."""
        return self.language or site().language

    @property
    def names_itself(self) -> bool:
        """Is it the post that its translations name?"""
        return self.pk is not None and self.translation_of_id == self.pk

    @property
    def language_name(self) -> str:
        return language_name(self.text_language)

    def public_translations(self) -> list[Post]:
        """Itself and its translations that readers find in lists, the earliest first; no query without any."""
        if self.translation_of_id is None:
            return []
        posts = cast(Any, type(self)).objects.published().filter(translation_of=self.translation_of_id)
        return list(posts.order_by("published_at", "id").for_alternates())

    def clean_translation(self) -> None:
        """Name the post that all its translations name (ValidationError for a second one in a language)."""
        if (chosen := self.translation_of) is None:
            return
        named = self.translation_of = chosen.translation_of or (None if chosen.pk == self.pk else chosen)
        if named is None:
            return
        if named.pk != self.pk and self.pk and self.translations.exclude(pk=self.pk).exists():
            raise ValidationError({"translation_of": _("This post has translations. Choose it in the other post.")})
        group = cast(Any, type(self)).objects.filter(Q(pk=named.pk) | Q(translation_of=named.pk))
        for other in group.exclude(pk=self.pk).for_title_list("language"):
            if other.text_language == self.text_language:
                text = _("“%(title)s” is in this language, too. Translations need a language each.")
                raise ValidationError({"language": text % {"title": other}})

    def link_translation(self, before: Self | None) -> None:
        """Let the post that this one has just begun to name name itself."""
        if self.translation_of_id and (before is None or before.translation_of_id != self.translation_of_id):
            named = type(self)._default_manager.filter(pk=self.translation_of_id, translation_of=None)
            named.update(translation_of=self.translation_of_id)


def alternates_of(translations: Iterable[Post]) -> list[Alternate]:
    """What search engines learn about these translations; nothing of one alone.

    x-default, for readers of any other language, is the one in the site's language, or the earliest.
    """
    pages = {post.text_language: post for post in reversed([*translations]) if post.is_in_sitemap}
    if len(pages) < 2:
        return []
    default = pages.get(site().language) or min(pages.values(), key=lambda post: (post.publication_time, post.pk))
    named = [*sorted(pages.items()), ("x-default", default)]
    return [Alternate(language, absolute_url(post.get_absolute_url())) for language, post in named]
