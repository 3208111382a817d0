"""A time zone in a form: chosen by region and town, or by the browser (js/time-zone.js)."""

from __future__ import annotations

from typing import Any

from django import forms

from blog.text.time_zones import current_name, old_names


class ZoneSelect(forms.Select):
    """Each option knows the names by which browsers may still report its zone."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if also := old_names(str(value)):
            option["attrs"]["data-also"] = " ".join(also)
        return option


class ZoneField(forms.ChoiceField):
    """A choice of a time zone that takes and shows a zone by its current name, whatever it is stored as."""

    widget = ZoneSelect

    def prepare_value(self, value: Any) -> Any:
        return current_name(value) if value else value

    def to_python(self, value: Any) -> str:
        return current_name(super().to_python(value))

    def suggest_browsers(self) -> None:
        """Let the browser choose its own zone, where nobody has chosen yet."""
        self.widget.attrs["data-browser-zone"] = ""
