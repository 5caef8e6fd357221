"""Forms that bring a file (RFC 7578): the fields as pairs of text, the files as they came."""

from __future__ import annotations

from email.message import Message
from typing import Final

from orderloom.platform.problem import Rejection

MEDIA_TYPE: Final = "multipart/form-data"
MOST_PARTS: Final = 100
LONGEST_HEAD: Final = 4_000

Parts = tuple[tuple[tuple[str, str], ...], dict[str, bytes]]


def read_parts(body: bytes, content_type: str) -> Parts | Rejection:
    """Fields in the order they were sent, and files by name; a file that nobody chose is none."""
    boundary = parameter("content-type", content_type, "boundary")
    if not boundary:
        return malformed("there is no boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if len(pieces) < 2 or not pieces[-1].startswith(b"--") or len(pieces) > MOST_PARTS + 2:
        return malformed("the parts do not end, or are too many")
    pairs: list[tuple[str, str]] = []
    files: dict[str, bytes] = {}
    for piece in pieces[1:-1]:
        head, found, content = piece.partition(b"\r\n\r\n")
        told = disposition(head) if found and len(head) <= LONGEST_HEAD else ""
        name = parameter("content-disposition", told, "name")
        if not name:
            return malformed("a part has no name")
        filename = parameter("content-disposition", told, "filename")
        if filename is not None:
            if content or filename:
                files[name] = content
            continue
        try:
            pairs.append((name, content.decode("utf-8")))
        except UnicodeDecodeError:
            return malformed(f"{name[:60]} is not UTF-8")
    return tuple(pairs), files


def disposition(head: bytes) -> str:
    """What the head of a part says of its name."""
    for line in head.decode("utf-8", "replace").split("\r\n"):
        key, _, value = line.partition(":")
        if key.strip().lower() == "content-disposition":
            return value.strip()
    return ""


def parameter(header: str, value: str, name: str) -> str | None:
    """A parameter of a header's value."""
    message = Message()
    message[header] = value.replace("\r", " ").replace("\n", " ")
    found = message.get_param(name, header=header)
    return found if isinstance(found, str) else None


def malformed(why: str) -> Rejection:
    """The refusal of a form that nobody can read."""
    return Rejection("request.malformed", f"The form cannot be read: {why}")
