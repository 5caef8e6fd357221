"""Scenarios say who a message goes to, whichever message it is (language 8 and 9)."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.scenario import ScenarioResult
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.simulation import open_world

BUNDLE = """\
bundle: telling
title: Telling
languages: [en]
roles: {sales: Sales, manager: Managers, finance: Finance}
cast:
  alice: {roles: [sales], manager: bob}
  bob: {roles: [manager]}
  carol: {roles: [finance], units: [west]}
"""
PROCESS = """\
kind: process
id: t
title: T
form: f
number: "T-{seq}"
start: {by: [sales]}
access: [sales, manager, finance]
events: {go: {by: [sales]}}
stages:
  one: {entry: [{notify: news}, {notify: boss}, {notify: letter}], on: {go: two}}
  two:
    do:
      - task: look
        title: Look
        by: finance
        remind: [PT1H]
        escalate: {after: PT2H, to: manager}
    done: end
  end: {type: final, outcome: completed}
---
kind: form
id: f
title: F
schema: {type: object, properties: {email: {type: string}}}
---
{kind: message, id: news, title: N, to: [finance, requester], subject: S, body: B}
---
{kind: message, id: boss, title: N, to: {manager_of: order.requester}, subject: S, body: B}
---
{kind: message, id: letter, title: N, to: "{{ email }}", subject: S, body: B}
---
{kind: message, id: task, title: T, subject: "{{ task.title }}", body: "{{ email }}"}
"""
SCENARIO = """\
scenario: told
process: t
given: {now: 2026-03-06T10:00:00+01:00, order: {by: alice, data: {email: ann@customers.example}}}
steps:
"""
FIRST = "  - expect: {messages: [{message: %s, to: %s}]}\n"
LATER = (
    "  - {as: alice, do: go}\n  - {pass: PT3H}\n  - expect: {messages: [{message: %s, to: %s}]}\n"
)


def play(folder: Path, steps: str) -> ScenarioResult:
    (folder / "scenarios").mkdir(parents=True)
    (folder / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
    (folder / "t.yaml").write_text(PROCESS, encoding="utf-8")
    (folder / "scenarios" / "t.yaml").write_text(SCENARIO + steps, encoding="utf-8")
    (result,) = Simulate(open_world).run(open_bundle(folder))
    return result


@pytest.mark.parametrize(
    ("steps", "message", "to"),
    [
        (FIRST, "news", "carol"),
        (FIRST, "news", "alice"),
        (FIRST, "boss", "bob"),
        (FIRST, "letter", "ann@customers.example"),
        (LATER, "task", "carol"),
        (LATER, "reminder", "carol"),
        (LATER, "escalation", "bob"),
    ],
)
def test_a_message_goes_to(tmp_path: Path, steps: str, message: str, to: str) -> None:
    assert play(tmp_path, steps % (message, to)).problem == ""


@pytest.mark.parametrize(
    ("steps", "message", "to"),
    [
        (FIRST, "news", "bob"),
        (FIRST, "boss", "carol"),
        (FIRST, "letter", "eve@customers.example"),
        (LATER, "task", "bob"),
        (LATER, "reminder", "bob"),
        (LATER, "escalation", "carol"),
    ],
)
def test_a_message_does_not_go_to(tmp_path: Path, steps: str, message: str, to: str) -> None:
    assert "no message" in play(tmp_path, steps % (message, to)).problem
