"""Answers a request for a part of a file (RFC 9110, 14): players seek in it, and downloads go on where they stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse

# One part; a request for several is answered with the whole, as the RFC allows.
_SINGLE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)
CHUNK = 64 * 1024


def file_response(request: HttpRequest, file: IO[bytes], *, size: int, headers: dict[str, str]) -> HttpResponseBase:
    """The file, or the part that is asked for (206), or 416 when it has no such part.

    There is no validator, so that `If-Range` never matches, and is answered with the whole (RFC 9110, 13.1.5).
    """
    headers = {**headers, "Accept-Ranges": "bytes"}
    asked = _SINGLE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if not asked or asked[0] == "bytes=-" or "If-Range" in request.headers or request.method != "GET":
        return whole_file(file, headers)
    if asked[1]:
        start, end = int(asked[1]), min(int(asked[2] or size), size - 1)
        if asked[2] and int(asked[2]) < int(asked[1]):  # no range at all: ignored
            return whole_file(file, headers)
    else:
        start, end = max(0, size - int(asked[2])), size - 1
    if start >= size or start > end:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    file.seek(start)
    part = {"Content-Range": f"bytes {start}-{end}/{size}", "Content-Length": str(end - start + 1)}
    return StreamingHttpResponse(read_part(file, end - start + 1), status=206, headers={**headers, **part})


def whole_file(file: IO[bytes], headers: dict[str, str]) -> FileResponse:
    """All of the file; these headers replace what Django guesses from its name."""
    response = FileResponse(file)
    for name, value in headers.items():
        response.headers[name] = value
    return response


def read_part(file: IO[bytes], length: int) -> Iterator[bytes]:
    """The next `length` bytes of the file, which is closed afterwards."""
    with file:
        while length > 0 and (chunk := file.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
