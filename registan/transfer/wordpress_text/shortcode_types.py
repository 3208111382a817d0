"""Renders the shortcodes that WordPress and its most used plug-ins know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape, unescape

from registan.transfer.wordpress_text.contract import Attachment, Findings, OldSite, PostParts
from registan.transfer.wordpress_text.fragments import (
    footnote_mark,
    footnotes_section,
    gallery,
    lone_link,
    media_figure,
    picture_figure,
)
from registan.transfer.wordpress_text.shortcodes import ShortcodeReader, Values

# Of Easy Footnotes (efn_note), Modern Footnotes (mfn), Footnotes (ref), WP-Footnotes and others.
_NOTES = ("efn_note", "mfn", "modern_footnote", "ref", "footnote", "fn")
_NOTE_LISTS = ("efn_reference", "footnotes", "references", "footnotes_list")
_CODE = ("code", "sourcecode")
# Those whose first value, or `url`, is the address of what another site shows.
_EMBEDS = ("youtube", "vimeo", "soundcloud", "instagram", "tweet", "dailymotion", "ted", "spotify", "googlemaps")
# The addresses to which a mere number belongs.
_VIDEO_PAGES = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
_NUMBER_OF_VIDEO = re.compile(r"[\w-]{4,20}", re.ASCII)

_ADDRESS = re.compile(r"https?://[^\s<>\"\[\]]+")
_PICTURE = re.compile(r"\s*((?:<a\s[^<>]*>\s*)?<img\s[^<>]*>(?:\s*</a>)?)(.*)", re.DOTALL | re.IGNORECASE)
_AUDIO_KEYS = ("src", "mp3", "m4a", "ogg", "oga", "flac", "wav", "wma")
_VIDEO_KEYS = ("src", "mp4", "m4v", "webm", "ogv", "wmv", "flv", "mov")


@dataclass
class ShortcodeRenderer:
    """Renders the shortcodes of one post, and collects its notes."""

    site: OldSite
    parts: PostParts
    findings: Findings
    notes: list[tuple[str, str, str]] = field(default_factory=list)

    def render_text(self, text: str) -> str:
        """The text with its shortcodes replaced, and with their notes at its end."""
        if "[" not in text:
            return text
        html = ShortcodeReader(KNOWN, _CODE, self.render, self.findings).replace(text)
        return f"{html}\n\n{footnotes_section(self.notes)}" if self.notes else html

    def render(self, name: str, values: Values, inner: str | None) -> str | None:
        """The HTML of one shortcode; None for one that cannot be what it seems."""
        return KNOWN[name](self, name, values, inner)

    def caption(self, _name: str, values: Values, inner: str | None) -> str | None:
        """A picture and the words below it, which stand beside it, or in old texts in an attribute."""
        found = _PICTURE.fullmatch(inner or "")
        words = values.get("caption", "")
        if not found:
            return f"{inner}\n\n{words}" if inner and words else inner
        words = words or found[2].strip()
        return picture_figure(found[1], words) if words else f"\n\n{found[1]}\n\n"

    def gallery(self, _name: str, values: Values, _inner: str | None) -> str:
        """Pictures by their ids, or all of the post's own."""
        if numbers := values.get("ids") or values.get("include"):
            pictures = list(self._attachments(numbers))
        else:
            left_out = {picture.address for picture in self._attachments(values.get("exclude", ""))}
            pictures = [picture for picture in self.parts.attached if picture.address not in left_out]
        if not pictures:
            self.findings.losses["empty-gallery"] += 1
            return ""
        return gallery([(picture.address, picture.alt, picture.caption) for picture in pictures])

    def audio(self, name: str, values: Values, _inner: str | None) -> str | None:
        """Audio or video by its address."""
        keys = _VIDEO_KEYS if name == "video" else _AUDIO_KEYS
        address = next((values[key] for key in (*keys, "url", "0") if values.get(key)), "")
        if not address or not _ADDRESS.fullmatch(address):
            return None
        is_page = name == "video" and not re.search(r"\.\w{2,4}(?:\?|$)", address)
        return lone_link(address) if is_page else media_figure(name, address)

    def playlist(self, _name: str, values: Values, _inner: str | None) -> str:
        """Audio or video by their ids."""
        tag = "video" if values.get("type") == "video" else "audio"
        files = list(self._attachments(values.get("ids", "")))
        if not files:
            self.findings.losses["empty-playlist"] += 1
        return "".join(media_figure(tag, file.address, escape(file.title)) for file in files)

    def embed(self, _name: str, _values: Values, inner: str | None) -> str | None:
        """An address between the marks."""
        address = unescape((inner or "").strip())
        return lone_link(address) if _ADDRESS.fullmatch(address) else None

    def embed_of_site(self, name: str, values: Values, inner: str | None) -> str | None:
        """`[youtube https://…]`, `[youtube=https://…]`, `[vimeo 123]`, `[youtube id="…"]`."""
        typed = values.get("url") or values.get("id") or values.get("0") or (inner or "").strip()
        address = unescape(typed).lstrip("=").strip()
        if name in _VIDEO_PAGES and _NUMBER_OF_VIDEO.fullmatch(address):
            address = _VIDEO_PAGES[name] + address
        return lone_link(address) if _ADDRESS.fullmatch(address) else None

    def quote(self, _name: str, values: Values, inner: str | None) -> str | None:
        """A quotation, whose source may be an attribute."""
        if inner is None:
            return None
        names = ("author", "source", "cite", "name")
        source = next((values[name] for name in names if values.get(name)), "")
        if _ADDRESS.fullmatch(source):
            source = f'<a href="{escape(source)}">{escape(source)}</a>'
        return f"<blockquote>{inner}{source and f'\n\n<cite>{source}</cite>'}</blockquote>"

    def note(self, _name: str, _values: Values, inner: str | None) -> str | None:
        """A footnote, typed where its number stands."""
        if inner is None or not inner.strip():
            return None
        number = len(self.notes) + 1
        self.notes.append((f"note-{number}", f"note-mark-{number}", inner.strip()))
        return footnote_mark(f"note-{number}", f"note-mark-{number}", number)

    def note_list(self, _name: str, _values: Values, inner: str | None) -> str | None:
        """The place of the notes: ours stand at the end."""
        return None if inner else ""

    def code(self, _name: str, values: Values, inner: str | None) -> str | None:
        """Lines of a program. Old editors stored them escaped, others as they were typed."""
        if inner is None:
            return None
        language = values.get("language") or values.get("lang") or ""
        css = f' class="language-{escape(language)}"' if re.fullmatch(r"[\w+#.-]{1,30}", language) else ""
        return f"\n\n<pre><code{css}>{escape(unescape(inner).strip())}</code></pre>\n\n"

    def _attachments(self, numbers: str) -> Iterable[Attachment]:
        for number in re.findall(r"\d{1,18}", numbers, re.ASCII):
            found = self.site.attachment(int(number))
            if found is None:
                self.findings.losses["missing-attachment"] += 1
            else:
                yield found


KNOWN: dict[str, Callable[[ShortcodeRenderer, str, Values, str | None], str | None]] = {
    "caption": ShortcodeRenderer.caption,
    "wp_caption": ShortcodeRenderer.caption,
    "gallery": ShortcodeRenderer.gallery,
    "audio": ShortcodeRenderer.audio,
    "video": ShortcodeRenderer.audio,
    "playlist": ShortcodeRenderer.playlist,
    "embed": ShortcodeRenderer.embed,
    "quote": ShortcodeRenderer.quote,
    **dict.fromkeys(_EMBEDS, ShortcodeRenderer.embed_of_site),
    **dict.fromkeys(_NOTES, ShortcodeRenderer.note),
    **dict.fromkeys(_NOTE_LISTS, ShortcodeRenderer.note_list),
    **dict.fromkeys(_CODE, ShortcodeRenderer.code),
}
