"""Imports small exports by the command, and says how every element ended."""

from __future__ import annotations

import io
from pathlib import Path

from django.core.management import call_command

from registan.transfer.models import Element, Run
from tests.registan.transfer.wxr import HOME, cdata, element, export, write


def run_command(*arguments: object) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("import_wordpress", *map(str, arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def import_export(folder: Path, *children: str, head: str = "", options: tuple[object, ...] = ()) -> Run:
    """Import an export of these items."""
    run_command(write(folder, export(*children, head=head)), *options)
    return Run.objects.latest("pk")


def outcomes(kind: str) -> list[tuple[str, str]]:
    """How the elements of a kind ended, and why, in the order of their keys."""
    return list(Element.objects.filter(kind=kind).order_by("key").values_list("outcome", "reason"))


def outcome(kind: str, key: object) -> tuple[str, str, str]:
    found = Element.objects.get(kind=kind, key=str(key))
    return found.outcome, found.reason, found.detail


def category(domain: str, slug: str, name: str) -> str:
    """A term of an item."""
    return f'<category domain="{domain}" nicename="{slug}">{cdata(name)}</category>'


def declared_category(number: int, slug: str, name: str, parent: str = "", description: str = "") -> str:
    fields = {
        "wp:term_id": number,
        "wp:category_nicename": cdata(slug),
        "wp:category_parent": cdata(parent),
        "wp:cat_name": cdata(name),
        "wp:category_description": cdata(description),
    }
    return element("wp:category", "".join(element(name, value) for name, value in fields.items()))


def old_address(path: str) -> str:
    return HOME + path
