"""What the plain words of mails need."""

from __future__ import annotations

from django import template

from comments.mail import wrap

register = template.Library()

# Escaped by the template, not here: plain text knows no markup.
register.filter("quoted", wrap.quote_lines, is_safe=False)
