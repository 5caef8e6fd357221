"""The roles of a bundle while it is being changed: where each is named, and one under another id
wherever the bundle names it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from orderloom.platform.app.bundle_drafts import KIND, SCENARIO, scenario_key
from orderloom.platform.app.drafting import READ, WRITE, Drafting, DraftView
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.start_refusals import wrong_name
from orderloom.platform.definitions import Bundle, Document
from orderloom.platform.definitions.role_uses import (
    RoleUse,
    renamed_role,
    renamed_roles,
    role_uses,
)
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A definition that names a role, at so many `places`; `written`: those of them that are parts
    of expressions or texts. `id`: what its draft is called; `path`: of the first place."""

    kind: str
    id: str
    title: Any
    places: int
    written: int
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """`draft`: of the bundle. `changed`: the other drafts that were saved, kind and id."""

    draft: DraftView
    changed: tuple[tuple[str, str], ...]


def roles_named(
    drafting: Drafting, actor: Actor, bundle: str
) -> Mapping[str, Sequence[Named]] | Rejection:
    """By role: who names it, drafts included."""
    refused = needs(actor, READ)
    found = drafting.bundle(actor, bundle) if refused is None else refused
    if isinstance(found, Rejection):
        return found
    by_role: dict[str, list[Named]] = {}
    for (role, _), uses in _grouped(role_uses(found), found):
        by_role.setdefault(role, []).append(_named(found, uses))
    return by_role


def rename_role(
    drafting: Drafting,
    actor: Actor,
    bundle: str,
    value: Mapping[str, Any],
    *,
    role: str,
    to: str,
    tag: str,
) -> Renamed | Rejection:
    """Saves the `bundle.yaml` that `value` says with the role under its new id, and as drafts all
    definitions and scenarios that name it. `tag`: of the text that `value` was made of.
    `start.id`, `start.taken`: that is no id for it; `draft.changed_meanwhile`."""
    refused = needs(actor, WRITE) or wrong_name(to, "to") or _taken(value, role, to)
    found = drafting.bundle(actor, bundle) if refused is None else refused
    if isinstance(found, Rejection):
        return found
    saved = drafting.change(actor, KIND, bundle, renamed_role(value, role, to), tag=tag)
    if isinstance(saved, Rejection):
        return saved
    changed = []
    mine = [use for use in role_uses(found) if use.role == role and not use.written]
    for _, uses in _grouped(mine, found):
        there = list(uses)
        done = _renamed(drafting, actor, bundle, there, to)
        if isinstance(done, Rejection):
            return done
        changed.append(_key(bundle, there[0].document))
    return Renamed(draft=saved, changed=tuple(changed))


def _renamed(
    drafting: Drafting, actor: Actor, bundle: str, uses: Sequence[RoleUse], to: str
) -> DraftView | Rejection:
    kind, id_ = _key(bundle, uses[0].document)
    view = drafting.one(actor, kind, id_)
    if isinstance(view, Rejection):
        return view
    value = renamed_roles(uses[0].document.value, uses, to)
    return drafting.change(actor, kind, id_, value, tag=view.tag)


def _grouped(
    uses: Iterable[RoleUse], bundle: Bundle
) -> Iterable[tuple[tuple[str, int], Iterable[RoleUse]]]:
    every = (*bundle.documents, *bundle.failed, *bundle.scenarios)
    order = {id(each): n for n, each in enumerate(every)}
    known = [use for use in uses if id(use.document) in order]

    def key(use: RoleUse) -> tuple[str, int]:
        return use.role, order[id(use.document)]

    return groupby(sorted(known, key=key), key=key)


def _named(bundle: Bundle, uses: Iterable[RoleUse]) -> Named:
    there = list(uses)
    document = there[0].document
    kind, id_ = _key(str(bundle.meta.get("bundle") or ""), document)
    return Named(
        kind=kind,
        id=id_,
        title=document.value.get("title") or document.id,
        places=len(there),
        written=sum(1 for use in there if use.written),
        path=there[0].path,
    )


def _key(bundle: str, document: Document) -> tuple[str, str]:
    if document.kind == SCENARIO:
        return SCENARIO, scenario_key(bundle, document.id)
    return document.kind, document.id


def _taken(value: Mapping[str, Any], role: str, to: str) -> Rejection | None:
    roles = value.get("roles")
    known = roles if isinstance(roles, Mapping) else {}
    if role not in known:
        return Rejection("start.role", f"There is no role {role}.", {"role": role}, path="role")
    if to in known and to != role:
        message = f"There is a role {to} already."
        return Rejection("start.taken", message, {"kind": "role", "id": to}, path="to")
    return None
