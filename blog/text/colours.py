"""Contrast of colours, by the rules of WCAG 2.2 (success criterion 1.4.3)."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The lightest and darkest grounds that text stands on, in the light and in the dark theme (static/css/tokens.css).
LIGHT_GROUNDS = ("#fbf8f1", "#f3eddf")
DARK_GROUNDS = ("#10151f", "#19212e")
# What WCAG asks of text at level AA.
MIN_CONTRAST = 4.5

_COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)


def validate_accent(text: str) -> None:
    """Refuse what is not a colour as #1f4e8c, or too pale to read on the light theme's paper (ValidationError)."""
    if not _COLOUR.fullmatch(text):
        raise ValidationError(_("Enter a colour as # and six digits, such as #1f4e8c."), code="not_a_colour")
    if (found := lowest_contrast(text, LIGHT_GROUNDS)) < MIN_CONTRAST:
        sentence = _("Too pale to read: the contrast with the page is %(found).1f to 1, but must be 4.5. Try %(try)s.")
        raise ValidationError(sentence, code="too_pale", params={"found": found, "try": adapt(text, LIGHT_GROUNDS)})


def accent_for_dark(text: str) -> str:
    """The same colour, made light enough for the dark theme."""
    return adapt(text, DARK_GROUNDS)


def adapt(text: str, grounds: tuple[str, ...]) -> str:
    """The colour mixed with black or white, as little as is needed to be read on these grounds."""
    end = 0 if grounds is LIGHT_GROUNDS else 255
    for step in range(101):
        channels = (round(part + (end - part) * step / 100) for part in channels_of(text))
        mixed = "#" + "".join(f"{part:02x}" for part in channels)
        if lowest_contrast(mixed, grounds) >= MIN_CONTRAST:
            return mixed
    raise AssertionError("black and white can be read on every ground")


def lowest_contrast(text: str, grounds: tuple[str, ...]) -> float:
    """The contrast with the ground that it contrasts least with, from 1 to 21."""
    return min(contrast(text, ground) for ground in grounds)


def contrast(one: str, other: str) -> float:
    """(L1 + 0.05) / (L2 + 0.05) of the relative luminances, the lighter first."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of an sRGB colour, from 0 to 1."""
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in channels_of(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def channels_of(colour: str) -> tuple[int, ...]:
    """Red, green and blue from 0 to 255."""
    return tuple(bytes.fromhex(colour[1:]))
