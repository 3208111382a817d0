"""Captions under quotations: who wrote the words, when, and whether they have changed or gone since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote

from django.db.models import Case, CharField, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from blog.markup import extract
from blog.models import Commentable
from blog.text.datetimes import time_element
from comments.models import Comment, Quotation
from comments.models.quotation import source_version, subject_source
from comments.status import Status
from comments.threads.quotations import QuoteSource

# So many words of a quotation let a browser find its place in the post.
FRAGMENT_WORDS = 8
# The text of a source is only needed where its version is no longer the one quoted.
UNCHANGED_SOURCE = When(version=Cast("source__version", CharField()), then=Value(""))


class LoadedQuotation(NamedTuple):
    """A quotation with the HTML of its source, which is "" unless the source was edited since."""

    quotation: Quotation
    source_html: str


def add_captions(rows: Iterable[Comment], subject: Commentable) -> None:
    """Put a caption under each quotation with a known source in the `html` of these comments on one post.

    Costs one query, if there is such a quotation.
    """
    quoting = [row for row in rows if row.quote_count and row.status == Status.APPROVED]
    if not quoting:
        return
    stored = Quotation.objects.filter(comment__in=[row.pk for row in quoting]).select_related("source")
    source_html = Case(UNCHANGED_SOURCE, default="source__html", output_field=TextField())
    columns = (f"source__{name}" for name in ("name", "status", "created_at", "version"))
    loaded: dict[int, dict[int, LoadedQuotation]] = defaultdict(dict)
    quotations: QuerySet[Quotation] = stored.only("comment_id", "place", "version", *columns)
    for quotation in quotations.annotate(source_html=source_html):
        loaded[quotation.comment_id][quotation.place] = LoadedQuotation(quotation, quotation.source_html)
    page = CaptionContext(subject, {row.pk for row in rows})
    for row in quoting:
        row.html = insert_captions(row.html, loaded[row.pk], page)


def insert_captions(html: SafeString, loaded: dict[int, LoadedQuotation], page: CaptionContext) -> SafeString:
    spans = extract.quotation_spans(html)
    captions = {
        place: page.caption(quotation, html[slice(*spans[place])])
        for place, quotation in loaded.items()
        if place < len(spans)
    }
    return extract.add_captions(html, captions)


class CaptionContext:
    """The page that shows the quotations: its post, and the comments that a caption can link to."""

    def __init__(self, subject: Commentable, comment_ids: set[int]) -> None:
        self.subject, self.comment_ids = subject, comment_ids
        self.edited_sources: dict[int, QuoteSource] = {}

    @cached_property
    def subject_version(self) -> str:
        return source_version(self.subject)

    @cached_property
    def subject_source(self) -> QuoteSource:
        return subject_source(self.subject)

    @cached_property
    def author(self) -> str:
        return str(get_text_list([author.name for author in self.subject.author_list], _("and")))

    def caption(self, loaded: LoadedQuotation, html: str) -> SafeString:
        """Whose words the quotation with this HTML is; of a hidden source neither its name nor its address."""
        source = loaded.quotation.source
        if source is None:
            return self.subject_caption(loaded.quotation, html)
        if source.status != Status.APPROVED:
            return format_html('<span class="said-by__gone">{}</span>', _("From a comment that is no longer shown."))
        url = f"#comment-{source.pk}" if source.pk in self.comment_ids else source.get_absolute_url()
        name = source.name or _("a comment")
        link = source_link(url, name, time_element(source.created_at))
        return link + changed_note(self.has_changed(loaded, source, html))

    def has_changed(self, loaded: LoadedQuotation, source: Comment, html: str) -> bool:
        """Were the quoted words changed since? An edit elsewhere in the source does not count."""
        if loaded.quotation.version == source_version(source):
            return False
        edited = self.edited_sources.setdefault(source.pk, QuoteSource(source, loaded.source_html))
        return not edited.still_contains(html)

    def subject_caption(self, quotation: Quotation, html: str) -> SafeString:
        has_changed = quotation.version != self.subject_version and not self.subject_source.still_contains(html)
        # Browsers that know text fragments scroll to the passage, others to the beginning of the post.
        url = "#main" if has_changed else f"#main:~:text={text_fragment(html)}"
        nobody = _("The post") if self.subject.published_at else str(self.subject)
        name = _("%(name)s, in the post") % {"name": self.author} if self.author else nobody
        when = timezone.localtime(self.subject.dated_at)
        day = format_html('<time datetime="{}">{}</time>', when.isoformat(), date_format(when, "DATE_FORMAT"))
        return source_link(url, name, day) + changed_note(has_changed)


def source_link(url: str, name: str, when: SafeString) -> SafeString:
    """The link to a source; `when` is its `<time>`."""
    return format_html('<a href="{}"><bdi>{}</bdi>, {}</a>', url, name, when)


def changed_note(has_changed: bool) -> SafeString:
    if not has_changed:
        return SafeString("")
    return format_html(' <span class="said-by__changed">{}</span>', _("(changed since)"))


def text_fragment(html: str) -> str:
    """The first words of a quotation, encoded for an address."""
    words = extract.plain_text(html.split("</p>", 1)[0]).split()[:FRAGMENT_WORDS]
    return quote(" ".join(words), safe="").replace("-", "%2D")
