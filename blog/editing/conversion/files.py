"""Converts a file by its kind: a clipboard's HTML, a document of Word or LibreOffice, or Markdown itself."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable
from pathlib import PurePath
from typing import IO, NamedTuple

import mammoth
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _

from blog.editing.conversion.archives import UnreadableFile, open_archive, refuse_damaged_file
from blog.editing.conversion.convert import ConvertedText, html_to_markdown
from blog.editing.conversion.open_document import open_document_to_html
from blog.markup.renderer import AUTHOR_LIMIT, render_author_markdown

# Bytes of each kind. Word's HTML is mostly style sheets; a document is mostly pictures.
FILE_LIMITS = {
    ".html": 3 * 1024 * 1024,
    ".docx": 15 * 1024 * 1024,
    ".odt": 15 * 1024 * 1024,
    ".md": 4 * AUTHOR_LIMIT,
}
# Pictures of a document that are offered to the library, and the bytes of all.
MAX_PICTURES = 20
MAX_PICTURE_BYTES = 15 * 1024 * 1024
# Word's own styles that mammoth does not know.
_WORD_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
r[style-name='HTML Code'] => code
"""


class ConvertedPicture(NamedTuple):
    """A picture in a document, to be offered to the library."""

    content_type: str
    content: bytes


class ConvertedFile(NamedTuple):
    text: ConvertedText
    pictures: list[ConvertedPicture]


class TooLargeFile(UnreadableFile):
    """The file has more bytes than its kind may have."""


class UnknownFile(UnreadableFile):
    """The file is of no kind that is read here."""


def convert_file(file: UploadedFile[bytes], *, first_note: int = 1) -> ConvertedFile:
    """The file's text as Markdown. Raises UnreadableFile or TooCostly, each with a sentence for the author."""
    kind = PurePath(file.name or "").suffix.lower()
    if kind not in FILE_LIMITS:
        raise UnknownFile(_("Only .docx, .odt and .md files can be inserted."))
    if (file.size or 0) > FILE_LIMITS[kind]:
        sentence = _("This is too large: %(limit)d KB is the limit. Insert it in parts.")
        raise TooLargeFile(sentence % {"limit": FILE_LIMITS[kind] // 1024})
    if kind == ".md":
        return ConvertedFile(ConvertedText(_read_markdown(file.read())), [])
    html, pictures = _to_html(kind, file)
    return ConvertedFile(html_to_markdown(html, first_note=first_note), pictures)


def _to_html(kind: str, file: UploadedFile[bytes]) -> tuple[str, list[ConvertedPicture]]:
    if kind == ".html":
        return file.read().decode(errors="replace"), []
    content = io.BytesIO(file.read())
    with open_archive(content) as archive:
        if kind == ".odt":
            html = open_document_to_html(archive)
            return html, _limit_pictures(
                ConvertedPicture(_picture_type(name), archive.read(name))
                for name in archive.namelist()
                if name.startswith("Pictures/") and _picture_type(name)
            )
        return _word_to_html(content)


def _word_to_html(content: IO[bytes]) -> tuple[str, list[ConvertedPicture]]:
    pictures: list[ConvertedPicture] = []

    def take(image: mammoth.documents.Image) -> dict[str, str]:
        with image.open() as opened:
            pictures.append(ConvertedPicture(image.content_type, opened.read()))
        return {}

    try:
        converted = mammoth.convert_to_html(
            content, style_map=_WORD_STYLES, convert_image=mammoth.images.img_element(take)
        )
    except Exception as error:  # mammoth trusts the XML of a document, and fails as Python does on what is not there
        raise refuse_damaged_file() from error
    return converted.value, _limit_pictures(pictures)


def _limit_pictures(pictures: Iterable[ConvertedPicture]) -> list[ConvertedPicture]:
    """The first of them, as many as may be sent back."""
    kept: list[ConvertedPicture] = []
    size = 0
    for picture in itertools.islice(pictures, MAX_PICTURES):
        size += len(picture.content)
        if size > MAX_PICTURE_BYTES:
            break
        kept.append(picture)
    return kept


def _picture_type(name: str) -> str:
    ending = PurePath(name).suffix.lower().removeprefix(".").replace("jpg", "jpeg")
    return f"image/{ending}" if ending in ("png", "jpeg", "webp", "gif") else ""


def _read_markdown(content: bytes) -> str:
    """Markdown as it is, if it can be rendered."""
    try:
        text = normalize_newlines(content.decode("utf-8-sig")).replace("\0", "").strip()
    except UnicodeDecodeError as error:
        raise UnreadableFile(_("This file is not text in UTF-8. Save it as UTF-8, and try again.")) from error
    render_author_markdown(text)
    return text
