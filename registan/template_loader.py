"""Loads the pages of the project without indentation, and without the lines of tags that would be sent as empty."""

import re

from django.template import Origin
from django.template.loaders import filesystem

_INDENTATION = re.compile(r"\n[ \t]+")
# Nothing but tags that show nothing themselves: what is around such a line has line breaks of its own.
_TAG_LINE = re.compile(
    r"^((?:\{% (?:if|elif|else|endif|for|empty|endfor|with|endwith|block|endblock|load)\b(?:(?!%\}).)*%\}"
    r"|\{#(?:(?!#\}).)*#\})+)\n",
    re.MULTILINE,
)


class Loader(filesystem.Loader):
    def get_contents(self, origin: Origin) -> str:
        text = super().get_contents(origin)
        return _TAG_LINE.sub(r"\1", _INDENTATION.sub("\n", text)) if origin.name.endswith(".html") else text
