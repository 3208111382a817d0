"""The Site page: what the owner says of the site, in one row, and the links of its menu and footer."""

from __future__ import annotations

import secrets
from contextlib import nullcontext
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import Error, connection, models, transaction
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from blog.models.clock import SITE_PK, Clock
from blog.models.commentable import MAX_SLOW_MINUTES
from blog.models.licence import Licence
from blog.models.post import Post
from blog.text import site_values
from blog.text.colours import validate_accent
from blog.text.site_values import DEFAULT_QUEUE_HOURS, DEFAULT_RETENTION_DAYS, SiteValues, defaults
from blog.text.validators import validate_link_list, validate_sender, validate_single_line, validate_time_zone

# A century.
MAX_DAYS = 36_500
# A year.
MAX_QUEUE_HOURS = 8_760


class Site(models.Model):
    """The one row; until it is saved the site is as the environment says.

    `version` is another number after each save: every reading of the clock brings it, so that every process knows at
    once when the values it remembers are old.
    """

    version = models.PositiveBigIntegerField(editable=False)
    name = models.CharField(pgettext_lazy("column", "name"), max_length=80, validators=[validate_single_line])
    tagline = models.CharField(
        gettext_lazy("tagline"),
        max_length=160,
        blank=True,
        validators=[validate_single_line],
        help_text=gettext_lazy("One line under the name, and what search engines say of the site."),
    )
    language = models.CharField(
        gettext_lazy("language"),
        max_length=15,
        help_text=gettext_lazy("Of the buttons and labels. Readers can choose another for themselves."),
    )
    time_zone = models.CharField(
        gettext_lazy("time zone"),
        max_length=64,
        validators=[validate_time_zone],
        help_text=gettext_lazy("For all dates and times. The addresses of published posts stay as they are."),
    )
    logo = models.CharField(max_length=120, blank=True, editable=False)
    logo_width = models.PositiveSmallIntegerField(default=0, editable=False)
    logo_height = models.PositiveSmallIntegerField(default=0, editable=False)
    logo_has_name = models.BooleanField(
        gettext_lazy("the logo contains the name"),
        default=False,
        help_text=gettext_lazy("The name is then not written beside it."),
    )
    icon = models.CharField(max_length=120, blank=True, editable=False)
    accent = models.CharField(
        gettext_lazy("accent colour"),
        max_length=7,
        blank=True,
        validators=[validate_accent],
        help_text=gettext_lazy("For links, as #1f4e8c. Leave empty for the standard blue."),
    )
    social_links = models.TextField(
        gettext_lazy("profiles elsewhere"),
        blank=True,
        max_length=2_000,
        validators=[validate_link_list],
        help_text=gettext_lazy("One address per line. They are linked as yours in the footer (rel=me)."),
    )
    licence = models.CharField(
        gettext_lazy("licence of the texts"),
        max_length=80,
        blank=True,
        choices=Licence,
        help_text=gettext_lazy("What others may do with them. Each post says it in a sentence, and so do the feeds."),
    )
    licence_words = models.CharField(
        gettext_lazy("own words"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        validators=[validate_single_line],
        help_text=gettext_lazy("For “Own words” alone: one sentence, such as “Schools may copy this post freely.”"),
    )
    sender = models.CharField(
        gettext_lazy("sender of email"),
        max_length=254,
        blank=True,
        validators=[validate_sender],
        help_text=gettext_lazy("An address such as blog@example.org. Your mail server must accept it."),
    )
    second_factor_roles = models.JSONField(
        gettext_lazy("Roles that must use two-factor authentication"), default=list, blank=True
    )
    link_cards = models.BooleanField(
        gettext_lazy("cards for links"),
        default=False,
        db_default=False,
        help_text=gettext_lazy(
            "An address alone on its line becomes a card with the title and picture of its page. "
            "For that, this server visits the page once after the text is saved, also while it is a draft, "
            "and stores what it finds. Readers’ browsers never ask the other site. "
            "Cards that are already made stay when you turn this off."
        ),
    )
    hold_after_days = models.PositiveIntegerField(
        gettext_lazy("hold comments after days"),
        default=0,
        validators=[MaxValueValidator(MAX_DAYS)],
        help_text=gettext_lazy("Comments on posts older than this wait for a moderator; 0 for never."),
    )
    close_after_days = models.PositiveIntegerField(
        gettext_lazy("close conversations after days"),
        default=0,
        validators=[MaxValueValidator(MAX_DAYS)],
        help_text=gettext_lazy("Posts older than this take no new comments; 0 for never. A post can set its own date."),
    )
    slow_minutes = models.PositiveSmallIntegerField(
        gettext_lazy("slow mode"),
        default=0,
        validators=[MaxValueValidator(MAX_SLOW_MINUTES)],
        help_text=gettext_lazy(
            "Minutes that a reader must wait between two comments on a post that sets none itself; 0 for no wait."
        ),
    )
    address_days = models.PositiveIntegerField(
        gettext_lazy("days that network addresses are kept"),
        default=DEFAULT_RETENTION_DAYS,
        db_default=DEFAULT_RETENTION_DAYS,
        validators=[MaxValueValidator(MAX_DAYS)],
        help_text=gettext_lazy(
            "After so many days the network address of a comment is shortened to its neighbourhood (192.0.2.0), "
            "and the names of browsers are deleted; 0 to keep them for ever."
        ),
    )
    token_days = models.PositiveIntegerField(
        gettext_lazy("days that readers stay signed in"),
        default=DEFAULT_RETENTION_DAYS,
        db_default=DEFAULT_RETENTION_DAYS,
        validators=[MaxValueValidator(MAX_DAYS)],
        help_text=gettext_lazy(
            "A browser that was not seen for so many days is signed out, and what is stored of it is deleted; "
            "0 for 400 days, the longest that browsers keep a cookie."
        ),
    )
    email_days = models.PositiveIntegerField(
        gettext_lazy("days that the record of emails is kept"),
        default=DEFAULT_RETENTION_DAYS,
        db_default=DEFAULT_RETENTION_DAYS,
        validators=[MaxValueValidator(MAX_DAYS)],
        help_text=gettext_lazy(
            "To whom an email was sent, when, its subject and what the mail server said; 0 to keep that for ever."
        ),
    )
    queue_hours = models.PositiveSmallIntegerField(
        gettext_lazy("hours that a comment may wait"),
        default=DEFAULT_QUEUE_HOURS,
        db_default=DEFAULT_QUEUE_HOURS,
        validators=[MaxValueValidator(MAX_QUEUE_HOURS)],
        help_text=gettext_lazy(
            "When one has waited longer for a moderator, you get an alarm by email and webhook; 0 for none."
        ),
    )
    read_only = models.BooleanField(
        gettext_lazy("read-only mode"),
        default=False,
        db_default=False,
        help_text=gettext_lazy(
            "For the day when the blog ends: everything can be read, and nothing can be written any more, by readers "
            "or by you. An administrator can switch it off again."
        ),
    )
    read_only_words = models.CharField(
        gettext_lazy("what readers are told"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        validators=[validate_single_line],
        help_text=gettext_lazy("One sentence of yours, shown at the top of every page. It may be left empty."),
    )
    # Of what the draft of the privacy page said when it was last taken (registan/privacy_page.py).
    privacy_facts = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    # Of the dashboard (registan/first_run/next_steps.py); only a site that was set up in the browser shows them.
    shows_next_steps = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("site")

    def __str__(self) -> str:
        return gettext("Site settings")

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it and move the clock, by which every process learns of it."""
        self.pk, self.version, self.accent = SITE_PK, secrets.randbits(62), self.accent.lower()
        super().save(*args, **kwargs)
        site_values.Memo.values = self.as_values()  # the next lines go by it; undone, the next reading corrects it
        Clock.move_site(next_due=Post.objects.next_due)

    @classmethod
    def get(cls) -> Site:
        """The row, or a new one with what is in force."""
        return cls.objects.filter(pk=SITE_PK).first() or cls(
            **{field: value for field, value in defaults()._asdict().items() if field in ENVIRONMENT_FIELDS}
        )

    def as_values(self) -> SiteValues:
        columns = {field.name: getattr(self, field.name) for field in self._meta.concrete_fields}
        columns["social_links"] = tuple(self.social_links.split())
        columns["second_factor_roles"] = tuple(self.second_factor_roles)
        return SiteValues(**{name: columns[name] for name in SiteValues._fields})


ENVIRONMENT_FIELDS = {"name", "tagline", "language", "time_zone", "hold_after_days", "close_after_days"}


def follow_site(version: int | None) -> None:
    """Read the row again when its `version` is not the one remembered."""
    remembered = site_values.Memo.values
    if version is None:
        site_values.Memo.values = defaults()
    elif remembered is None or remembered.version != version:
        site_values.Memo.values = load_site()


def load_site() -> SiteValues:
    """Read the row, and remember it; what the environment says while the database cannot be asked."""
    # Within a transaction, an error must not end it; a database that takes no writes begins none.
    apart = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with apart:
            row = Site.objects.filter(pk=SITE_PK).first()
    except Error:
        return defaults()
    site_values.Memo.values = row.as_values() if row else defaults()
    return site_values.Memo.values


site_values.Memo.load = load_site
