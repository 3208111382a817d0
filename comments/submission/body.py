"""The text of a comment, as its writer or a moderator types it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _

from blog.markup import renderer
from blog.markup.limits import TooCostly
from blog.text.validators import has_visible_text, max_length_validator


def clean_comment_body(text: str) -> tuple[str, SafeString]:
    """`text` as it is stored, and its HTML.

    Raises ValidationError with the code `required`, `too_long`, or `too_costly` for text that takes too long to render.
    """
    body = normalize_newlines(text)
    if not has_visible_text(body):
        raise ValidationError(_("Write a comment first."), code="required")
    max_length_validator(renderer.READER_LIMIT)(body)
    try:
        return body, renderer.render_reader_markdown(body)
    except TooCostly as error:
        raise ValidationError(str(error), code="too_costly") from None
