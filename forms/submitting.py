"""From an HTML form's fields to data: only what the page had is changed, to the digit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from orderloom.forms import nodes
from orderloom.forms.choosing import Records, chosen, is_record, no_records
from orderloom.forms.defaulting import with_defaults
from orderloom.forms.pasting import Column, Unpasted, pasted_rows, tick
from orderloom.forms.problem import FieldProblem, dotted
from orderloom.forms.rows import Rows
from orderloom.forms.strangers import strangers
from orderloom.forms.view_model import Submission
from orderloom.forms.widgets import Unreadable, option_value, value_of, value_of_file, widget_of
from orderloom.platform.codec.patches import same

Path = tuple[str, ...]
Place = tuple[str | int, ...]

ADD: Final = "_add"
REMOVE: Final = "_remove"
REFRESH: Final = "_refresh"
LIST: Final = "_rows"
ROW: Final = "_row"
PASTE: Final = "_paste"
REFUSED: Final = "_refused"
TYPED: Final = "_typed"
_UNTOUCHED: Final = object()


def submit(
    root: nodes.Node,
    fields: Sequence[tuple[str, str]],
    base: Mapping[str, Any],
    *,
    language: str,
    only: Sequence[str] | None,
    fixed: frozenset[Path],
    columns: Callable[[Path], Sequence[Column]],
    records: Records = no_records,
) -> Submission:
    """Reads `fields` (name, text) over `base`. Names that the form does not have, or that nobody
    fills in (`fixed`), are problems, and then nothing is taken. `columns` of a list: what its
    pasted cells are. `records`: of collections, for fields that are one."""
    strange = strangers(root, fields, fixed=fixed, only=only)
    if strange:
        return Submission(data=dict(base), patch={}, problems=strange, strange=True)
    reading = _Reading(dict(fields), language, only, fixed, columns, records)
    data = reading.object(root, base, (), ())
    return Submission(
        data=data,
        patch=merge_difference(base, data),
        problems=tuple(reading.problems),
        again=reading.again,
    )


def merge_difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The merge patch (RFC 7396) from one to the other; lists whole and plain."""
    patch: dict[str, Any] = {name: None for name in before if name not in after}
    for name, value in after.items():
        old = before.get(name)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            inner = merge_difference(old, value)
            if inner:
                patch[name] = inner
        elif not same(old, value):
            patch[name] = list(value) if isinstance(value, list) else value
    return patch


