"""Converts what an author pastes or brings as a file, for the editor; nothing is stored."""

from __future__ import annotations

import base64

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from blog.admin.base import StaffAdmin
from blog.editing.conversion.archives import UnreadableFile
from blog.editing.conversion.files import ConvertedFile, TooLargeFile, UnknownFile, convert_file
from blog.markup.limits import TooCostly

# RFC 9110, 15.5.14, 15.5.16 and 15.5.21.
REFUSAL_STATUS = {TooLargeFile: 413, UnknownFile: 415, UnreadableFile: 422, TooCostly: 422}


class ConversionAdmin(StaffAdmin):
    """An admin of something with a text, into which its authors paste."""

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_convert"
        return [path("convert/", self.admin_site.admin_view(self.convert), name=name), *super().get_urls()]

    @method_decorator(require_POST)
    def convert(self, request: HttpRequest) -> JsonResponse:
        """The Markdown and the pictures of the `file`, or its refusal; notes are numbered from `first_note`.

        The kind of the file is the ending of its name; what was copied comes as `.html`.
        """
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        file, first = request.FILES.get("file"), request.POST.get("first_note", "1")
        if file is None:
            return JsonResponse({"refusal": _("Choose a file.")}, status=400)
        try:
            converted = convert_file(file, first_note=int(first) if first.isascii() and first.isdecimal() else 1)
        except (UnreadableFile, TooCostly) as refusal:
            return JsonResponse({"refusal": str(refusal)}, status=REFUSAL_STATUS[type(refusal)])
        return JsonResponse(converted_json(converted))


def converted_json(converted: ConvertedFile) -> dict[str, object]:
    """What static/js/editor/paste.js reads."""
    pictures = [
        {"type": picture.content_type, "content": base64.b64encode(picture.content).decode()}
        for picture in converted.pictures
    ]
    return {"markdown": converted.text.markdown, "is_inline": converted.text.is_inline, "pictures": pictures}
