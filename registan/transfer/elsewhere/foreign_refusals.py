"""Sentences for exports that cannot be read as a whole."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from registan.transfer.wordpress.reader.refusals import RefusedExport

# What reading a damaged file or archive raises, and what Python does not know.
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError)
_UNUSUAL = (RuntimeError, NotImplementedError)


def damaged_export(name: str) -> RefusedExport:
    message = _("%(name)s is damaged, or was not downloaded to the end. Download it again.")
    return RefusedExport(message % {"name": name})


def too_large_export(name: str) -> RefusedExport:
    message = _("%(name)s holds more than an export has. Export in parts, or leave out what is no text.")
    return RefusedExport(message % {"name": name})


def foreign_export(name: str, system: str) -> RefusedExport:
    message = _("%(name)s is no export of %(system)s. Check which file belongs to which system.")
    return RefusedExport(message % {"name": name, "system": system})


@contextmanager
def refusing_foreign_damage(name: str) -> Iterator[None]:
    """Turn what reading a broken file raises into a sentence with its `name`."""
    try:
        yield
    except RefusedExport:
        raise
    except PermissionError as error:
        message = _("%(name)s may not be read. Change its permissions.")
        raise RefusedExport(message % {"name": name}) from error
    except _DAMAGE as error:
        raise damaged_export(name) from error
    except _UNUSUAL as error:
        message = _("%(name)s is encrypted, or packed in an unusual way. Unpack it, and give the folder.")
        raise RefusedExport(message % {"name": name}) from error
