"""Where a bundle names its roles, and a role under another id: nothing is missed, nothing else
changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.codec import canonical
from orderloom.platform.codec.yaml_rewrite import rewritten
from orderloom.platform.definitions import Bundle, Document, check
from orderloom.platform.definitions.files import BundleFiles
from orderloom.platform.definitions.reading import bundle_of
from orderloom.platform.definitions.role_uses import renamed_role, renamed_roles, role_uses

EXAMPLES = Path(__file__).parents[2] / "examples"
NEW = "somebody-else"

META = """\
bundle: b
title: B
roles: {sales: Sales, lab: Lab, boss: Boss}
cast: {alice: {roles: [sales, lab]}, lab: {roles: []}}
"""
REST = """\
kind: process
id: p
title: P
form: f
start: {by: [sales]}
access: [sales, {role: lab}]
events: {go: {by: sales}}
initial: a
stages:
  a: {do: [{approval: q}, {task: t, by: lab, title: T}], on: {go: z}}
  z: {type: final}
---
kind: form
id: f
title: F
schema: {type: object, properties: {a: {type: string}}}
edit: [{fields: [a], in: [a], by: [lab]}]
---
kind: approval
id: q
title: Q
steps:
  - {id: one, title: One, approvers: [{role: boss}], if: 'list contains(requester.roles, "lab")'}
---
kind: message
id: m
title: M
to: [lab, requester]
subject: S
body: The lab
"""
PLAYED = """\
scenario: s
process: p
steps:
  - {expect: {tasks: [{id: t, for: lab}, {id: u, for: [sales, alice]}]}}
"""


def small() -> Bundle:
    texts = {"bundle.yaml": META, "p.yaml": REST, "scenarios/s.yaml": PLAYED}
    made = bundle_of(BundleFiles({name: text.encode() for name, text in texts.items()}))
    assert isinstance(made, Bundle), made
    return made


def told(role: str) -> list[tuple[str, str, bool]]:
    uses = (use for use in role_uses(small()) if use.role == role)
    return [(use.document.kind, ".".join(map(str, use.path)), use.written) for use in uses]


def test_every_place_is_told() -> None:
    assert told("sales") == [
        ("process", "start.by.0", False),
        ("process", "access.0", False),
        ("process", "events.go.by", False),
        ("scenario", "steps.0.expect.tasks.1.for.0", False),
    ]
    # A person of the cast of the same name is no role; an expression is told, not changed.
    assert told("lab") == [
        ("process", "access.1.role", False),
        ("process", "stages.a.do.1.by", False),
        ("form", "edit.0.by.0", False),
        ("approval", "steps.0.if", True),
        ("message", "to.0", False),
    ]
    assert told("boss") == [("approval", "steps.0.approvers.0.role", False)]


def test_a_role_of_bundle_yaml_keeps_its_place() -> None:
    made = renamed_role(small().meta, "lab", NEW)
    assert list(made["roles"].items())[1] == (NEW, "Lab")
    assert made["cast"] == {"alice": {"roles": ["sales", NEW]}, "lab": {"roles": []}}
    assert rewritten(META, made) == META.replace("lab: Lab", f"{NEW}: Lab").replace(
        "sales, lab]", f"sales, {NEW}]"
    )


@pytest.mark.parametrize("name", ["b2b-order", "requisition"])
def test_an_example_says_the_same_with_another_id(name: str) -> None:
    """Nothing is wrong afterwards that was not wrong before, and renaming back gives every
    document again."""
    before = open_bundle(EXAMPLES / name)
    role = next(iter(before.meta["roles"]))
    after = with_role(before, role, NEW)
    assert not {"role.unknown"} & {each.code for each in check(after)}
    assert [use for use in role_uses(after) if use.role == role] == []
    again = with_role(after, NEW, role)
    assert canonical(again.meta) == canonical(before.meta)
    parts = zip(
        (*before.documents, *before.scenarios), (*again.documents, *again.scenarios), strict=True
    )
    for one, other in parts:
        assert canonical(one.value) == canonical(other.value), one.id


def with_role(bundle: Bundle, old: str, new: str) -> Bundle:
    uses = [use for use in role_uses(bundle) if use.role == old]

    def changed(document: Document) -> Document:
        mine = [use for use in uses if use.document is document]
        return replace(document, value=renamed_roles(document.value, mine, new))

    return replace(
        bundle,
        meta=renamed_role(bundle.meta, old, new),
        documents=tuple(changed(each) for each in bundle.documents),
        scenarios=tuple(changed(each) for each in bundle.scenarios),
    )
