"""A draft of the privacy page: what this site really stores, made of its settings, for the owner to read and correct.

It is a draft and not a policy: who is responsible, and by which law, only the owner can say; two gaps ask for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.editing.page_drafts import CONTACT, find_standing_page
from blog.models import Page
from blog.models.address_miss import ADDRESS_MISS_RETENTION
from blog.models.search_miss import MISS_RETENTION
from blog.text.site_values import site
from comments.mail.verification import KEEP_FOR
from comments.models import Policy, Webhook
from comments.models.comment_sign import SIGN_DAYS
from comments.submission.remembered_name import NAME_COOKIE, NAME_COOKIE_AGE
from comments.threads.read_marks import READ_COOKIE
from comments.web.tokens import OBJECT_AGE, SESSION_AGE

PRIVACY = "privacy"


def privacy_draft() -> Page:
    """The page as the settings are now, in the site's language, not stored."""
    with translation.override(site().language):
        body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in sections())
        return Page(slug=PRIVACY, title=_("Privacy"), body=body)


def draft_digest(draft: Page) -> str:
    """Another one whenever the draft would say something else."""
    return hashlib.sha256(draft.body.encode()).hexdigest()


def find_privacy_page() -> Page | None:
    """The site's own, also in the trash."""
    return find_standing_page(PRIVACY)


def sections() -> Iterator[tuple[str, str]]:
    """Headings with their Markdown."""
    yield (
        _("Who is responsible"),
        _("%(name)s (%(address)s) is run by **[name and postal address]**.")
        % {
            "name": site().name,
            "address": settings.SITE_URL,
        },
    )
    yield _("If you only read"), bullets(when_reading())
    yield _("If you comment or report"), bullets(when_commenting())
    yield _("Cookies"), _("None of them follows you, and none is for advertising.") + "\n\n" + bullets(cookies())
    yield _("Emails"), bullets(emails())
    yield _("Who else gets something"), bullets(third_parties())
    yield _("What you can do"), bullets(rights())


def bullets(lines: Iterator[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def days(number: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", number) % {"count": number}


def when_reading() -> Iterator[str]:
    yield _("There is no account, no tracking and no statistics of visits; every page comes from this site alone.")
    yield _("The web server may log requests with network addresses: **[say for how long, or that it keeps none]**.")
    yield _("What was searched for without result is counted for %(days)s, without who searched.") % {
        "days": days(MISS_RETENTION.days)
    }
    yield _("Addresses at which there is nothing are counted for %(days)s, in the same way.") % {
        "days": days(ADDRESS_MISS_RETENTION.days)
    }


def when_commenting() -> Iterator[str]:
    kept = site().address_days
    yield _(
        "The name, the website and the text of your comment are published. "
        "Your email address is stored if you give it, and is never shown."
    )
    yield _("Your network address is stored with the comment to recognise spam, and never shown. ") + (
        _("After %(days)s it is shortened, so that it stands for a neighbourhood.") % {"days": days(kept)}
        if kept
        else _("It is kept as long as the comment.")
    )
    yield _("Keyed hashes of links, words and networks, which show comments from one hand, are kept for %(days)s.") % {
        "days": days(SIGN_DAYS)
    }
    yield _("Earlier versions of an edited comment stay visible to moderators.")
    yield _("What moderators decide is recorded with the reason. Spam is erased after %(days)s.") % {
        "days": days(Policy.current().spam_days)
    }
    yield _("The address that you leave with a report is deleted at the latest %(days)s after the answer.") % {
        "days": days(OBJECT_AGE.days)
    }


def cookies() -> Iterator[str]:
    signed_in = site().token_days or SESSION_AGE.days
    yield _(
        "`%(name)s`, if you confirm your address: it keeps you signed in, until you have not come for %(days)s."
    ) % {
        "name": "registan_reader",
        "days": days(signed_in),
    }
    yield _("`%(name)s`, if you ask for your name to be remembered: for %(days)s.") % {
        "name": NAME_COOKIE,
        "days": days(NAME_COOKIE_AGE.days),
    }
    yield _("`%(name)s`, if you ask for new comments to be marked: what you have read, on your device alone.") % {
        "name": READ_COOKIE
    }
    yield _("`%(name)s`, if you choose another language.") % {"name": settings.LANGUAGE_COOKIE_NAME}
    yield _("`%(session)s` and `%(form)s`, for people who work on this site.") % {
        "session": settings.SESSION_COOKIE_NAME,
        "form": settings.CSRF_COOKIE_NAME,
    }


def emails() -> Iterator[str]:
    yield _(
        "We write only if you asked for it (replies, the outcome for your comment, new posts), "
        "or to confirm your address or tell you of a decision about your comment. "
        "Emails that come again can be stopped by a link in each."
    )
    yield _("Of an email that was sent we keep to whom, when and the subject; its text is deleted.") + (
        _(" After %(days)s that is deleted, too.") % {"days": days(site().email_days)} if site().email_days else ""
    )
    yield _("A request for a link to confirm an address is deleted after %(days)s.") % {"days": days(KEEP_FOR.days)}


def third_parties() -> Iterator[str]:
    names = list(third_party_names())
    yield from names or [_("Nobody. Everything is stored on the machine that serves this site.")]


def third_party_names() -> Iterator[str]:
    if settings.MAIL:
        yield _("Emails are handed to the mail server %(host)s.") % {"host": f"`{settings.MAIL['OPTIONS']['host']}`"}
    if "OPTIONS" in settings.STORAGES["default"]:
        host = settings.STORAGES["default"]["OPTIONS"].get("endpoint_url") or "S3"
        yield _("Pictures and files of authors are stored at %(host)s.") % {"host": f"`{host}`"}
    hooks = list(Webhook.objects.telling_of_comments())
    if hooks:
        what = (
            _("the name") if not any(hook.has_text for hook in hooks) else _("the name and the beginning of the text")
        )
        yield _("When a comment waits or is reported, %(what)s is sent to the chat of the moderators.") % {"what": what}
    if site().makes_cards:
        yield _("For links in posts, this server visits the linked page once. Your browser never asks it.")


def rights() -> Iterator[str]:
    yield _(
        "[Your comments](/you/): confirm your address, then see, correct, download or delete what is stored of you."
    )
    yield _(
        "If we delete your data, your comments lose their text or, if you choose that, only your name. "
        "Where others quoted a deleted comment, the quotation is emptied. A hash of your address stays, "
        "so that no restored backup brings you back."
    )
    contact = "/contact/" if find_standing_page(CONTACT) else "**[how to reach you]**"
    yield _("Without a confirmed address, write to us: %(contact)s.") % {"contact": contact}
    yield _("You may complain to the authority for data protection of your country.")
