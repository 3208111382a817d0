"""Why an element ended as it did: codes in the ledger, and the words for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy

# Of each code the words; the data (an address, a name) is in the detail of the element.
REASONS = {
    "address-taken": gettext_lazy("its address is taken here: it has another"),
    "already-here": gettext_lazy("this site had it already"),
    "below-another": gettext_lazy("was below another one, and stands alone here"),
    "asked-before": gettext_lazy("was asked already, and is never asked again"),
    "barred-here": gettext_lazy("may not comment here at present"),
    "changed-here": gettext_lazy("changed here and there: the copy here was kept"),
    "chosen-here": gettext_lazy("has chosen here already which emails to get"),
    "circle-cut": gettext_lazy("was in a circle of replies: it begins a thread"),
    "comment-status": gettext_lazy("an unknown status: it waits for a moderator"),
    "comment-type": gettext_lazy("a type of comment that this site does not have"),
    "deleted-here": gettext_lazy("deleted here after it was imported"),
    "email-left-out": gettext_lazy("without its email address, which was none"),
    "error": gettext_lazy("an unexpected error: see the log"),
    "file-refused": gettext_lazy("the file cannot be used here"),
    "has-comments": gettext_lazy("has comments that were not imported"),
    "host-silent": gettext_lazy("its host has not answered several times in a row: it was asked no more"),
    "internal-note": gettext_lazy("an internal note, which is never public"),
    "is-used": gettext_lazy("is used by something that was not imported"),
    "item-set-aside": gettext_lazy("what it belongs to was not imported"),
    "kept-as-draft": gettext_lazy("pages are always public here: it is a draft of a post"),
    "losses": gettext_lazy("something that readers saw has no counterpart here"),
    "mention-rejected": gettext_lazy("somebody had thrown it away already"),
    "mention-without-address": gettext_lazy("does not say where it is"),
    "menu-exists": gettext_lazy("this site has a menu of its own"),
    "missing-file": gettext_lazy("the folder of files does not have it"),
    "name-shared": gettext_lazy("somebody here has this name: a second byline was made"),
    "no-date": gettext_lazy("published without a date: it is a draft"),
    "no-file": gettext_lazy("no folder of files was given"),
    "no-page": gettext_lazy("no post or page here had its address"),
    "no-posts": gettext_lazy("has written no post or page"),
    "no-time": gettext_lazy("had no time: it has that of the post"),
    "no-title": gettext_lazy("had no title: it has its first words"),
    "no-words": gettext_lazy("has no word that anybody could see"),
    "not-fetched": gettext_lazy("could not be fetched from the old blog"),
    "not-yet-asked": gettext_lazy("will be asked once, when you say so"),
    "other-host": gettext_lazy("is on another host than the one to fetch from"),
    "other-kind": gettext_lazy("a kind of term that this site does not have"),
    "other-menu": gettext_lazy("belongs to another menu"),
    "other-type": gettext_lazy("a type that this site does not have"),
    "parent-elsewhere": gettext_lazy("answers a comment of another conversation: it begins a thread"),
    "parent-missing": gettext_lazy("answers a comment that is not in the files: it begins a thread"),
    "parent-no-comment": gettext_lazy("answers what is no comment: it begins a thread"),
    "part-of-long": gettext_lazy("a further part of a long comment"),
    "parts-changed": gettext_lazy("has more or fewer parts by now: the copy here was kept"),
    "place-kept": gettext_lazy("answers another comment there by now: it stays where it is here"),
    "private": gettext_lazy("was private: it is a draft"),
    "repeated": gettext_lazy("is in the files twice, word for word"),
    "same-as-another": gettext_lazy("a category and a tag, or two spellings: one tag"),
    "shortened": gettext_lazy("was too long, and was shortened"),
    "split": gettext_lazy("longer than a comment can be: it is several"),
    "still-public": gettext_lazy("no longer public there: hide or delete it here yourself"),
    "submenu": gettext_lazy("was in a submenu, which this site does not have"),
    "subscribed-here": gettext_lazy("is subscribed here"),
    "text-differs": gettext_lazy("a reader sees other words than before"),
    "too-long": gettext_lazy("the text is longer than a post can be, or too deeply nested"),
    "unknown-shortcodes": gettext_lazy("shortcodes that nothing is known of were left as they are"),
    "unknown-status": gettext_lazy("an unknown status: it is a draft"),
    "unknown-target": gettext_lazy("leads to what was not imported"),
    "very-deep": gettext_lazy("so deep that its place is one of time"),
    "website-left-out": gettext_lazy("without its website, whose address cannot be one"),
}


class Remark(NamedTuple):
    """A reason, by its code, and the data that it is about."""

    code: str
    data: str = ""


def reason_words(code: str) -> str:
    """What a reason means; the code itself where nothing is known of it."""
    return str(REASONS.get(code, code))


def join_remarks(remarks: Sequence[Remark]) -> tuple[str, str]:
    """The reason and the detail of an element: the code of the first, and the data of all, a line each."""
    if not remarks:
        return "", ""
    first, *others = remarks
    lines = [first.data, *(f"{remark.code}: {remark.data}" for remark in others)]
    return first.code, "\n".join(filter(None, lines))