class _Reading:
    def __init__(
        self,
        sent: Mapping[str, str],
        language: str,
        only: Sequence[str] | None,
        fixed: frozenset[Path],
        columns: Callable[[Path], Sequence[Column]],
        records: Records,
    ) -> None:
        self.sent = sent
        self.language = language
        self.only = None if only is None else tuple(tuple(name.split(".")) for name in only)
        self.fixed = fixed
        self.columns = columns
        self.records = records
        self.again = any(name in sent for name in (ADD, REMOVE, REFRESH))
        self.problems: list[FieldProblem] = []
        self.below = {
            name[:at] for name in sent for at, character in enumerate(name) if character == "."
        }
        self.indices = _indices(sent)

    def object(self, node: nodes.Node, base: Any, path: Path, place: Place) -> dict[str, Any]:
        """An object's fields over those of `base`. `place`: `path` with indices."""
        out = dict(base) if isinstance(base, Mapping) else {}
        for name, below in node.properties.items():
            value = self._field(below, out.get(name), (*path, name), (*place, name))
            if value is _UNTOUCHED:
                continue
            if value is None:
                out.pop(name, None)
            else:
                out[name] = value
        return out

    def _field(self, node: nodes.Node, base: Any, path: Path, place: Place) -> Any:
        name = dotted(place)
        if path in self.fixed:
            return _UNTOUCHED
        if node.item is not None:
            return self._rows(node.item, base, path, place)
        if node.kind == "object" and node.properties and name not in self.sent:
            if name not in self.below:
                return _UNTOUCHED
            value = self.object(node, base, path, place)
            return value if value or base is not None else None
        if name not in self.sent or not self._allowed(path):
            return _UNTOUCHED
        return self._leaf(node, base, self.sent[name], place)

    def _leaf(self, node: nodes.Node, base: Any, text: str, place: Place) -> Any:
        widget = widget_of(node, None, base)
        if widget == "note":
            return _UNTOUCHED
        if is_record(node):
            return self._record(node, base, text.strip(), place)
        if node.kind == "file":
            self._refused(place)
            if self.sent.get(REMOVE) == dotted(place):
                return None
        try:
            text = self._signed(text, place) if widget == "signature" else text
            value = value_of(node, widget, text, self.language)
        except Unreadable as error:
            # The very text that was shown for a stored value that does not fit is no change.
            if isinstance(base, str) and base == text:
                return _UNTOUCHED
            self.problems.append(FieldProblem(dotted(place), error.code, str(error)))
            return text
        return _UNTOUCHED if _unchanged(base, value) else value

    def _refused(self, place: Place) -> None:
        """A file that was sent and not taken is told at its field."""
        code = self.sent.get(f"{dotted(place)}.{REFUSED}", "")
        if code.isascii() and code.replace("_", "").isalpha():
            self.problems.append(FieldProblem(dotted(place), f"file_{code}", f"a file: {code}"))

    def _signed(self, text: str, place: Place) -> str:
        """A signature is its typed name, with the picture that stands beside it."""
        typed = self.sent.get(f"{dotted(place)}.{TYPED}")
        if typed is None:
            return text
        if not typed.strip():
            return ""
        drawn = value_of_file(text)
        return option_value({**drawn, "signed": " ".join(typed.split())})

    def _record(self, node: nodes.Node, base: Any, key: str, place: Place) -> Any:
        if not key:
            return _UNTOUCHED if base is None else None
        record = chosen(node, base, key, self.records)
        if record is None:
            message = f"there is no {key!r}"
            self.problems.append(FieldProblem(dotted(place), "no_record", message, {"key": key}))
            return key
        return _UNTOUCHED if record is base else dict(record)

    def _rows(self, item: nodes.Node, base: Any, path: Path, place: Place) -> Any:
        name = dotted(place)
        if item.kind == "file":
            self._refused(place)
        stored = base if isinstance(base, list) else []
        whole = f"{name}.{LIST}" in self.sent or self._plain(name)
        if not whole or not self._allowed(path):
            return self._in_place(item, stored, path, place)
        rows: list[Any] = []
        origins: list[int | None] = []
        # Rows that come to an empty new row stand in its place.
        keeps_empty = self.again and not self.sent.get(f"{name}.{PASTE}", "").strip()
        for index in self.indices.get(name, ()):
            if self.sent.get(REMOVE) == f"{name}.{index}":
                continue
            origin = self._origin(f"{name}.{index}", stored)
            old = stored[origin] if origin is not None else None
            row = self._row(item, old, path, (*place, index), len(rows))
            if row in (None, {}, "") and origin is None and not keeps_empty:
                continue
            rows.append(row)
            origins.append(origin)
        if self.sent.get(ADD) == name:
            new: Any = {} if item.kind == "object" else None
            rows.append(with_defaults(item, new))
            origins.append(None)
        left = self._paste(item, rows, path, place)
        origins += [None] * (len(rows) - len(origins))
        if not rows and base is None and not left:
            return _UNTOUCHED
        return Rows(rows, origins, pasted=left)

    def _paste(self, item: nodes.Node, rows: list[Any], path: Path, place: Place) -> str:
        """Adds what was pasted to the rows; gives back the text where it is no table."""
        name = dotted(place)
        text = self.sent.get(f"{name}.{PASTE}", "")
        if not text.strip():
            return ""
        self.again = True
        try:
            found = pasted_rows(text, self.columns(path))
        except Unpasted as error:
            self.problems.append(FieldProblem(name, error.code, str(error), error.params))
            return text
        for cells in found:
            here: Place = (*place, len(rows))
            new: Any = with_defaults(item, {} if item.kind == "object" else None)
            for column, cell in cells.items():
                node = nodes.at(item, column)
                cell = tick(cell) if node.kind == "boolean" else cell
                value = self._leaf(node, None, cell, (*here, *column))
                if value is not _UNTOUCHED:
                    new = _put(new, column, value)
            rows.append(new)
        return ""

    def _row(self, item: nodes.Node, old: Any, path: Path, place: Place, index: int) -> Any:
        found = len(self.problems)
        if item.kind == "object":
            row: Any = self.object(item, old, path, place)
        else:
            row = self._leaf(item, old, self.sent.get(dotted(place), ""), place)
            row = old if row is _UNTOUCHED else row
        # Told at the row's new place.
        was, now = f"{dotted(place)}", dotted((*place[:-1], index))
        for at in range(found, len(self.problems)):
            one = self.problems[at]
            path_now = now + one.path.removeprefix(was)
            self.problems[at] = FieldProblem(path_now, one.code, one.message, one.params)
        return row

    def _in_place(self, item: nodes.Node, stored: list[Any], path: Path, place: Place) -> Any:
        name = dotted(place)
        rows = list(stored)
        for index in self.indices.get(name, ()):
            origin = self._origin(f"{name}.{index}", stored)
            if origin is not None and item.kind == "object":
                rows[origin] = self.object(item, stored[origin], path, (*place, index))
        return rows if rows != stored else _UNTOUCHED

    def _plain(self, name: str) -> bool:
        """Whether rows were sent without any of the page's marks: then they are all there is."""
        indices = self.indices.get(name, ())
        return bool(indices) and not any(f"{name}.{at}.{ROW}" in self.sent for at in indices)

    def _origin(self, name: str, stored: list[Any]) -> int | None:
        text = self.sent.get(f"{name}.{ROW}", name.rpartition(".")[2])
        if not text.isascii() or not text.isdigit() or int(text) >= len(stored):
            return None
        return int(text)

    def _allowed(self, path: Path) -> bool:
        if self.only is None:
            return True
        return any(path[: len(wanted)] == wanted for wanted in self.only)


def _put(row: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    inner = row.get(path[0]) if isinstance(row, Mapping) else None
    return {**(row or {}), path[0]: _put(inner, path[1:], value)}


def _unchanged(base: Any, value: Any) -> bool:
    if value is None or base is None:
        # An empty text, an unticked box: what was not there is still not there.
        return base in (None, "") if value is None else value is False
    if value is False and not isinstance(base, bool):
        # What is neither yes nor no stood there as an unticked box.
        return True
    if isinstance(base, str) and isinstance(value, str):
        return base.replace("\r\n", "\n") == value
    return isinstance(base, bool) == isinstance(value, bool) and bool(base == value)


def _indices(sent: Mapping[str, str]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = {}
    for name in sent:
        parts = name.split(".")
        for at, part in enumerate(parts):
            if at and part.isascii() and part.isdigit() and len(part) < 7:
                found.setdefault(".".join(parts[:at]), set()).add(int(part))
    return {name: sorted(indices) for name, indices in found.items()}
