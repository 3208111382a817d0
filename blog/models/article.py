"""What readers read: title, epigraph, summary and text as typed, and the HTML rendered from them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.markup import contents, extract, renderer
from blog.markup.typography import typeset
from blog.models.covered import Covered
from blog.models.fields import DerivedField, DerivedNumberField, HtmlField, RenderedField
from blog.models.illustrated import render_article_with_images
from blog.text.reading_time import count_minutes
from blog.text.validators import validate_single_line, validate_storable

# What a search finds of an article: its title and `plain_text`.
SEARCHED_FIELDS = ("title", "summary", "epigraph_html", "epigraph_source", "body_html")


class Article(Covered):
    """A model with a text in Markdown, rendered once, when it is saved."""

    title = models.CharField(pgettext_lazy("column", "title"), max_length=250, validators=[validate_single_line])
    epigraph = models.TextField(
        pgettext_lazy("column", "epigraph"),
        blank=True,
        validators=[validate_storable],
        help_text=gettext_lazy("A quotation shown above the text. Markdown."),
    )
    epigraph_html = RenderedField(source="epigraph", by=renderer.render_author_markdown)
    epigraph_source = models.CharField(
        pgettext_lazy("column", "epigraph source"),
        max_length=250,
        blank=True,
        validators=[validate_single_line],
        help_text=gettext_lazy("Who said or wrote it, and where."),
    )
    summary = models.TextField(
        pgettext_lazy("column", "summary"),
        blank=True,
        validators=[validate_storable],
        help_text=gettext_lazy("Shown in lists and feeds instead of the opening words."),
    )
    body = models.TextField(
        pgettext_lazy("column", "body"), validators=[validate_storable], help_text=gettext_lazy("Markdown.")
    )
    body_html = RenderedField(source="body", by=render_article_with_images)
    opening = DerivedField(source="body_html", by=extract.opening_words)
    contents_html = HtmlField(source="body_html", by=contents.render_contents, db_default="")
    reading_minutes = DerivedNumberField(source="body", by=count_minutes, db_default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    def differs(self, other: models.Model | None, names: Iterable[str]) -> bool:
        """Does any of these fields differ in `other`, a row with the same fields? From None, every field does."""
        return other is None or any(getattr(self, name) != getattr(other, name) for name in names)

    @property
    def typeset_summary(self) -> str:
        """The summary as readers see it."""
        return typeset(self.summary)

    def plain_text(self) -> str:
        """All the text that a search finds, without markup."""
        texts = [self.typeset_summary, extract.plain_text(self.epigraph_html), typeset(self.epigraph_source)]
        return "\n".join([*texts, extract.plain_text(self.body_html)])
