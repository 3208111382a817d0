"""What spoke against publishing a comment, in words for the queue, emails and receipts."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


def describe_finding(kind: str, words: str) -> str:
    """A finding as a sentence without a full stop; without `words`, a label for all findings of this kind."""
    if kind in COUNTED_LABELS and words.isascii() and words.isdigit():
        return COUNTED_LABELS[kind](int(words))
    if words and kind == "rule":
        return describe_rule(*words.split(" ", 1))
    if words and kind == "filter":
        return _("Spam filter score: %s") % format_percent(words)
    if words and kind == "failed":
        return _("A check failed: %(name)s") % {"name": words}
    if kind == "repeated" and words == "address":
        return _("The same text from another email address")
    if kind == "repeated" and words == "form":
        return _("The same text again, from another form")
    if kind == "name" and words == "author":
        return _("The name of an author of this site")
    return finding_labels().get(kind, kind)


def format_percent(percent: int | str) -> str:
    """A whole number of percent, with the sign as the language sets it: "3%", in Russian after a no-break space."""
    return pgettext("a percentage", "%s%%") % percent


def describe_rule(kind: str, pattern: str = "") -> str:
    kinds = {
        "words": _("The rule for the word or phrase “%s”"),
        "link": _("The rule for links to “%s”"),
        "email": _("The rule for email addresses “%s”"),
        "network": _("The rule for the network “%s”"),
    }
    return kinds.get(kind, _("The rule “%s”")) % (pattern or kind)


COUNTED_LABELS: dict[str, Callable[[int], str]] = {
    "links": lambda n: ngettext("%d link", "%d links", n) % n,
    "quick": lambda n: (
        ngettext("Sent %d second after the form was opened", "Sent %d seconds after the form was opened", n) % n
    ),
    "few": lambda n: ngettext("Only %d approved comment so far", "Only %d approved comments so far", n) % n,
    "reports": lambda n: ngettext("Reported by %d reader", "Reported by %d readers", n) % n,
}


def finding_labels() -> dict[str, str]:
    """A label for each kind of finding."""
    return {
        "rule": _("A rule"),
        "reader": _("A reader whose comments are always held"),
        "barred": _("A reader who is suspended or banned"),
        "post": _("A post whose comments are all held"),
        "trap": _("The hidden field was filled in"),
        "links": _("Many links"),
        "repeated": _("The same text under another post"),
        "name": _("The name of a verified reader"),
        "quick": _("Sent faster than anyone can type"),
        "undated": _("No sign that a browser opened the form"),
        "filter": _("The spam filter"),
        "failed": _("A check failed"),
        "staff": _("Signed in, but not an author of this post"),
        "claimed": _("A verified address, but the sender is not signed in"),
        "first": _("First comment by this reader"),
        "unproven": _("An unverified address"),
        "lately": _("A comment by this reader was recently removed"),
        "few": _("Few approved comments so far"),
        "reports": _("Reported by readers"),
    }
