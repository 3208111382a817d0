"""The HTTP status of a page that shows a reader's form again."""

from __future__ import annotations

from django import forms

# By the code of an error; the first that applies counts.
STATUS_BY_ERROR = {
    "elsewhere": 403,
    "closed": 403,
    "rule": 403,
    "parent": 409,
    "pace": 429,
    "too_long": 413,
    "too_costly": 413,
}


def form_status(form: forms.Form) -> int:
    """The status for what is wrong with the form; 200 when nothing is."""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    return next((status for code, status in STATUS_BY_ERROR.items() if code in codes), 400 if codes else 200)
