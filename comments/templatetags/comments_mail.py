"""Filters for plain-text emails."""

from __future__ import annotations

from django import template

from comments.mail import wrap

register = template.Library()

# Not escaped here: a plain-text template turns autoescaping off.
register.filter("quote_lines", wrap.quote_lines, is_safe=False)
