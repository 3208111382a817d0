"""Why an export is refused."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.functional import Promise
from django.utils.translation import gettext as _

# What reading a damaged file or archive raises, and what is encrypted, or packed in a way that Python does not know.
DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError)
UNUSUAL = (RuntimeError, NotImplementedError)


class RefusedExport(ValueError):
    """The file cannot be read as a whole; the message is a sentence for the owner that says what to do."""


def damaged_export(name: str) -> RefusedExport:
    message = _("%(name)s is damaged, or was not downloaded to the end. Download it again.")
    return RefusedExport(message % {"name": name})


@contextmanager
def refusing_damage(name: str, unusual: Promise, *more_damage: type[Exception]) -> Iterator[None]:
    """Turn what reading a broken file raises into a sentence with its `name`.

    `unusual` is the sentence for what is encrypted or packed in an unusual way; it says what to give instead.
    """
    damage: tuple[type[Exception], ...] = (*DAMAGE, *more_damage)
    try:
        yield
    except RefusedExport:
        raise
    except PermissionError as error:
        message = _("%(name)s may not be read. Change its permissions.")
        raise RefusedExport(message % {"name": name}) from error
    except damage as error:
        raise damaged_export(name) from error
    except UNUSUAL as error:
        raise RefusedExport(str(unusual) % {"name": name}) from error
