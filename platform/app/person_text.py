"""The report of a person as a file: JSON with everything, CSV with a line for each value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from orderloom.platform.app.person_reports import KeptValue, PersonReport
from orderloom.platform.codec import dumps
from orderloom.platform.engine.step import iso
from orderloom.platform.words import Words
from orderloom.rules.spreadsheet_csv import write_csv

_COLUMNS: Final = ("place", "process", "field", "value", "at", "by", "entries", "person")
Write = Callable[[PersonReport, Words], bytes]


def as_json(report: PersonReport, words: Words) -> bytes:
    """One object; numbers are exact."""
    account = report.account
    return dumps(
        {
            "person": report.person,
            "at": iso(report.at),
            "account": None
            if account is None
            else {
                "id": account.id,
                "login": account.login,
                "name": account.name,
                "active": account.active,
                "roles": sorted(account.roles),
                "units": list(account.units),
                "manager": account.manager,
                "language": account.language,
                "zone": account.zone,
                "attributes": dict(account.attributes),
            },
            "orders": [
                {
                    "order": each.number,
                    "process": each.process,
                    "title": each.title,
                    "status": each.status,
                    "created": iso(each.created) if each.created else None,
                    "ended": iso(each.ended) if each.ended else None,
                    "about": each.about,
                    "values": [_value(one) for one in each.values],
                    "tasks": list(each.tasks),
                }
                for each in report.orders
            ],
            "records": [
                {
                    "collection": each.collection,
                    "record": each.record,
                    "data": {one.field: one.value for one in each.values},
                }
                for each in report.records
            ],
            "answers": [
                {"order": each.order, "entry": each.seq, "at": iso(each.at), "text": each.text}
                for each in report.answers
            ],
        }
    )


def as_csv(report: PersonReport, words: Words) -> bytes:
    """No cell of it is taken for a formula."""
    head = [words.text(f"privacy.column.{name}") for name in _COLUMNS]
    return write_csv([head, *_lines(report)])


def _lines(report: PersonReport) -> Iterator[list[str]]:
    account = report.account
    if account is not None:
        given = {"login": account.login, "name": account.name, **account.attributes}
        for name, value in given.items():
            yield [account.id, "", name, _text(value), "", "", "", account.id]
    for order in report.orders:
        for each in order.values:
            yield [
                order.number,
                order.title,
                each.label,
                _text(each.value),
                iso(each.at) if each.at else "",
                each.by.name if each.by else "",
                ", ".join(map(str, each.entries)),
                each.person or "",
            ]
    for record in report.records:
        for each in record.values:
            cells = [each.label, _text(each.value), "", "", "", record.record]
            yield [f"{record.title} {record.record}", "", *cells]
    for answer in report.answers:
        at = iso(answer.at)
        yield [answer.order, answer.process_title, "", answer.text, at, "", str(answer.seq), ""]


def _value(each: KeptValue) -> Mapping[str, Any]:
    return {
        "field": each.field,
        "label": each.label,
        "value": each.value,
        "entries": list(each.entries),
        "at": iso(each.at) if each.at else None,
        "by": each.by.id if each.by else None,
        "person": each.person,
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else dumps(value).decode()


FILES: Final[Mapping[str, tuple[str, Write]]] = {
    "json": ("application/json", as_json),
    "csv": ("text/csv; charset=utf-8", as_csv),
}
