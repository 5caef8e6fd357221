"""Files as they go out: never as something that a browser would run in our name."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from orderloom.platform.app.attachments import Opened

# Whatever it is: no script, no form, nothing from elsewhere, an origin of its own.
ALONE: Final = "default-src 'none'; sandbox"


def file_answer(request: Request, opened: Opened, *, inline: bool = False) -> Response:
    """The bytes, a piece at a time; 304 for whoever has them. `inline`: a picture, which a page of
    ours may show; all else is saved."""
    etag = f'"{opened.file.digest}"'
    headers = {
        "ETag": etag,
        "Content-Disposition": disposition(opened.name, inline=inline),
        "Content-Security-Policy": ALONE,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    headers["Content-Length"] = str(opened.file.size)
    headers["Content-Type"] = opened.file.media
    return StreamingResponse(opened.pieces(), headers=headers)


def disposition(name: str, *, inline: bool = False) -> str:
    """RFC 6266: the name in ASCII for old programs, and as it is."""
    plain = "".join(sign if sign.isascii() and sign not in '"\\%' else "_" for sign in name)
    way = "inline" if inline else "attachment"
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
