"""The links of the menu and the footer: to parts of the site, pages, tags or any address, in the owner's order."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import models, transaction
from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.models.clock import Clock
from blog.models.composed_query import ComposedQuery
from blog.models.fields import exactly_one_set
from blog.models.page import Page
from blog.models.tag import Tag
from blog.text.validators import validate_menu_address, validate_single_line

# What a link may lead to: columns of which one is set.
LINK_TARGETS = ("part", "page", "tag", "address")


class Place(models.TextChoices):
    MENU = "menu", gettext_lazy("Menu")
    FOOTER = "footer", gettext_lazy("Footer")


class Part(models.TextChoices):
    """Parts of the site, by the names of their addresses."""

    ARCHIVE = "blog:archive", gettext_lazy("Archive")
    TAGS = "blog:tags", gettext_lazy("Tags")
    AUTHORS = "blog:authors", gettext_lazy("Authors")
    SERIES = "blog:series-list", gettext_lazy("Series")
    SOURCES = "blog:sources", gettext_lazy("Sources")
    COMMENTS = "comments:latest", gettext_lazy("Latest comments")
    SUBSCRIBE = "blog:subscribe", gettext_lazy("Subscribe")
    SEARCH = "blog:search", pgettext_lazy("noun", "Search")
    MODERATION = "comments:transparency", gettext_lazy("How we moderate")
    MY_COMMENTS = "comments:my-comments", gettext_lazy("Your comments")
    FEED = "blog:feed", gettext_lazy("RSS feed")


# Pages that are linked without being chosen, by the address that they have or had.
TERMS, HOUSE_RULES = "terms", "house-rules"
STANDING_SLUGS = ("about", TERMS, HOUSE_RULES)
# What each place shows until the owner chooses: parts of the site, and pages by the address that they have or had.
STANDARD_LINKS: dict[str, tuple[str, ...]] = {
    Place.MENU: (Part.ARCHIVE, Part.TAGS, "about", Part.SUBSCRIBE, Part.SEARCH),
    Place.FOOTER: (
        Part.ARCHIVE, Part.AUTHORS, Part.SOURCES, Part.COMMENTS, TERMS, HOUSE_RULES, Part.MODERATION, Part.MY_COMMENTS,
        Part.FEED,
    ),
}  # fmt: skip


class ShownLink(NamedTuple):
    """A link as a template shows it; `rel` is "search" for the search."""

    url: str
    label: str
    rel: str = ""


class SiteLinks(NamedTuple):
    """The links of the menu and of the footer in their order, and the addresses of two standing pages, "" for none."""

    menu: list[ShownLink]
    footer: list[ShownLink]
    terms_url: str
    house_rules_url: str


class MenuLink(models.Model):
    """One link. While a place has none, it shows the standard ones."""

    place = models.CharField(gettext_lazy("place"), max_length=6, choices=Place, default=Place.MENU)
    position = models.PositiveSmallIntegerField(
        gettext_lazy("position"), default=0, help_text=gettext_lazy("Lower numbers come first.")
    )
    part = models.CharField(gettext_lazy("part of the site"), max_length=30, choices=Part, null=True, blank=True)
    page = models.ForeignKey(
        Page, models.CASCADE, null=True, blank=True, related_name="menu_links", verbose_name=gettext_lazy("page")
    )
    tag = models.ForeignKey(
        Tag, models.CASCADE, null=True, blank=True, related_name="menu_links", verbose_name=gettext_lazy("tag")
    )
    address = models.CharField(
        gettext_lazy("other address"),
        max_length=500,
        null=True,
        blank=True,
        validators=[validate_menu_address],
        help_text=gettext_lazy("Such as https://example.org/ or /page/2/."),
    )
    label = models.CharField(
        gettext_lazy("label"),
        max_length=60,
        blank=True,
        validators=[validate_single_line],
        help_text=gettext_lazy("Leave empty for the name of what it leads to."),
    )

    class Meta:
        verbose_name = gettext_lazy("link in the menu or footer")
        verbose_name_plural = gettext_lazy("menu and footer")
        ordering = ["place", "position", "id"]
        constraints = [
            models.CheckConstraint(
                name="menu_link_has_one_target",
                condition=exactly_one_set(LINK_TARGETS),
            )
        ]

    def __str__(self) -> str:
        return self.as_shown().label

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        Clock.move_site()

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        Clock.move_site()
        return deleted

    def as_shown(self) -> ShownLink:
        if self.part:
            rel = "search" if self.part == Part.SEARCH else ""
            return ShownLink(reverse(self.part), self.label or str(Part(self.part).label), rel)
        target = self.page or self.tag
        url = target.get_absolute_url() if target else self.address or ""
        return ShownLink(url, self.label or str(target or url))


def read_links() -> SiteLinks:
    """All links of the site's frame, in one query. The words are in the active language."""
    links, standing = links_and_standing_pages()
    menu, footer = ([link.as_shown() for link in links[place]] for place in Place.values)
    urls = (standing[slug].get_absolute_url() if slug in standing else "" for slug in (TERMS, HOUSE_RULES))
    return SiteLinks(menu, footer, *urls)


