"""What the auditor's desk is asked: words of an address, read and written.

A question is about entries: who, what, when, by which definition. Values are asked of the entry
itself (`in`, `out`) or of the order (`data`, and everything whose name begins with `o_`: another
entry of the same order must be so too).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from orderloom.platform.problem import Rejection

LONGEST: Final = 400
MOST_VALUES: Final = 9
MOST_CHOICES: Final = 20
PLACES: Final = ("in", "out", "data")
OPERATORS: Final = ("eq", "ne", "lt", "le", "gt", "ge", "of")
# What people look for by one word, and the types that it stands for (`type` or `type/outcome`).
WHAT: Final[Mapping[str, tuple[str, ...]]] = {
    "verdict": ("approval.verdict",),
    "approved": ("approval.verdict/approve",),
    "rejected": ("approval.verdict/reject",),
    "returned": ("approval.verdict/return",),
    "asked": ("approval.verdict/ask",),
    "approval": ("approval.opened", "approval.closed", "approval.voided", "approval.undone"),
    "decision": ("decided", "inferred"),
    "refusal": ("refused",),
    "created": ("order.created", "order.started"),
    "ended": ("order.ended", "order.discarded"),
    "changed": ("data.changed",),
    "moved": ("stage.changed",),
    "task": ("task.done", "task.claimed", "task.reassigned", "task.delegated", "ticket.waived"),
    "comment": ("commented",),
    "file": ("file.attached", "file.detached"),
    "outside": ("call.requested", "call.result", "event.received", "message.requested"),
    "trouble": ("attention.opened", "attention.settled", "command.failed", "error.raised"),
    "access": ("session.",),
    "people": ("user.", "role.", "token.", "substitution."),
    "publishing": ("definition.", "bundle.", "draft."),
    "records": ("record.", "records."),
    "reading": ("personal.", "audit.", "evidence."),
}
_TYPE: Final = re.compile(r"[a-z_]+(\.[a-z_]+)?(/[\w.-]+)?")


@dataclass(frozen=True, slots=True)
class ValueTest:
    """`place`: one of `PLACES`; `name`: of the input, output or field; `op`: one of `OPERATORS`;
    `values` as they were typed, several only for `of`."""

    place: str
    name: str
    op: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.place} {self.name} {self.op} {'; '.join(self.values)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryTest:
    """What one entry must be; empty: anything. Of several words one must fit, of several values
    all."""

    who: tuple[str, ...] = ()
    behalf: tuple[str, ...] = ()
    what: tuple[str, ...] = ()
    definition: str = ""
    row: str = ""
    values: tuple[ValueTest, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """`entry`: what is looked for; `also`: another entry of the same order. `since` and `until`:
    days or moments, both counted in."""

    entry: EntryTest = EntryTest()
    also: EntryTest = EntryTest()
    data: tuple[ValueTest, ...] = ()
    order: str = ""
    process: str = ""
    channel: str = ""
    stage: str = ""
    about: str = ""
    since: str = ""
    until: str = ""

    def __bool__(self) -> bool:
        return bool(self.words())

    def words(self) -> dict[str, str]:
        """What stands in the address; `audit_query` reads it back."""
        said = {name: getattr(self, name) for name in PLAIN}
        values = [*self.entry.values, *self.data]
        for prefix, test in (("", self.entry), ("o_", self.also)):
            said |= {f"{prefix}{name}": ",".join(getattr(test, name)) for name in MANY}
            said |= {f"{prefix}{name}": getattr(test, name) for name in ("definition", "row")}
        said |= {f"v{place}": str(each) for place, each in enumerate(values, start=1)}
        said |= {f"o_v{place}": str(each) for place, each in enumerate(self.also.values, start=1)}
        return {name: value for name, value in said.items() if value}


MANY: Final = ("who", "behalf", "what")
PLAIN: Final = ("order", "process", "channel", "stage", "about", "since", "until")


def audit_query(given: Mapping[str, str]) -> AuditQuery | Rejection:
    """The question of an address. A word that is none of ours is refused with its place."""
    values = {name: value.strip() for name, value in given.items() if value.strip()}
    tests: dict[str, dict[str, Any]] = {"": {}, "o_": {}}
    found: dict[str, list[ValueTest]] = {"": [], "o_": []}
    plain: dict[str, str] = {}
    for name, value in sorted(values.items()):
        if len(value) > LONGEST:
            message = f"Expected {LONGEST} characters at most."
            return Rejection("query.too_long", message, {"most": LONGEST}, path=name)
        prefix = "o_" if name.startswith("o_") else ""
        bare = name.removeprefix("o_")
        if name in PLAIN:
            plain[name] = value
        elif bare in ("definition", "row"):
            tests[prefix][bare] = value
        elif bare in MANY:
            tests[prefix][bare] = tuple(
                dict.fromkeys(filter(None, map(str.strip, value.split(","))))
            )
        elif re.fullmatch(f"v[1-{MOST_VALUES}]", bare):
            read = value_test(value)
            if isinstance(read, Rejection):
                return Rejection(read.code, read.message, read.params, path=name)
            found[prefix].append(read)
        else:
            message = f"There is no filter {name[:40]}."
            return Rejection("query.unknown_filter", message, {"name": name[:40]}, path=name[:40])
    refused = _refused(tests, plain)
    if refused is not None:
        return refused
    return AuditQuery(
        entry=EntryTest(**tests[""], values=tuple(v for v in found[""] if v.place != "data")),
        also=EntryTest(**tests["o_"], values=tuple(found["o_"])),
        data=tuple(v for v in found[""] if v.place == "data"),
        **plain,
    )


def value_test(text: str) -> ValueTest | Rejection:
    """`in discount gt 0.15`: place, name, comparison, value; after `of` several, with `;`."""
    place, _, rest = text.strip().partition(" ")
    name, _, rest = rest.strip().partition(" ")
    op, _, value = rest.strip().partition(" ")
    values = [each.strip() for each in value.split(";")] if op == "of" else [value.strip()]
    wanted = tuple(filter(None, values))
    if place not in PLACES or op not in OPERATORS or not name or not wanted:
        message = "Expected a place, a name, a comparison and a value: in total gt 50000."
        return Rejection("audit.condition", message)
    if len(wanted) > MOST_CHOICES:
        message = f"Expected {MOST_CHOICES} values at most."
        return Rejection("query.too_long", message, {"most": MOST_CHOICES})
    return ValueTest(place, name[:100], op, wanted)


def value_of(text: str) -> tuple[Any, ...]:
    """What a typed text may mean, the likeliest first: a number (also `15 %`, `1 200,50`), true
    or false, else the text itself; a number may be the text of a code, too."""
    plain = text.strip()
    if plain.lower() in ("true", "false"):
        return plain.lower() == "true", plain
    if (number := _number(plain)) is not None:
        return number, plain
    return (plain,)


def period(query: AuditQuery, zone: str) -> tuple[datetime | None, datetime | None]:
    """From when on, and until before when, by the clock of the one who asks. Of an address that
    was read."""
    since, until = _instant(query.since, zone), _instant(query.until, zone)
    if until is not None:
        until += timedelta(days=1) if len(query.until) <= 10 else timedelta(microseconds=1)
    return since, until


def _number(text: str) -> Decimal | None:
    bare = re.sub(r"[\s\u00a0\u202f_]", "", text.removesuffix("%"))
    if re.fullmatch(r"[+-]?\d+,\d{1,2}", bare):
        bare = bare.replace(",", ".")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", bare):
        bare = bare.replace(",", "")
    if not re.fullmatch(r"[+-]?\d*\.?\d+", bare, re.ASCII):
        return None
    try:
        return Decimal(bare).scaleb(-2) if text.endswith("%") else Decimal(bare)
    except InvalidOperation:
        return None


def _instant(text: str, zone: str) -> datetime | None:
    if not text:
        return None
    if len(text) <= 10:
        return datetime.combine(date.fromisoformat(text), time(), ZoneInfo(zone))
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _refused(tests: Mapping[str, Mapping[str, Any]], plain: Mapping[str, str]) -> Rejection | None:
    for prefix, test in tests.items():
        for name in MANY:
            many = test.get(name, ())
            if len(many) > MOST_CHOICES:
                message = f"Expected {MOST_CHOICES} words at most."
                params = {"most": MOST_CHOICES}
                return Rejection("query.too_long", message, params, path=f"{prefix}{name}")
        for word in test.get("what", ()):
            if word not in WHAT and not ("." in word and _TYPE.fullmatch(word)):
                message = f"There are no entries of a kind {word[:40]}."
                path = f"{prefix}what"
                return Rejection("audit.unknown_kind", message, {"kind": word[:40]}, path=path)
    for name in ("since", "until"):
        try:
            _instant(plain.get(name, ""), "UTC")
        except (ValueError, OverflowError):
            message = f"Expected a day or a moment, such as 2026-05-01, not {plain[name][:40]}."
            return Rejection("audit.day", message, {"text": plain[name][:40]}, path=name)
    return None
