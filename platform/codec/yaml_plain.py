"""The events of YAML as definitions are mostly written: lines of keys and dashes, values on one
line, brackets and braces. What the library tells of such a text takes it twenty times as long.

Everything else (anchors, tags, block texts, values over several lines, tabs, several documents,
mistakes) is not read here but left to the library, which also says what is wrong. A test holds both
to the same events.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from orderloom.platform.codec.yaml_told import (
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    Mark,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

# Deeper texts are left to the library: this reader calls itself.
DEEPEST: Final = 90

_CLEAN: Final = re.compile(
    "[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
)
# Empty lines and lines that are comments, then the indent of the next one.
_LEAD: Final = re.compile(r"(?: *(?:#[^\n]*)?\n)* *")
_TAIL: Final = re.compile(r"(?: +#[^\n]*| *)\n")
_MARK: Final = re.compile(r"---(?=[ \n])")
_DASH: Final = re.compile(r"- +|-(?=\n)")
# What begins a text without quotes: no sign that means something else there.
_FIRST: Final = r"[^\s,\[\]{}#&*!|>'\"%@`?:-]"
_KEY: Final = re.compile(
    rf"""(?:({_FIRST}(?:[^\n:#]{{0,200}}[^\s:#])?)|"([^"\\\n]{{0,200}})"|'([^'\n]{{0,200}})')"""
    r":(?=[ \n])( *)"
)
_DOUBLE: Final = re.compile(r'"([^"\\\n]*(?:\\["\\/nt][^"\\\n]*)*)"')
_SINGLE: Final = re.compile(r"'([^'\n]*(?:''[^'\n]*)*)'")
_PLAIN: Final = re.compile(rf"(?:{_FIRST}|[-?:](?=\S))[^\n]*")
_IN_FLOW: Final = re.compile(
    rf"(?:{_FIRST}|-(?=[^\s#:?-]))"
    r"(?:[^\s,\[\]{}:]|:(?=[^\s,\[\]{}]))*(?: +[^\s,\[\]{}:#](?:[^\s,\[\]{}:]|:(?=[^\s,\[\]{}]))*)*"
)
_GAP: Final = re.compile(r"[ \n]*")
_ESCAPE: Final = re.compile(r"\\(.)")
_MEANT: Final = {"n": "\n", "t": "\t"}


def plain_events(text: str) -> list[Any] | None:
    """The events from the beginning of the document to the end of its root; None where the text
    is not as plain as this reader expects."""
    if not _CLEAN.fullmatch(text):
        return None
    try:
        return _Lines(text if text.endswith("\n") else f"{text}\n").events
    except _NotPlain:
        return None


class _NotPlain(Exception):
    """Something else than this reader knows."""


class _Lines:
    """Reads from line to line. `column`: where what stands at `pos` begins; -1 behind the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.events: list[Any] = []
        self.pos = self.begin = self.line = self.column = 0
        self.depth = 0
        self.go_on(0, 0)
        self.document()
        while self.column >= 0:
            if not self.at_mark():
                raise _NotPlain
            self.document()

    def at_mark(self) -> bool:
        """Whether another document begins on this line."""
        return self.column == 0 and _MARK.match(self.text, self.pos) is not None

    def document(self) -> None:
        if self.at_mark():
            self.ended(self.pos + 3)
        if self.column < 0 or self.at_mark():
            raise _NotPlain
        self.events.append(DocumentStartEvent(None, None))
        self.block()

    def go_on(self, start: int, lines: int) -> None:
        """To the first sign of the next line that says something; `start`: of the line after
        this one, which is so many lines further down."""
        found = _LEAD.match(self.text, start)
        end = found.end() if found else start
        self.line += lines + self.text.count("\n", start, end)
        self.begin = self.text.rfind("\n", 0, end) + 1
        self.pos = end
        self.column = end - self.begin if end < len(self.text) else -1

    def mark(self, index: int) -> Mark:
        return Mark(index, self.line, index - self.begin)

    def within(self, read: Callable[[], None]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _NotPlain
        read()
        self.depth -= 1

    # ── by lines ──

    def block(self) -> None:
        """What begins here and goes on in the lines below."""
        if self.text[self.pos] in "[{":
            self.value()
        else:
            self.within(self.items if _DASH.match(self.text, self.pos) else self.members)

    def items(self) -> None:
        column = self.column
        self.events.append(SequenceStartEvent(self.mark(self.pos), flow=False))
        while self.column == column:
            dash = _DASH.match(self.text, self.pos)
            if dash is None:
                break
            self.pos = dash.end()
            self.column = self.pos - self.begin
            if _KEY.match(self.text, self.pos) or _DASH.match(self.text, self.pos):
                self.block()
            else:
                self.value()
            if self.column > column:
                raise _NotPlain
        self.events.append(SequenceEndEvent(None, None))

    def members(self) -> None:
        column = self.column
        self.events.append(MappingStartEvent(self.mark(self.pos), flow=False))
        while self.column == column:
            key = _KEY.match(self.text, self.pos)
            if key is None:
                if self.at_mark():
                    break
                raise _NotPlain
            self.key(key)
            self.pos = key.end()
            if self.text[self.pos] in "\n#":
                self.below(column, key.start(4))
            else:
                self.value()
            if self.column > column:
                raise _NotPlain
        self.events.append(MappingEndEvent(None, None))

    def key(self, found: re.Match[str]) -> None:
        start, end = self.mark(found.start()), self.mark(found.start(4) - 1)
        said = found[1] or found[2] or found[3] or ""
        sign = self.text[found.start()]
        self.events.append(ScalarEvent(start, end, said, sign if sign in "\"'" else None))

    def below(self, column: int, colon: int) -> None:
        """The value of a key in the lines below it."""
        self.ended(colon)
        if self.column > column or (self.column == column and _DASH.match(self.text, self.pos)):
            self.block()
        else:
            # Nothing: where it stands is the library's own affair.
            raise _NotPlain

    def ended(self, pos: int) -> None:
        """Nothing but a comment follows on this line."""
        found = _TAIL.match(self.text, pos)
        if found is None:
            raise _NotPlain
        self.go_on(found.end(), 1)

    # ── on one line ──

    def value(self) -> None:
        sign = self.text[self.pos]
        if sign in "[{":
            self.ended(self.flow(self.pos))
            return
        if sign in "\"'":
            self.ended(self.quoted(self.pos))
            return
        found = _PLAIN.match(self.text, self.pos)
        if found is None:
            raise _NotPlain
        said = found[0].partition(" #")[0].rstrip(" ")
        if ": " in said or said.endswith(":"):
            raise _NotPlain
        end = self.pos + len(said)
        self.events.append(ScalarEvent(self.mark(self.pos), self.mark(end), said, None))
        self.ended(end)

    def quoted(self, pos: int) -> int:
        sign = self.text[pos]
        found = (_DOUBLE if sign == '"' else _SINGLE).match(self.text, pos)
        if found is None:
            raise _NotPlain
        said = found[1]
        if sign == "'":
            said = said.replace("''", "'")
        elif "\\" in said:
            said = _ESCAPE.sub(lambda one: _MEANT.get(one[1], one[1]), said)
        self.events.append(ScalarEvent(self.mark(pos), self.mark(found.end()), said, sign))
        return found.end()

    # ── in brackets and braces ──

    def gap(self, pos: int) -> int:
        found = _GAP.match(self.text, pos)
        end = found.end() if found else pos
        lines = self.text.count("\n", pos, end)
        if lines:
            self.line += lines
            self.begin = self.text.rfind("\n", 0, end) + 1
        return end

    def flow(self, pos: int) -> int:
        """Reads what the bracket or brace at `pos` opens; gives the offset behind its end."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise _NotPlain
        end = self.flow_map(pos) if self.text[pos] == "{" else self.flow_list(pos)
        self.depth -= 1
        return end

    def flow_list(self, pos: int) -> int:
        self.events.append(SequenceStartEvent(self.mark(pos), flow=True))
        pos = self.gap(pos + 1)
        if self.at(pos) != "]":
            pos = self.flow_value(pos)
            while self.at(pos) == ",":
                pos = self.flow_value(self.gap(pos + 1))
            if self.at(pos) != "]":
                raise _NotPlain
        self.events.append(SequenceEndEvent(self.mark(pos), self.mark(pos + 1)))
        return pos + 1

    def flow_map(self, pos: int) -> int:
        self.events.append(MappingStartEvent(self.mark(pos), flow=True))
        pos = self.gap(pos + 1)
        if self.at(pos) != "}":
            pos = self.flow_member(pos)
            while self.at(pos) == ",":
                pos = self.flow_member(self.gap(pos + 1))
            if self.at(pos) != "}":
                raise _NotPlain
        self.events.append(MappingEndEvent(self.mark(pos), self.mark(pos + 1)))
        return pos + 1

    def flow_member(self, pos: int) -> int:
        quoted = self.at(pos) in "\"'"
        end = self.quoted(pos) if quoted else self.flow_plain(pos)
        # Only behind a quotation mark a value may follow the colon at once, as in JSON.
        if self.at(end) != ":" or not (quoted or self.at(end + 1) in " \n") or end - pos > 200:
            raise _NotPlain
        return self.flow_value(self.gap(end + 1))

    def flow_value(self, pos: int) -> int:
        sign = self.at(pos)
        if sign in "[{":
            end = self.flow(pos)
        elif sign in "\"'":
            end = self.quoted(pos)
        else:
            end = self.flow_plain(pos)
        return self.gap(end)

    def flow_plain(self, pos: int) -> int:
        found = _IN_FLOW.match(self.text, pos)
        if found is None:
            raise _NotPlain
        self.events.append(ScalarEvent(self.mark(pos), self.mark(found.end()), found[0], None))
        return found.end()

    def at(self, pos: int) -> str:
        """The sign there; a line break behind the end."""
        return self.text[pos] if pos < len(self.text) else "\n"
