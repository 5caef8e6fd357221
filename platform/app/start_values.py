"""The smallest definition of each kind that is valid, to begin with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.words import LANGUAGES, Words

Value = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """What a new definition is called. `role`: of those who do something in it. `form`: that of a
    process."""

    kind: str
    id: str
    title: str
    role: str
    form: str = ""


def fresh_value(fresh: Fresh) -> Value:
    """A definition that is found good by itself. `KeyError` where there is no such kind."""
    head = {"kind": fresh.kind, "id": fresh.id, "title": fresh.title}
    return {**head, **_KINDS[fresh.kind](fresh)}


def fresh_process(fresh: Fresh, *, form: str, approval: str, number: str, starts: str) -> Value:
    """A process of two stages, an approval and some work; `fresh.role` does the work."""
    return {
        "kind": "process",
        "id": fresh.id,
        "title": fresh.title,
        "form": form,
        "number": number,
        "columns": ["subject", "amount"],
        "start": {"by": [starts], "draft": True},
        "stages": {
            "approval": {
                "title": said("approval"),
                "do": [
                    {
                        "approval": approval,
                        "on": {"approved": "work", "rejected": "refused", "returned": "refused"},
                    }
                ],
            },
            "work": {
                "title": said("work"),
                "do": [{"task": "carry-out", "title": said("carry_out"), "by": fresh.role}],
                "done": "closed",
            },
            "closed": {"type": "final", "title": said("closed"), "outcome": "completed"},
            "refused": {
                "type": "final",
                "title": said("refused"),
                "outcome": "rejected",
                "failed": True,
            },
        },
    }


def fresh_scenario(process: str) -> Value:
    """How an order of that process goes, from its creation to its end."""
    return {
        "scenario": "first-order",
        "title": said("scenario"),
        "process": process,
        "given": {
            "now": "2026-03-02T09:00:00+01:00",
            "order": {"by": "author", "data": {"subject": "A", "amount": 100}},
        },
        "steps": [
            {"expect": {"stages": ["approval"]}},
            {"as": "approver", "approve": "first"},
            {"as": "worker", "task": "carry-out"},
            {"expect": {"stages": ["closed"], "outcome": "completed"}},
        ],
    }


def said(key: str) -> dict[str, str]:
    """A text of the catalogue's area `start` in every language, as a definition says it."""
    return {language: Words(language).text(f"start.made.{key}") for language in LANGUAGES}


def _process(fresh: Fresh) -> Value:
    return {
        "form": fresh.form,
        "start": {"by": [fresh.role]},
        "stages": {
            "work": {
                "title": said("work"),
                "do": [{"task": "carry-out", "title": said("carry_out"), "by": fresh.role}],
                "done": "closed",
            },
            "closed": {"type": "final", "title": said("closed"), "outcome": "completed"},
        },
    }


def _decision(fresh: Fresh) -> Value:
    return {
        "hit": "FIRST",
        "inputs": [{"name": "amount", "value": "amount", "type": "number"}],
        "outputs": [{"name": "answer", "type": "string", "allowed": '"yes", "no"'}],
        "rules": [
            {"id": "small", "when": {"amount": "<= 1000"}, "then": {"answer": '"yes"'}},
            {"id": "rest", "then": {"answer": '"no"'}},
        ],
    }


def _ruleset(fresh: Fresh) -> Value:
    return {
        "facts": {
            "line": {"title": said("line"), "type": {"qty": "number"}, "from": "lines"},
            "flag": {"title": said("flag"), "type": {"code": "string"}},
        },
        "rules": [
            {
                "id": "large",
                "title": said("large"),
                "all": [{"l": "line", "if": {"qty": "> 100"}}],
                "then": [{"assert": "flag", "with": {"code": '"LARGE"'}}],
            }
        ],
    }


def _approval(fresh: Fresh) -> Value:
    step = {"id": "first", "title": said("approval"), "approvers": {"role": fresh.role}}
    return {"steps": [step], "separation": {"requester": True}}


def _form(fresh: Fresh) -> Value:
    fields = {
        "subject": {"type": "string", "minLength": 1, "maxLength": 200},
        "amount": {"type": "number", "minimum": 0},
        "note": {"type": "string"},
    }
    return {
        "schema": {"type": "object", "required": ["subject", "amount"], "properties": fields},
        "labels": {name: said(name) for name in fields},
        "layout": [{"section": said("section"), "fields": list(fields)}],
    }


def _message(fresh: Fresh) -> Value:
    return {"to": {"role": fresh.role}, "subject": said("news"), "body": said("news")}


def _connector(fresh: Fresh) -> Value:
    return {}


def _calendar(fresh: Fresh) -> Value:
    return {"hours": {day: ["08:00-16:00"] for day in ("mon", "tue", "wed", "thu", "fri")}}


def _collection(fresh: Fresh) -> Value:
    fields = {"id": {"type": "string"}, "name": {"type": "string"}}
    return {
        "key": "id",
        "schema": {"type": "object", "required": ["id", "name"], "properties": fields},
    }


_KINDS: Final[Mapping[str, Callable[[Fresh], Value]]] = {
    "process": _process,
    "decision": _decision,
    "ruleset": _ruleset,
    "approval": _approval,
    "form": _form,
    "message": _message,
    "connector": _connector,
    "calendar": _calendar,
    "collection": _collection,
}
