"""Sentences for exports that cannot be read as a whole."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registan.transfer.wordpress.reader.refusals import RefusedExport, refusing_damage

_UNUSUAL = gettext_lazy("%(name)s is encrypted, or packed in an unusual way. Unpack it, and give the folder.")


def too_large_export(name: str) -> RefusedExport:
    message = _("%(name)s holds more than an export has. Export in parts, or leave out what is no text.")
    return RefusedExport(message % {"name": name})


def foreign_export(name: str, system: str) -> RefusedExport:
    message = _("%(name)s is no export of %(system)s. Check which file belongs to which system.")
    return RefusedExport(message % {"name": name, "system": system})


def refusing_foreign_damage(name: str) -> AbstractContextManager[None]:
    """Turn what reading a broken file raises into a sentence with its `name`."""
    return refusing_damage(name, _UNUSUAL)
