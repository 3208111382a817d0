"""Attachments become pictures and media files of the library, by the way that uploads take."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BufferedRandom, BufferedReader
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.crypto import salted_hmac

from blog.editing.forms.media_file import recognise_upload
from blog.images import processing
from blog.models import Image, MediaFile
from blog.models.fields import max_length_of
from blog.text.validators import to_single_line
from registan.transfer.content.fetch_files import FileFetcher, NotFetched, file_name_of
from registan.transfer.content.import_plan import is_picture
from registan.transfer.content.import_terms import plain_words
from registan.transfer.content.item_spool import SpooledItem
from registan.transfer.models.element import Element, Outcome
from registan.transfer.models.ledger import Ledger, StoredRow
from registan.transfer.models.reasons import Remark
from registan.transfer.records.export_records import Item
from registan.transfer.records.own_fields import own_text
from registan.transfer.wordpress.inventory.media_folder import MediaFolder

type StoredMedia = Image | MediaFile
MEDIA_MODELS: dict[str, Any] = {"image": Image, "mediafile": MediaFile}


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """An attachment whose file was looked for: a new `row`, a `known` one of the same file, or why there is none."""

    spooled: SpooledItem
    row: StoredMedia | None = None
    known: StoredMedia | None = None
    remark: Remark | None = None
    is_refused: bool = False


class FileImport:
    """Stores attachments; `rows` has the row of each id that has one. What the folder lacks, the fetcher may fetch."""

    def __init__(self, ledger: Ledger, media: MediaFolder | None, fetcher: FileFetcher | None) -> None:
        self.ledger, self.media, self.fetcher = ledger, media, fetcher
        self.rows: dict[int, StoredMedia] = {}

    def prepare(self, spooled: SpooledItem) -> PreparedFile:
        """Look for the file, and store it under the name that it has each time: what is interrupted leaves nothing.

        Call it outside of any transaction: the file may come through the network.
        """
        url = spooled.item.file_url
        path = self.media.find(spooled.item) if self.media else None
        if path is not None:
            with path.open("rb") as file:
                return self._read(spooled, file, path.name)
        if self.fetcher is None:
            return PreparedFile(spooled, remark=Remark("missing-file" if self.media else "no-file", url))
        try:
            with self.fetcher.open(url) as file:
                return self._read(spooled, file, file_name_of(url))
        except NotFetched as error:
            return PreparedFile(spooled, remark=error.remark, is_refused=error.is_failure)

    def _read(self, spooled: SpooledItem, file: BufferedReader | BufferedRandom, name: str) -> PreparedFile:
        """Raises OSError where the file cannot be read or stored."""
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        if known := find_stored(digest):
            return PreparedFile(spooled, known=known)
        make = _make_picture if is_picture(name) else _make_media_file
        try:
            return PreparedFile(spooled, row=make(File(file, name=name), spooled.item, digest))
        except ValidationError as error:
            remark = Remark("file-refused", f"{name}: {' '.join(error.messages)}")
            return PreparedFile(spooled, remark=remark, is_refused=True)

    def store(self, prepared: PreparedFile) -> None:
        """Store the row; call it in a transaction."""
        spooled, row = prepared.spooled, prepared.row or prepared.known
        if row is None:
            outcome = Outcome.FAILED if prepared.is_refused else Outcome.SKIPPED
            self._record(spooled, outcome, None, prepared.remark)
            return
        if prepared.row and (earlier := find_stored(row.sha256)):  # twice in one batch
            row = earlier
        if getattr(row, "is_trashed", False):
            self._record(spooled, Outcome.SKIPPED, None, Remark("deleted-here", str(row)))
        elif row.pk is None:
            row.save()
            self._record(spooled, Outcome.CREATED, row, None)
        else:
            self._record(spooled, Outcome.UNCHANGED, row, Remark("already-here", str(row)))

    def keep(self, spooled: SpooledItem, known: Element) -> bool:
        """Take the row that the ledger has of this attachment; False if there is none, and it is to be looked for."""
        model = MEDIA_MODELS.get(known.object_kind)
        if model is None:
            return self.ledger.is_done(known)
        row: StoredMedia | None = model._base_manager.filter(pk=known.object_id or 0).first()
        if row is not None:
            self.rows.setdefault(spooled.item.id, row)
        if row is None:
            self.ledger.record(Element.Kind.ATTACHMENT, known.key, Outcome.SKIPPED, reason="deleted-here")
        elif not self.ledger.is_done(known):
            self.ledger.confirm(known)
        return True

    def _record(self, spooled: SpooledItem, outcome: Outcome, row: StoredMedia | None, remark: Remark | None) -> None:
        if row is not None:
            self.rows.setdefault(spooled.item.id, row)
        self.ledger.record(
            Element.Kind.ATTACHMENT,
            spooled.key,
            outcome,
            reason=remark.code if remark else "",
            detail=remark.data if remark else "",
            stored=StoredRow(str(row._meta.model_name), row.pk) if row is not None else None,
        )


def find_stored(digest: str) -> StoredMedia | None:
    """The picture or file with this content, if the library or the trash has it."""
    return Image.everything.filter(sha256=digest).first() or MediaFile.objects.filter(sha256=digest).first()


def _make_picture(upload: File[bytes], item: Item, digest: str) -> Image:
    alt = to_single_line(" ".join(item.meta("_wp_attachment_image_alt").split()))[: max_length_of(Image, "alt")]
    image = Image(
        sha256=digest,
        alt=alt,
        is_decorative=not alt,
        caption=to_single_line(plain_words(item.excerpt))[: max_length_of(Image, "caption")],
        credit=to_single_line(own_text(item.own, "credit"))[: max_length_of(Image, "credit")],
        original_name=_original_name(upload),
    )
    image.store_file(processing.process_upload(upload), stem=file_stem(digest))
    return image


def _make_media_file(upload: File[bytes], item: Item, digest: str) -> MediaFile:
    kind, seconds = recognise_upload(upload)
    title = to_single_line(item.title)[: max_length_of(MediaFile, "title")] or _original_name(upload)
    row = MediaFile(sha256=digest, title=title, original_name=_original_name(upload))
    row.store_upload(upload, kind, seconds, stem=file_stem(digest))
    return row


def _original_name(upload: File[bytes]) -> str:
    return "".join(filter(str.isprintable, upload.name or ""))[:200]


def file_stem(digest: str) -> str:
    """A name that nobody can guess, and that the same file has each time."""
    return salted_hmac("registan.transfer.files", digest, algorithm="sha256").hexdigest()[:32]
