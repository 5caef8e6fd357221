"""How one field is shown and read: widget, text and value of a control, both ways."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from orderloom.forms.files import ATTACHMENT, file_kind, holds_file
from orderloom.forms.locale_text import (
    AmbiguousNumber,
    date_text,
    number_text,
    read_date,
    read_number,
)
from orderloom.forms.nodes import Node, choices
from orderloom.platform.codec import CodecError, dumps, loads_strict

LONG_TEXT: Final = 160
# What is sent as the JSON of the value.
FILES: Final = frozenset({"attachment", "signature"})
_BY_FORMAT: Final = {"date": "date", "date-time": "moment", "time": "time"}
NAMED: Final = frozenset(
    {"text", "area", "number", "money", "date", "moment", "time", "checkbox", "select", "radio"}
    | {"lookup", "items", "choices", "note", "attachment", "signature"}
)


class Unreadable(ValueError):
    """A typed text that is no value of the field. `code`: of the catalogue's sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def widget_of(node: Node, named: str | None = None, value: Any = None) -> str:
    """The layout's widget where it fits the field, else the one of its type."""
    natural = _natural(node, value)
    if named == "textarea":
        named = "area"
    if natural == "select" and named == "radio":
        return named
    if natural in ("text", "area") and named in ("text", "area", "lookup"):
        return named
    return natural


def _natural(node: Node, value: Any) -> str:
    if node.kind == "file":
        return "attachment" if file_kind(node.schema) == ATTACHMENT else "signature"
    if choices(node.schema):
        return "select"
    if node.kind in ("number", "integer"):
        return "money" if "x-money" in node.schema else "number"
    if node.kind == "boolean":
        return "checkbox"
    if node.kind == "array":
        if node.item is not None and node.item.kind == "file":
            return "attachments"
        if node.item is not None and choices(node.item.schema) and node.schema.get("uniqueItems"):
            return "choices"
        return "items" if node.item is not None and _row_fits(node.item) else "note"
    if node.kind == "object" and "x-collection" in node.schema:
        return "lookup"
    if node.kind != "string":
        return "note"
    if node.format in _BY_FORMAT:
        return _BY_FORMAT[node.format]
    if "x-collection" in node.schema:
        return "lookup"
    long = node.schema.get("maxLength")
    many = isinstance(long, int) and long > LONG_TEXT
    return "area" if many or (isinstance(value, str) and "\n" in value) else "text"


def _row_fits(item: Node) -> bool:
    return item.kind != "array" and (item.kind != "object" or bool(item.properties))


def text_of(node: Node, widget: str, value: Any, language: str, *, digits: int = 0) -> str:
    """The value as text of the control; what does not fit the widget stands as it is."""
    if value is None:
        return ""
    if widget in ("number", "money") and _is_number(value):
        return number_text(value, language, digits)
    if widget == "date" and isinstance(value, str):
        try:
            return date_text(date.fromisoformat(value), language)
        except ValueError:
            return value
    if widget in ("select", "radio"):
        return option_value(value)
    if widget == "checkbox":
        return "true" if value is True else ""
    if isinstance(value, str):
        return value
    return option_value(value)


def value_of(node: Node, widget: str, text: str, language: str) -> Any:
    """The value of a control's text; None is absent. Raises `Unreadable`."""
    if widget == "checkbox":
        return text == "true"
    if widget == "select":
        return _chosen(node, text)
    if text == "":
        return None
    if widget in ("number", "money"):
        try:
            return read_number(text, language)
        except AmbiguousNumber as error:
            raise Unreadable("number_ambiguous", str(error)) from error
        except ValueError as error:
            raise Unreadable("type_number", str(error)) from error
    if widget in FILES:
        return value_of_file(text)
    if widget == "date":
        try:
            return read_date(text, language)
        except ValueError as error:
            raise Unreadable("format_date", str(error)) from error
    return text


def option_value(value: Any) -> str:
    """What stands for a value in a page: text as itself, anything else as JSON."""
    return value if isinstance(value, str) else dumps(value).decode("utf-8")


def value_of_file(text: str) -> dict[str, Any]:
    """What a page sends of a file that is kept; nothing where none is. Raises `Unreadable`."""
    if not text:
        return {}
    try:
        value = loads_strict(text)
    except CodecError as error:
        raise Unreadable("file_unreadable", str(error)) from error
    if not isinstance(value, dict):
        raise Unreadable("file_unreadable", "this is no file")
    return value


def _chosen(node: Node, text: str) -> Any:
    if text == "":
        return None
    for value in choices(node.schema):
        if value is not None and option_value(value) == text:
            return value
    raise Unreadable("enum", f"{text!r} is not one of the choices")


def shown_of(value: Any, text: str) -> str:
    """The value for reading only."""
    if isinstance(value, Mapping) and ("signed" in value or holds_file(value)):
        told = value.get("signed", value.get("name"))
        return told if isinstance(told, str) else ""
    if isinstance(value, Mapping | list):
        return dumps(value).decode("utf-8")
    return text


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
