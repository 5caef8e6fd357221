"""Reads files of records for an import, one record at a time, each with the line it begins on.

A record that cannot be read does not stop the rest: it comes as a `Rejection`. JSON (an array or
one object), JSON lines and CSV (all values text).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orderloom.platform.codec import CodecError, loads_strict
from orderloom.platform.problem import Rejection

# What matters for finding the end of a value: strings as a whole, brackets, commas.
TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[\[\]{},]')
BLANK = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class Record:
    """`value` is the record's JSON value, or a `Rejection` where it could not be read."""

    line: int
    value: Any


def read_records(path: Path) -> Iterator[Record]:
    """All records of a file, in order. Raises `OSError` if the file cannot be opened."""
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    suffix = path.suffix.lower()
    if suffix == ".csv":
        yield from _csv(text)
    elif suffix in {".jsonl", ".ndjson"}:
        yield from _lines(text)
    else:
        yield from _json(text)


def _csv(text: str) -> Iterator[Record]:
    reader = csv.DictReader(io.StringIO(text))
    for row in reader:
        if None in row or None in row.values():
            yield Record(reader.line_num, Rejection("import.columns", "columns do not match"))
        else:
            yield Record(reader.line_num, dict(row))


def _lines(text: str) -> Iterator[Record]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield Record(number, _value(line))


def _json(text: str) -> Iterator[Record]:
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] != "[":
        yield Record(1, _value(text))
        return
    position, line, counted = start + 1, 1, 0
    while True:
        skipped = BLANK.match(text, position)
        position = skipped.end() if skipped else position
        if position >= len(text) or text[position] == "]":
            return
        end = _end(text, position)
        line += text.count("\n", counted, position)
        counted = position
        yield Record(line, _value(text[position:end]))
        position = max(end, position + 1)


def _end(text: str, start: int) -> int:
    """Where the value that begins at `start` ends, judged by its brackets only."""
    depth = 0
    for token in TOKEN.finditer(text, start):
        sign = token[0]
        if sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
            if depth < 0:
                return token.start()
            if depth == 0:
                return token.end()
        elif sign == "," and depth == 0:
            return token.start()
    return len(text)


def _value(text: str) -> Any:
    try:
        return loads_strict(text.encode())
    except CodecError as error:
        return Rejection("import.malformed", f"not JSON: {error}", {"problem": str(error)})