def links_in_force() -> dict[str, list[MenuLink]]:
    """The links of each place: those that the owner chose, or else the standard ones, which are not stored."""
    return links_and_standing_pages()[0]


def links_and_standing_pages() -> tuple[dict[str, list[MenuLink]], dict[str, Page]]:
    """The links in force, and the pages that stand or stood at STANDING_SLUGS by these; one query."""
    links: dict[str, list[MenuLink]] = {place: [] for place in Place.values}
    standing: dict[str, Page] = {}
    for place, position, part, pk, slug, title, *rest in sorted(LINK_ROWS(), key=lambda row: (row[0], row[1])):
        page = Page(pk=pk, slug=slug, title=title) if pk else None
        if page and place not in links:
            standing.setdefault(place.strip("/"), page)
            continue
        tag_pk, tag_slug, tag_name, address, label = rest
        tag = Tag(pk=tag_pk, slug=tag_slug, name=tag_name) if tag_pk else None
        link = MenuLink(place=place, position=position, part=part, page=page, tag=tag, address=address, label=label)
        links[place].append(link)
    return {place: links[place] or standard_links(place, standing) for place in links}, standing


def link_rows() -> QuerySet[Any, Any]:
    """The chosen links; and standing pages, by the slug that each has or by an old path, in the column of the place."""
    links = MenuLink.objects.exclude(page__is_trashed=True).exclude(tag__is_trashed=True).order_by().values_list(
        "place", "position", "part", "page", "page__slug", "page__title",
        "tag", "tag__slug", "tag__name", "address", "label",
    )  # fmt: skip
    no_text, no_number = Value(None, models.CharField()), Value(None, models.BigIntegerField())
    now = Page.objects.order_by().filter(slug__in=STANDING_SLUGS)
    before = Page.objects.order_by().filter(redirects__path__in=[f"/{slug}/" for slug in STANDING_SLUGS])
    pages = (
        rows.values_list(name, Value(order), no_text, "pk", "slug", "title", no_number, *[no_text] * 4)
        for order, (rows, name) in enumerate([(now, "slug"), (before, "redirects__path")])
    )
    return links.union(*pages, all=True).order_by()


LINK_ROWS = ComposedQuery(link_rows)


def standard_links(place: str, standing: dict[str, Page]) -> list[MenuLink]:
    """The links that a place has until the owner chooses; pages only if they exist."""
    targets = [target for target in STANDARD_LINKS[place] if target in Part.values or target in standing]
    return [
        MenuLink(place=place, position=position, part=target)
        if target in Part.values
        else MenuLink(place=place, position=position, page=standing[target])
        for position, target in enumerate(targets, 1)
    ]


def is_page_linked(page: Page, place: str) -> bool:
    """Is there a link to this page in the menu or the footer?"""
    return any(link.page == page for link in links_in_force()[place])


@transaction.atomic
def set_page_link(page: Page, place: str, *, is_linked: bool) -> None:
    """Add a link to this page to the menu or the footer, after the others, or take it out."""
    shown = links_in_force()[place]
    if is_linked == any(link.page == page for link in shown):
        return
    links = MenuLink.objects.filter(place=place)
    if not links.exists():
        MenuLink.objects.bulk_create(shown)
    if not is_linked:
        links.filter(page=page).delete()
    else:
        links.create(place=place, page=page, position=max((link.position for link in shown), default=0) + 1)
    Clock.move_site()
