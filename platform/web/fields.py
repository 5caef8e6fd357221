"""Fields of an HTML form as pairs of text, in the order they were sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web import multipart
from orderloom.platform.web.spooled_parts import Upload, read_spooled

MOST_FIELDS: Final = 20_000
MEDIA_TYPE: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Fields:
    """`pairs`: name and value, repeated names too. `files`: what was chosen, by name;
    `uploads`: the same of a body that lies on disk."""

    pairs: tuple[tuple[str, str], ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """The last value of a name."""
        return next((value for key, value in reversed(self.pairs) if key == name), default)

    def text(self, name: str) -> str | None:
        """A value without the white space around it; None if nothing is left."""
        return self.get(name).strip() or None

    def without(self, *names: str) -> tuple[tuple[str, str], ...]:
        """The pairs of all other names."""
        return tuple(pair for pair in self.pairs if pair[0] not in names)

    def below(self, prefix: str) -> tuple[tuple[str, str], ...]:
        """The pairs whose names begin so, without the beginning."""
        return tuple(
            (name.removeprefix(prefix), value)
            for name, value in self.pairs
            if name.startswith(prefix)
        )


async def read_fields(request: Request) -> Fields:
    """Reads the body; its size was bounded before (`middleware`)."""
    media = request.headers.get("content-type", MEDIA_TYPE).partition(";")[0].strip().lower()
    spooled = getattr(request.state, "spooled", None)
    if spooled is not None and media == multipart.MEDIA_TYPE:
        found = read_spooled(spooled, request.headers["content-type"])
        if isinstance(found, Rejection):
            raise Refused(found)
        return Fields(tuple(_plain(found[0])), uploads=found[1])
    if media == multipart.MEDIA_TYPE:
        read = multipart.read_parts(await request.body(), request.headers["content-type"])
        if isinstance(read, Rejection):
            raise Refused(read)
        return Fields(tuple(_plain(read[0])), read[1])
    if media != MEDIA_TYPE:
        raise Refused(Rejection("request.unsupported", f"Expected {MEDIA_TYPE}, not {media}."))
    body = await request.body()
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise Refused(Rejection("request.malformed", f"The form cannot be read: {error}")) from None
    return Fields(tuple(_plain(pairs)))


def _plain(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    # Browsers send line breaks as CRLF, data keep LF.
    return ((name, value.replace("\r\n", "\n")) for name, value in pairs)


SentFields = Annotated[Fields, Depends(read_fields)]
