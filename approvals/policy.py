"""An approval policy, compiled (language 6)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from orderloom.approvals.people import PeopleSpec, people_specs
from orderloom.platform.codec import canonical
from orderloom.rules import Expression, parse_expression

Text = str | Mapping[str, str]
ON_REJECT: Final = ("veto", "majority", "return")
_DEFAULTS: Final = ("due", "remind", "escalate", "expire")


@dataclass(frozen=True, slots=True)
class Mode:
    """How many of a step's approvers must agree: `kind` `any all quorum percent weight`."""

    kind: str = "any"
    number: int = 1


@dataclass(frozen=True, slots=True)
class Escalation:
    """Whom to ask besides, after how long (`after` as the definition writes it)."""

    after: str
    to: tuple[PeopleSpec, ...]


@dataclass(frozen=True, slots=True)
class Expiry:
    """What a step comes to that nobody has decided after so long: `approve reject return`."""

    after: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Separation:
    """Duties that one person may not hold together: the requester's own request, two steps of
    one round, deputies of those who may not."""

    requester: bool = True
    earlier_steps: bool = False
    delegates: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One step. Steps with equal `group` run side by side, groups in ascending order.

    `condition`: None always applies. `edit`: paths that the approver may change.
    """

    id: str
    group: int
    people: tuple[PeopleSpec, ...]
    title: Text
    condition: Expression | None = None
    mode: Mode = field(default_factory=Mode)
    due: str | None = None
    remind: tuple[str, ...] = ()
    escalate: Escalation | None = None
    expire: Expiry | None = None
    edit: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """`material`: dotted paths the verdicts are bound to; empty: all the data.

    `matrix`: a decision's id, instead of `steps`. `for_each`: `(name, expression)`, with `key`.
    `undo`: how long a verdict can be taken back, as the definition writes it; nothing follows from
    a verdict before that time is over.
    """

    id: str
    title: Text
    material: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    matrix: str | None = None
    separation: Separation = field(default_factory=Separation)
    on_reject: str = "veto"
    for_each: tuple[str, Expression] | None = None
    key: str | None = None
    undo: str | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @property
    def list_path(self) -> tuple[str, ...]:
        """The field whose elements are approved one by one; `("",)` where it is no plain field."""
        paths = self.for_each[1].paths if self.for_each is not None else ()
        return next(iter(paths)) if len(paths) == 1 else ("",)


def compile_policy(document: Mapping[str, Any]) -> Policy:
    """The policy of a checked document. Raises `FeelError` for an expression that is none."""
    separation = document.get("separation") or {}
    each = document.get("for_each")
    name, _, items = each.partition(" in ") if each else ("", "", "")
    return Policy(
        id=document["id"],
        title=document.get("title", document["id"]),
        material=tuple(document.get("material") or ()),
        steps=tuple(_steps(document)),
        matrix=document.get("matrix"),
        separation=Separation(**_own(separation)),
        on_reject=document.get("on_reject", "veto"),
        for_each=(name.strip(), parse_expression(items)) if each else None,
        key=document.get("key"),
        undo=document.get("undo"),
        defaults={key: document[key] for key in _DEFAULTS if key in document},
    )


def content_digest(policy: Policy, data: Mapping[str, Any], element: Any = None) -> str:
    """SHA-256 of the material content: equal content, equal digest, whatever its spelling.

    `element`: what one line of an approval per line is judged by, instead of the whole list.
    """
    content: Any = data
    if policy.material:
        content = {path: _material(policy, data, element, path) for path in policy.material}
    elif element is not None:
        rest = {name: value for name, value in data.items() if name != policy.list_path[0]}
        content = {"element": element, "rest": rest}
    return hashlib.sha256(canonical(content)).hexdigest()


def _material(policy: Policy, data: Mapping[str, Any], element: Any, path: str) -> Any:
    parts = path.split(".")
    root = policy.list_path
    if element is not None and tuple(parts[: len(root)]) == root:
        return _at(element, parts[len(root) :])
    return _at(data, parts)


def mode_of(value: Any) -> Mode:
    """`any`, `all`, `{quorum: 2}`, `{percent: 50}`, `{weight: 3}`."""
    if isinstance(value, Mapping):
        kind, number = next(iter(_own(value).items()))
        return Mode(kind, int(number))
    return Mode(value or "any")


def escalation_of(value: Mapping[str, Any] | None) -> Escalation | None:
    return Escalation(value["after"], people_specs(value["to"])) if value else None


def expiry_of(value: Mapping[str, Any] | None) -> Expiry | None:
    return Expiry(value["after"], value["verdict"]) if value else None


def texts(value: Any) -> tuple[str, ...]:
    """One text or a list of them."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _own(value: Mapping[str, Any]) -> dict[str, Any]:
    """The language's own keys, without the author's `x-…`."""
    return {key: item for key, item in value.items() if not key.startswith("x-")}


def _steps(document: Mapping[str, Any]) -> list[Step]:
    made: list[Step] = []
    for group, entry in enumerate(document.get("steps") or (), 1):
        for one in entry.get("parallel", (entry,)):
            made.append(_step(document, one, group))
    return made


def _step(document: Mapping[str, Any], one: Mapping[str, Any], group: int) -> Step:
    def own(key: str) -> Any:
        return one.get(key, document.get(key))

    condition = one.get("if")
    if condition is not None and not isinstance(condition, str):
        condition = "true" if condition else "false"
    return Step(
        id=one["id"],
        group=group,
        people=people_specs(one.get("approvers")),
        title=one.get("title", document.get("title", one["id"])),
        condition=parse_expression(condition) if condition is not None else None,
        mode=mode_of(one.get("mode")),
        due=own("due"),
        remind=texts(own("remind")),
        escalate=escalation_of(own("escalate")),
        expire=expiry_of(own("expire")),
        edit=texts(one.get("edit")),
    )


def _at(value: Any, path: list[str]) -> Any:
    """The content at a dotted path; through lists, of every element."""
    for place, part in enumerate(path):
        if isinstance(value, list):
            rest = path[place:]
            return [_at(item, rest) for item in value]
        if type(value) is not dict and not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value
