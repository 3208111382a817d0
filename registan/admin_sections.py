"""The admin's front page as people think of it: to write, to talk, people, the site; one table says what is where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class Entry(NamedTuple):
    """A model by its label, or a page of ours by its URL name with the permission that it needs.

    `note` explains a name that is not plain; `title` is the name of a page, or of a model that is to have another.
    """

    target: str
    note: str | Promise = ""
    title: str | Promise = ""
    permission: str = ""

    @property
    def is_page(self) -> bool:
        return ":" in self.target


class Section(NamedTuple):
    """A heading with its entries in order.

    `app`: the app whose own page in the admin shows this section, and whose models that nobody has placed are here.
    """

    slug: str
    title: str | Promise
    app: str
    entries: tuple[Entry, ...]


SECTIONS = (
    Section(
        "write",
        gettext_lazy("Write"),
        "blog",
        (
            Entry("blog.post"),
            Entry("blog.page", gettext_lazy("Texts without a date, such as About.")),
            Entry("blog.image"),
            Entry("blog.mediafile", gettext_lazy("Audio, video and PDF files.")),
            Entry("blog.tag"),
            Entry("blog.series", gettext_lazy("Posts that belong together, in their order.")),
            Entry("blog.author", gettext_lazy("What readers see of the people who write.")),
            Entry("blog.source", gettext_lazy("Whom and what posts quote.")),
            Entry("blog.linkcard", gettext_lazy("Addresses alone on a line, and what their pages say.")),
            Entry("blog.correction", gettext_lazy("Notes under a post that say what was corrected.")),
            Entry("blog.trashentry", gettext_lazy("What was deleted, to restore it within 30 days.")),
        ),
    ),
    Section(
        "talk",
        gettext_lazy("Talk"),
        "comments",
        (
            Entry(
                "admin:comments_comment_queue",
                gettext_lazy("Comments that wait for a decision."),
                title=gettext_lazy("Queue"),
                permission="comments.moderate_comment",
            ),
            Entry("comments.comment", gettext_lazy("All of them, whatever was decided.")),
            Entry("comments.reader", gettext_lazy("The people who comment, and whom you trust.")),
            Entry("comments.mention", gettext_lazy("Pages of other sites that mention yours.")),
            Entry("comments.rule", gettext_lazy("Words, links and networks to hold or refuse.")),
            Entry("comments.decision", gettext_lazy("Who approved or removed what, when and why.")),
            Entry("comments.reason", gettext_lazy("To choose from when a comment is removed.")),
            Entry("comments.savedreply", gettext_lazy("Texts that you send again and again.")),
            Entry("comments.policy", gettext_lazy("The numbers that decide what is held.")),
            Entry("comments.message", gettext_lazy("Emails to readers and staff, sent or waiting.")),
            Entry("comments.webhook", gettext_lazy("Chats and programs that hear of waiting comments.")),
        ),
    ),
    Section(
        "people",
        gettext_lazy("People"),
        "auth",
        (
            Entry("auth.user", gettext_lazy("Who can sign in here.")),
            Entry("auth.group", gettext_lazy("What each kind of account may do.")),
        ),
    ),
    Section(
        "site",
        gettext_lazy("Site"),
        "registan",
        (
            Entry(
                "blog.site",
                gettext_lazy("Name, language, look, menu and sender of email."),
                title=gettext_lazy("Site settings"),
            ),
            Entry("blog.oldaddress", gettext_lazy("Where addresses lead at which something was before.")),
            Entry("blog.addressmiss", gettext_lazy("What visitors ask for and do not find, to lead it somewhere.")),
            Entry(
                "admin:site_health",
                gettext_lazy("Email, worker, disk and settings: what works, and what to do."),
                title=gettext_lazy("Site health"),
                permission="blog.view_site_health",
            ),
            Entry("transfer.archiveplan", gettext_lazy("When the site is archived, and the restore is tried.")),
            Entry("transfer.archiverun", gettext_lazy("What was archived, and whether it could be restored.")),
            Entry("transfer.export", gettext_lazy("Take everything with you: for WordPress, as Markdown, as files.")),
            Entry(
                "admin:personal_data",
                gettext_lazy("What is stored about somebody, to hand out or to delete."),
                title=gettext_lazy("Personal data"),
                permission="comments.manage_personal_data",
            ),
            Entry(
                "admin:read_only",
                gettext_lazy("For the day when the blog ends: to be read, and not written any more."),
                title=gettext_lazy("Read-only mode"),
                permission="blog.change_site",
            ),
            Entry("transfer.run", gettext_lazy("Blogs that were moved in here.")),
            Entry("transfer.element", gettext_lazy("What became of each element of their files.")),
            Entry(
                "admin:ask_subscribers",
                gettext_lazy("Who followed a blog that was moved in, and whether to ask them."),
                title=gettext_lazy("Subscribers to ask"),
                permission="comments.ask_subscribers",
            ),
        ),
    ),
)


def arrange_in_sections(request: HttpRequest, models: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sections that this person may see something of, as Django's templates expect apps: `models` are its own."""
    unplaced = {model["model"]._meta.label_lower: model for model in models}
    sections = []
    for section in SECTIONS:
        rows = [row for entry in section.entries if (row := find_row(request, entry, unplaced))]
        sections.append((section, rows))
    for label, model in unplaced.items():
        home = next((rows for section, rows in sections if section.app == label.split(".")[0]), sections[-1][1])
        home.append(model)
    return [describe_section(section, rows) for section, rows in sections if rows]


def find_row(request: HttpRequest, entry: Entry, unplaced: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """The entry's row, taken from `unplaced` if it is a model's; None if this person may not open it."""
    if not entry.is_page:
        model = unplaced.pop(entry.target, None)
        return model and {**model, "name": entry.title or model["name"], "note": entry.note}
    if not request.user.has_perm(entry.permission):
        return None
    name = entry.target.partition(":")[2].rpartition("_")[2]
    return {"name": entry.title, "object_name": name, "admin_url": reverse(entry.target), "note": entry.note}


def describe_section(section: Section, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": section.title, "app_label": section.slug, "app": section.app, "models": rows}
