"""Takes the blog's old URLs apart, malformed ones too."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def split_url(url: str) -> SplitResult:
    """The parts of `url`; all of them empty where it is malformed: half an IPv6 address, for instance."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")
