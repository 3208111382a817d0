"""Names of the shortcodes, blocks and embedded hosts in a text, for counting; what they mean is not asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Neither [[escaped]] nor the conditional comments of Internet Explorer; one letter is an index, or a footnote.
_SHORTCODE = re.compile(r"(?<![\[!-])\[([A-Za-z][A-Za-z0-9_-]{1,40})(?=[\s\]=/])")
_BLOCK = re.compile(r"<!--\s+wp:([a-z][a-z0-9_-]{0,60}(?:/[a-z][a-z0-9_-]{0,60})?)")
_EMBEDDED = re.compile(r"""\bsrc\s*=\s*["']?(?:https?:)?//([A-Za-z0-9.-]{1,253})""", re.IGNORECASE)


def shortcode_names(text: str) -> Iterator[str]:
    """The name of each opening tag: WordPress knows which are registered, an export does not."""
    return (match[1] for match in _SHORTCODE.finditer(text)) if "[" in text else iter(())


def block_names(text: str) -> Iterator[str]:
    """The name of each block that opens, `core/` left out as WordPress does."""
    return (match[1] for match in _BLOCK.finditer(text)) if "wp:" in text else iter(())


def embedded_hosts(text: str) -> Iterator[str]:
    """The host of each picture, frame or script in the text."""
    return (match[1].lower() for match in _EMBEDDED.finditer(text))
