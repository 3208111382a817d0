"""Licences of the texts, and the sentence in which a post says how it may be reproduced."""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.text.site_values import site

OWN_WORDS = "own"


class Licence(models.TextChoices):
    """What others may do with the texts: the address of a licence, OWN_WORDS, or "" for nothing."""

    __empty__ = gettext_lazy("All rights reserved")
    BY = "https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"
    BY_SA = "https://creativecommons.org/licenses/by-sa/4.0/", "CC BY-SA 4.0"
    BY_NC = "https://creativecommons.org/licenses/by-nc/4.0/", "CC BY-NC 4.0"
    BY_NC_SA = "https://creativecommons.org/licenses/by-nc-sa/4.0/", "CC BY-NC-SA 4.0"
    BY_ND = "https://creativecommons.org/licenses/by-nd/4.0/", "CC BY-ND 4.0"
    BY_NC_ND = "https://creativecommons.org/licenses/by-nc-nd/4.0/", "CC BY-NC-ND 4.0"
    ZERO = "https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"
    OWN = OWN_WORDS, gettext_lazy("Own words")


# For each licence, what it allows and on which terms: a summary of its deed (creativecommons.org/licenses/).
SENTENCES: dict[str, Promise] = {
    "": gettext_lazy("All rights reserved: ask before you reproduce this post."),
    Licence.BY: gettext_lazy("You may share and adapt this post under {licence} if you name its author and link here."),
    Licence.BY_SA: gettext_lazy(
        "You may share and adapt this post under {licence} if you name its author, link here "
        "and pass it on under the same licence."
    ),
    Licence.BY_NC: gettext_lazy(
        "You may share and adapt this post under {licence} if you name its author and link here, but not commercially."
    ),
    Licence.BY_NC_SA: gettext_lazy(
        "You may share and adapt this post under {licence} if you name its author, link here "
        "and pass it on under the same licence, but not commercially."
    ),
    Licence.BY_ND: gettext_lazy(
        "You may share this post unchanged under {licence} if you name its author and link here."
    ),
    Licence.BY_NC_ND: gettext_lazy(
        "You may share this post unchanged under {licence} if you name its author and link here, but not commercially."
    ),
    Licence.ZERO: gettext_lazy("You may do with this post whatever you like: it is in the public domain ({licence})."),
}


def licence_url() -> str:
    """The address of the licence that was chosen; "" for none, and for words of one's own."""
    return "" if site().licence == OWN_WORDS else site().licence


def rights_statement() -> str:
    """What is allowed, as briefly as feeds say it: the licence's name, or the owner's words, or nothing."""
    if site().licence == OWN_WORDS:
        return site().licence_words
    return str(Licence(site().licence).label) if site().licence else _("All rights reserved")


def reuse_sentence() -> SafeString:
    """How a post may be reproduced, in one sentence of the reader's language, with a link to its licence."""
    if site().licence == OWN_WORDS:
        return format_html('<bdi lang="{}">{}</bdi>', site().language, site().licence_words)
    link = format_html('<a href="{}" rel="license">{}</a>', licence_url(), rights_statement())
    return format_html(str(SENTENCES[site().licence]), licence=link)
