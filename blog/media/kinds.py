"""Recognises audio, video and PDF files by their content, and reads how long they play; their names decide nothing."""

from __future__ import annotations

import math
import struct
from typing import Any, BinaryIO, NamedTuple

from tinytag import TinyTag, TinyTagException

# What is needed of a file to recognise it.
HEAD_LENGTH = 4_096
# Longer than any talk: a duration beyond it is a mistake in the file.
MAX_SECONDS = 48 * 60 * 60
# What a reader of tags raises for a file that is damaged, or made to break it.
TAG_ERRORS = (TinyTagException, ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError,
              TypeError, ValueError, struct.error)  # fmt: skip
# Brands of the ISO base media file format (ISO/IEC 14496-12) that browsers play.
AUDIO_BRANDS = {b"M4A ", b"M4B "}
VIDEO_BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"}


class MediaKind(NamedTuple):
    """A kind of file: its ending, media type, how it is shown (audio, video, document) and its name for people."""

    ending: str
    content_type: str
    shown_as: str
    label: str


KINDS = {
    kind.ending: kind
    for kind in (
        MediaKind("mp3", "audio/mpeg", "audio", "MP3"),
        MediaKind("m4a", "audio/mp4", "audio", "M4A"),
        MediaKind("ogg", "audio/ogg", "audio", "Ogg"),
        MediaKind("flac", "audio/flac", "audio", "FLAC"),
        MediaKind("wav", "audio/wav", "audio", "WAV"),
        MediaKind("mp4", "video/mp4", "video", "MP4"),
        MediaKind("webm", "video/webm", "video", "WebM"),
        MediaKind("pdf", "application/pdf", "document", "PDF"),
    )
}
ACCEPT = ",".join(f".{ending}" for ending in KINDS)


def recognise(head: bytes) -> MediaKind | None:
    """The kind of a file that begins with these bytes; None for any that we do not take."""
    ending = ""
    if head.startswith(b"%PDF-"):
        ending = "pdf"
    elif head.startswith(b"ID3") or is_mpeg_audio_frame(head):
        ending = "mp3"
    elif head.startswith(b"fLaC"):
        ending = "flac"
    elif head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        ending = "wav"
    elif head.startswith(b"OggS") and (b"OpusHead" in head or b"\x01vorbis" in head) and b"\x80theora" not in head:
        ending = "ogg"
    elif head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        ending = "webm"
    elif head[4:8] == b"ftyp":
        ending = "m4a" if head[8:12] in AUDIO_BRANDS else "mp4" if head[8:12] in VIDEO_BRANDS else ""
    return KINDS.get(ending)


def is_mpeg_audio_frame(head: bytes) -> bool:
    """Does a frame of layer III begin here, with a bit rate and a sampling rate? (ISO/IEC 11172-3, 2.4.1.3)"""
    return (
        len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 != 0xF0 and head[2] & 0xC != 0xC
    )


def read_seconds(file: BinaryIO, kind: MediaKind) -> int | None:
    """How long it plays, in whole seconds; None where the file does not say, or nothing that can be."""
    if kind.shown_as == "document" or kind.ending == "webm":
        return None
    file.seek(0)
    named: Any = f"file.{kind.ending}"
    try:
        seconds = TinyTag.get(named, file_obj=file, tags=False).duration
    except TAG_ERRORS:
        return None
    return math.ceil(seconds) if seconds and 0 < seconds <= MAX_SECONDS else None
