"""Where authors write: a plain text area, to which static/js/editor adds tools."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.forms import Media
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Script
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _


class EditorTool(NamedTuple):
    """A button above the text. `act` names a function in static/js/editor; its keys are defined only here."""

    act: str
    name: Promise
    keys: str  # as in aria-keyshortcuts; the first is shown, Meta is ⌘ on a Mac
    icon: str  # an SVG path in a square of 24

    @property
    def shown_keys(self) -> list[str]:
        return self.keys.split(" ")[0].replace("Control", "Ctrl").split("+") if self.keys else []

    @property
    def title(self) -> str:
        return f"{self.name} ({'+'.join(self.shown_keys)})" if self.keys else str(self.name)


# With digits, since browsers use Ctrl+Shift with nearly every letter.
EDITOR_TOOLS = [
    [
        EditorTool(
            "strong", _("Bold"), "Control+B Meta+B", "M7 5h6.5a3.5 3.5 0 0 1 0 7H7zM7 12h7.5a3.5 3.5 0 0 1 0 7H7z"
        ),
        EditorTool("emphasis", _("Italic"), "Control+I Meta+I", "M10.5 5H17M7 19h6.5M14 5l-4 14"),
        EditorTool(
            "link",
            _("Link"),
            "Control+K Meta+K",
            "M10.5 13.5a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2"
            "M13.5 10.5a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2",
        ),
    ],
    [
        EditorTool("heading", _("Heading"), "Control+Shift+1", "M6 5v14M18 5v14M6 12h12"),
        EditorTool("bullets", _("List"), "Control+Shift+8", "M10 6h10M10 12h10M10 18h10M5 6h.01M5 12h.01M5 18h.01"),
        EditorTool(
            "numbers",
            _("Numbered list"),
            "Control+Shift+7",
            "M10 6h10M10 12h10M10 18h10M4 5l1.5-1v4.5M4 15.4c.6-1.4 2.8-1 2.6.4-.1.9-1.5 1.8-2.6 3.2h2.8",
        ),
        EditorTool("quotation", _("Quotation with its source"), "Control+Shift+9", "M5 5v14M10 7h10M10 12h10M14 17h6"),
    ],
    [
        EditorTool(
            "epigraph",
            _("Make it the epigraph"),
            "Control+Shift+2",
            "M10 6a4 4 0 0 0-4 4v3h4v-3H6M18 6a4 4 0 0 0-4 4v3h4v-3h-4M8 18h8",
        ),
        EditorTool(
            "footnote",
            _("Footnote, or back to the text"),
            "Control+Shift+3",
            "M4 19 9 7l5 12M5.8 15h6.4M17 5.5 18.5 4.5V11",
        ),
        EditorTool("figure", _("Image"), "Control+Shift+4", "M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9h.01"),
        EditorTool("table", _("Table"), "Control+Shift+5", "M4 5h16v14H4zM4 10h16M4 14.5h16M9.3 10v9M14.7 10v9"),
        EditorTool("file", _("Insert a file"), "", "M13 3H6v18h12V8zM13 3v5h5M12 11v6M9 14h6"),
    ],
    [
        EditorTool("undo", _("Undo"), "", "M8 5 4 9l4 4M4 9h10.5a5 5 0 0 1 0 10H10"),
        EditorTool("redo", _("Redo"), "", "m16 5 4 4-4 4M20 9H9.5a5 5 0 0 0 0 10H14"),
    ],
    [
        EditorTool(
            "preview",
            _("Show the preview"),
            "Control+Shift+6",
            "M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6zM12 9.5a2.5 2.5 0 1 0 .01 0z",
        ),
        EditorTool("full", _("Full screen"), "Control+Shift+Enter", "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"),
        EditorTool("keys", _("Keyboard shortcuts"), "", "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8"),
    ],
]


class ShortTextarea(AdminTextareaWidget):
    """A text area for a few lines, in either direction."""

    def __init__(self, *, rows: int = 3) -> None:
        super().__init__(attrs={"rows": rows, "dir": "auto", "class": "vLargeTextField writing"})


class LanguageInput(AdminTextInputWidget):
    """A line for a language tag, which suggests the languages that the site speaks."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        suggestions = f"{name}-suggestions"
        options = format_html_join("", '<option value="{}">{}</option>', settings.LANGUAGES)
        line = super().render(name, value, {**(attrs or {}), "list": suggestions, "autocomplete": "off"}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', line, suggestions, options)


class MarkdownEditor(ShortTextarea):
    """A text area for Markdown with tools and a preview; without JavaScript, with a button for the preview.

    `preview` names the URL that renders what is in the form (blog/admin/preview.py); beside it is the one that converts
    what is pasted (blog/admin/conversion.py).
    """

    template_name = "admin/widgets/markdown_editor.html"

    def __init__(self, *, rows: int, preview: str) -> None:
        super().__init__(rows=rows)
        self.preview = preview
        self.convert = preview.replace("_write_preview", "_convert")

    @property
    def media(self) -> Media:
        script: Any = Script("js/editor/editor.js", type="module")  # unknown to the stubs
        return Media(css={"all": ["css/editor.css"]}, js=[script])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"tools": EDITOR_TOOLS, "preview": self.preview, "convert": self.convert}
        return context

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        # Django looks for the templates of widgets only in apps; ours are with all other templates.
        return super().render(name, value, attrs, TemplatesSetting())
