"""The mark under a quotation: whose words they are, from when, and what became of them since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from urllib.parse import quote

from django.db.models import Case, CharField, TextField, Value, When
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from blog.markup import extract
from blog.models import Post
from blog.text.datetimes import format_datetime
from comments.models import Comment, Quotation
from comments.models.quotation import post_source, source_version
from comments.status import Status
from comments.threads.quotations import QuoteSource

# Words of a quotation by which a browser finds its place in the post.
FRAGMENT_WORDS = 8
# The words of a source, which are looked at only where it has another version than the one quoted.
UNCHANGED_SOURCE = When(version=Cast("source__version", CharField()), then=Value(""))


def add_captions(rows: Iterable[Comment], post: Post) -> None:
    """Put a caption under each quotation in the `html` of these comments of one post whose source is known.

    Asks the database once, and only if there is such a comment among them.
    """
    quoting = [row for row in rows if row.quote_count and row.status == Status.APPROVED]
    if not quoting:
        return
    found = Quotation.objects.filter(comment__in=[row.pk for row in quoting]).select_related("source")
    found = found.annotate(source_html=Case(UNCHANGED_SOURCE, default="source__html", output_field=TextField()))
    fields = (f"source__{name}" for name in ("name", "status", "created_at", "version"))
    captions: dict[int, dict[int, Quotation]] = defaultdict(dict)
    for one in found.only("comment_id", "place", "version", *fields):
        captions[one.comment_id][one.place] = one
    page = CaptionContext(post, {row.pk for row in rows})
    for row in quoting:
        row.html = insert_captions(row.html, captions[row.pk], page)


def insert_captions(html: SafeString, found: dict[int, Quotation], page: CaptionContext) -> SafeString:
    spans = extract.quotation_spans(html)
    captions = {
        place: page.caption(one, html[slice(*spans[place])]) for place, one in found.items() if place < len(spans)
    }
    return extract.add_captions(html, captions)


class CaptionContext:
    """The page on which quotations are drawn: the post, and the comments that one can point at."""

    def __init__(self, post: Post, numbers: set[int]) -> None:
        self.post, self.comment_ids = post, numbers
        self.edited: dict[int, QuoteSource] = {}

    @cached_property
    def version(self) -> str:
        """Of the post's words."""
        return source_version(self.post)

    @cached_property
    def words(self) -> QuoteSource:
        """The post's own."""
        return post_source(self.post)

    @cached_property
    def author(self) -> str:
        return get_text_list([author.name for author in self.post.author_list], _("and"))

    def caption(self, quotation: Quotation, html: str) -> SafeString:
        """Whose words these are; of a hidden source neither its name nor its place is told."""
        source = quotation.source
        if source is None:
            return self.of_post(quotation, html)
        if source.status != Status.APPROVED:
            return format_html('<span class="said-by__gone">{}</span>', _("From a comment that is no longer shown."))
        url = f"#comment-{source.pk}" if source.pk in self.comment_ids else source.get_absolute_url()
        name = source.name or _("a comment")
        when = format_datetime(source.created_at)
        return source_link(url, name, source.moment, when) + changed_note(self.has_changed(quotation, html))

    def has_changed(self, quotation: Quotation, html: str) -> bool:
        """Were the quoted words of a comment changed since? Not, when it was edited elsewhere."""
        source = quotation.source
        if quotation.version == source_version(source):
            return False
        words = self.edited.setdefault(source.pk, QuoteSource(source, quotation.source_html))
        return not words.still_contains(html)

    def of_post(self, quotation: Quotation, html: str) -> SafeString:
        has_changed = quotation.version != self.version and not self.words.still_contains(html)
        # Where browsers know such an address, they go to the very passage; the others, to the beginning of the post.
        url = "#main" if has_changed else f"#main:~:text={text_fragment(html)}"
        name = _("%(name)s, in the post") % {"name": self.author} if self.author else _("The post")
        when = timezone.localtime(self.post.published_at)
        return source_link(url, name, when.isoformat(), date_format(when, "DATE_FORMAT")) + changed_note(has_changed)


def source_link(url: str, name: str, machine: str, human: str) -> SafeString:
    line = '<a href="{}"><bdi>{}</bdi>, <time datetime="{}">{}</time></a>'
    return format_html(line, url, name, machine, human)


def changed_note(is_so: bool) -> SafeString:
    return format_html(' <span class="said-by__changed">{}</span>', _("(changed since)")) if is_so else SafeString("")


def text_fragment(html: str) -> str:
    """The first words of a quotation as they stand in an address."""
    words = extract.plain_text(html.split("</p>", 1)[0]).split()[:FRAGMENT_WORDS]
    return quote(" ".join(words), safe="").replace("-", "%2D")
