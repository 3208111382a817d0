"""Rules for text in any field: what can be stored, what is one line, what is an email address."""

import re
import unicodedata
from email.utils import formataddr, parseaddr
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator, URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# PostgreSQL cannot store NUL; no database driver can encode a lone surrogate; terminals obey C0 and C1
# controls; XML, and so a feed, may contain none of these. U+0085 is an old line break and does no harm.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# Whatever some program takes for the end of a line, and the marks that change the direction of writing:
# a name with them could forge an email header or a log line, or pass for another name.
_NOT_IN_ONE_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

_URL = URLValidator(schemes=["http", "https"])
# A path of this site, not of another (//example.org), with nothing that could end an attribute.
_SITE_PATH = re.compile(r"/(?:[^/\\\s\"'<>^`{|}][^\s\"'<>\\^`{|}\u200e\u200f\u202a-\u202e\u2066-\u2069]*)?")

# How every address begins that becomes a link.
WEB_SCHEMES = ("http://", "https://")
# Of what URLValidator accepts, only this becomes a link: the web, and nothing that could end an attribute.
validate_web_address = RegexValidator(
    r"^https?://[^/?#@\s]+(?:[/?#][^\s\"'<>\\^`{|}\u200e\u200f\u202a-\u202e\u2066-\u2069]*)?$",
    gettext_lazy("Enter an address that begins with http:// or https://, or leave this empty."),
    code="not_web",  # under "invalid" the field would put its own message in place of this
)


def validate_storable(text: str) -> None:
    """Raise ValidationError (code `unstorable`) if `text` contains what is not text; usable as a validator.

    Tab, line breaks, and characters without a width or with a direction are text.
    """
    if _UNSTORABLE.search(text):
        raise ValidationError(
            _("This text contains characters that cannot be stored. Paste it again as plain text."),
            code="unstorable",
        )


def validate_single_line(text: str) -> None:
    """Raise ValidationError (code `not_single_line`) if `text` cannot be a name; usable as a validator."""
    validate_storable(text)
    if _NOT_IN_ONE_LINE.search(text):
        raise ValidationError(
            _("Use one line, without line breaks, tabs or marks that change the direction of writing."),
            code="not_single_line",
        )


def validate_plain_email(text: str) -> None:
    """Raise ValidationError for an address that mail programs may read differently; usable as a validator.

    Quoted names, encoded words (RFC 2047) and look-alike letters in the domain are other spellings of one mailbox: each
    would be a new person to us, and some of them break libraries that write email.
    """
    name, _at, domain = text.rpartition("@")
    is_plain = unicodedata.normalize("NFKC", domain) == domain and name.isprintable()
    if not is_plain or name.startswith('"') or "=?" in name:
        raise ValidationError(_("Enter an address like name@example.org."), code="not_plain")


def parse_sender(text: str) -> str:
    """`ADDRESS` or `NAME <ADDRESS>` as an email's From (RFC 5322); ValueError for anything else."""
    name, address = parseaddr(text)
    local, at, host = address.rpartition("@")
    if not (text.isprintable() and local and at and host) or " " in address:
        raise ValueError(text)
    return formataddr((name, address))


def validate_sender(text: str) -> None:
    """Refuse what is not `ADDRESS` or `NAME <ADDRESS>` (ValidationError)."""
    try:
        parse_sender(text)
    except ValueError:
        raise ValidationError(_("Enter an address, or a name and an address: NAME <name@example.org>.")) from None


def validate_time_zone(text: str) -> None:
    """Refuse what is not a name of the time zone database (ValidationError)."""
    try:
        ZoneInfo(text)
    except (ValueError, KeyError, OSError):
        raise ValidationError(_("Choose a time zone from the list.")) from None


def validate_link_list(text: str) -> None:
    """Refuse lines that are not addresses of the web (ValidationError)."""
    for line in text.split():
        _URL(line)
        validate_web_address(line)


def validate_menu_address(text: str) -> None:
    """Refuse what is neither an address of the web nor a path of this site (ValidationError)."""
    if not _SITE_PATH.fullmatch(text):
        _URL(text)
        validate_web_address(text)


def max_length_validator(limit: int) -> MaxLengthValidator:
    """Refuses what is longer than `limit` characters, and says by how much.

    Forms use it in place of `max_length`, whose maxlength attribute makes browsers cut pasted text silently.
    """
    message = gettext_lazy("%(show_value)d characters; the limit is %(limit_value)d.")
    validator = MaxLengthValidator(limit, message)
    validator.code = "too_long"
    return validator


def is_pk(text: str) -> bool:
    """Could `text` be a primary key? No database takes more than 18 digits."""
    return text.isascii() and text.isdigit() and len(text) < 19


def has_visible_text(text: str) -> bool:
    """Does `text` have anything that a reader would see? Spaces, controls and marks without a width do not count."""
    return any(unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"} for sign in text)


def to_single_line(text: str) -> str:
    """Remove what `validate_single_line` refuses: for names that nobody is there to correct."""
    return _NOT_IN_ONE_LINE.sub("", _UNSTORABLE.sub("", text)).strip()


def strip_unstorable(text: str) -> str:
    """Remove what `validate_storable` refuses: for drafts and for old imports."""
    return _UNSTORABLE.sub("", text)
