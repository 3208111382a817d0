"""Reads the text of an OpenDocument file (.odt, ISO/IEC 26300) as HTML."""

from __future__ import annotations

import zipfile
from html import escape

from blog.editing.conversion.archives import XmlElement, parse_xml, refuse_damaged_file

# Properties of text, and how HTML writes the same.
_STYLES = {
    "fo:font-weight": "font-weight",
    "fo:font-style": "font-style",
    "style:font-name": "font-family",
    "fo:font-family": "font-family",
}
# Repeated spaces, columns and rows are given as a number.
MAX_REPEATED = 50
_EMPTY = {"text:line-break": "<br>", "text:tab": " ", "table:covered-table-cell": ""}
# The editor's own words, and what is drawn over the page.
_LEFT_OUT = {
    "office:annotation",
    "office:annotation-end",
    "office:forms",
    "text:sequence-decls",
    "text:tracked-changes",
}


def open_document_to_html(archive: zipfile.ZipFile) -> str:
    """The HTML of the text in this archive. Raises UnreadableFile if there is none."""
    content = parse_xml(archive.read("content.xml"))
    others = [parse_xml(archive.read("styles.xml"))] if "styles.xml" in archive.namelist() else []
    text = next(content.elements("office:text"), None)
    if text is None:
        raise refuse_damaged_file()
    return _OpenDocument([*others, content]).convert(text)


class _OpenDocument:
    """The styles of a document, and its notes as far as they were read."""

    def __init__(self, parts: list[XmlElement]) -> None:
        self.styles = _by_name(parts, "style:style")
        self.lists = _by_name(parts, "text:list-style")
        self.notes: list[str] = []

    def convert(self, text: XmlElement) -> str:
        return self.inside(text) + "".join(self.notes)

    def inside(self, element: XmlElement, numbered: str = "", level: int = 1) -> str:
        return "".join(
            escape(child) if isinstance(child, str) else self.element(child, numbered, level)
            for child in element.children
        )

    def element(self, element: XmlElement, numbered: str, level: int) -> str:
        """The HTML of one element; `numbered` is the style of the list it is in, `level` that of its items."""
        if element.name in _LEFT_OUT:
            return ""
        if element.name in _EMPTY:
            return _EMPTY[element.name]
        match element.name:
            case "text:p":
                return self.paragraph(element)
            case "text:list":
                name = element.attrs.get("text:style-name") or numbered
                tag = "ol" if self.is_numbered(name, level) else "ul"
                return f"<{tag}>{self.inside(element, name, level)}</{tag}>"
            case "text:list-item" | "text:list-header":
                return f"<li>{self.inside(element, numbered, level + 1)}</li>"
            case "text:note":
                return self.note(element)
            case "text:s":
                return "\u00a0" * _count(element, "text:c")
        opening, closing = self.tags(element)
        return opening + self.inside(element, numbered, level) + closing

    def tags(self, element: XmlElement) -> tuple[str, str]:
        """What stands before and after an element's words."""
        attrs = element.attrs
        match element.name:
            case "text:h":
                level = min(_count(element, "text:outline-level"), 6)
                return f"<h{level}>", f"</h{level}>"
            case "text:span":
                return f'<span style="{escape(self.css(attrs.get("text:style-name", "")))}">', "</span>"
            case "text:a":
                return f'<a href="{escape(attrs.get("xlink:href", ""))}">', "</a>"
            case "table:table":
                return "<table>", "</table>"
            case "table:table-row":
                return "<tr>", "</tr>"
            case "table:table-cell":
                columns, rows = (_count(element, f"table:number-{way}-spanned") for way in ("columns", "rows"))
                return f'<td colspan="{columns}" rowspan="{rows}">', "</td>"
        return "", ""

    def paragraph(self, element: XmlElement) -> str:
        name = element.attrs.get("text:style-name", "")
        family = self.family(name)
        css, words = self.css(name), self.inside(element)
        if "Quotations" in family:
            return f'<p class="MsoQuote">{words}</p>'
        if "Title" in family:
            return f"<h1>{words}</h1>"
        if "Preformatted_20_Text" in family:
            css = "font-family: monospace"
        return f'<p style="{escape(css)}">{words}</p>'

    def note(self, element: XmlElement) -> str:
        body = next(element.elements("text:note-body"), None)
        number = len(self.notes) + 1
        self.notes.append("")
        words = self.inside(body) if body else ""
        self.notes[number - 1] = f'<aside id="note-{number}">{words}<a href="#to-{number}">{number}</a></aside>'
        return f'<sup><a id="to-{number}" href="#note-{number}">{number}</a></sup>'

    def family(self, name: str) -> list[str]:
        """The style and those that it is derived from."""
        names: list[str] = []
        while name in self.styles and name not in names:
            names.append(name)
            name = self.styles[name].attrs.get("style:parent-style-name", "")
        return names

    def css(self, name: str) -> str:
        found: dict[str, str] = {}
        for style in reversed(self.family(name)):
            for properties in self.styles[style].elements("style:text-properties"):
                found |= {css: properties.attrs[each] for each, css in _STYLES.items() if each in properties.attrs}
                if properties.attrs.get("style:text-line-through-style", "none") != "none":
                    found["text-decoration"] = "line-through"
                if (place := properties.attrs.get("style:text-position", "").split(" ")[0]) in ("super", "sub"):
                    found["vertical-align"] = place
        return "; ".join(f"{css}: {value.replace(';', '')}" for css, value in found.items())

    def is_numbered(self, name: str, level: int) -> bool:
        style = self.lists.get(name)
        return style is not None and any(
            each.attrs.get("text:level") == str(level) for each in style.elements("text:list-level-style-number")
        )


def _by_name(parts: list[XmlElement], kind: str) -> dict[str, XmlElement]:
    return {each.attrs.get("style:name", ""): each for part in parts for each in part.elements(kind)}


def _count(element: XmlElement, name: str) -> int:
    value = element.attrs.get(name, "1")
    return min(max(int(value), 1), MAX_REPEATED) if value.isascii() and value.isdecimal() and len(value) < 6 else 1
