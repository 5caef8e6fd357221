"""What entries say of administration: type, facts, English sentence. Bob (u_1) acts."""

from __future__ import annotations

from typing import Any

PUBLISHED: dict[str, Any] = {"kind": "decision", "id": "approval", "version": 3, "digest": "ab"}

SAID_OF_ADMINISTRATION: list[tuple[str, dict[str, Any], str]] = [
    ("definition.published", PUBLISHED, "Bob published the decision Approval, version 3"),
    (
        "definition.published",
        {**PUBLISHED, "author": "u_1", "comment": "Limits of 2026"},
        "Bob published the decision Approval, version 3: “Limits of 2026”",
    ),
    (
        "definition.published",
        {**PUBLISHED, "author": "u_2", "from": "2026-06-01T00:00:00.000000Z"},
        "Bob published the decision Approval, version 3, written by Carol,"
        " in force from 2026-06-01T00:00:00.000000Z",
    ),
    (
        "definition.published",
        {**PUBLISHED, "from": "2026-06-01T00:00:00.000000Z"},
        "Bob published the decision Approval, version 3, in force from 2026-06-01T00:00:00.000000Z",
    ),
    (
        "definition.published",
        {**PUBLISHED, "author": "u_2"},
        "Bob published the decision Approval, version 3, written by Carol",
    ),
    (
        "bundle.published",
        {"bundle": "b2b"},
        "Bob published what the bundle b2b says of itself and its scenarios",
    ),
    (
        "draft.discarded",
        {"kind": "form", "id": "approval"},
        "Bob gave up the draft of the form Approval",
    ),
    ("user.added", {"user": "u_2", "given": []}, "Bob added Carol"),
    (
        "user.added",
        {"user": "u_2", "given": ["finance"]},
        "Bob added Carol with the roles Finance",
    ),
    (
        "user.changed",
        {"user": "u_2", "fields": ["attributes", "zone"]},
        "Bob changed Carol: further details, time zone",
    ),
    (
        "user.changed",
        {"user": "u_2", "given": ["finance", "manager"]},
        "Bob gave Carol the roles Finance, Manager",
    ),
    (
        "user.changed",
        {"user": "u_2", "taken": ["finance"]},
        "Bob took the roles Finance from Carol",
    ),
    (
        "user.changed",
        {"user": "u_2", "given": ["manager"], "taken": ["finance"]},
        "Bob gave Carol the roles Manager and took Finance away",
    ),
    ("user.closed", {"user": "u_2"}, "Bob closed the account of Carol"),
    (
        "user.erased",
        {"user": "u_2", "reason": "they asked"},
        "Bob put a pseudonym in the place of the account of Carol: “they asked”",
    ),
    ("role.changed", {"role": "finance", "new": True}, "Bob added the role Finance"),
    (
        "role.changed",
        {"role": "finance", "new": True, "given": ["definition.read"]},
        "Bob added the role Finance with the permissions definition.read",
    ),
    (
        "role.changed",
        {"role": "finance", "given": ["definition.read", "user.manage"]},
        "Bob gave the role Finance the permissions definition.read, user.manage",
    ),
    (
        "role.changed",
        {"role": "finance", "taken": ["definition.read"]},
        "Bob took the permissions definition.read from the role Finance",
    ),
    (
        "role.changed",
        {"role": "finance", "given": ["definition.read"], "taken": ["user.manage"]},
        "Bob gave the role Finance the permissions definition.read and took user.manage away",
    ),
    ("role.changed", {"role": "finance"}, "Bob kept the role Finance as it is"),
    (
        "token.made",
        {"user": "u_2", "token": "0a1b", "comment": "the ERP"},
        "Bob made the API token 0a1b of Carol: “the ERP”",
    ),
    (
        "token.ended",
        {"user": "u_2", "token": "0a1b"},
        "Bob took back the API token 0a1b of Carol",
    ),
    ("session.opened", {"user": "u_1"}, "Bob signed in"),
    ("session.ended", {"user": "u_1"}, "Bob signed out"),
    (
        "session.refused",
        {"user": "u_2", "code": "sign_in.wrong"},
        "Somebody was not let in as Carol: The login or the password is wrong",
    ),
    (
        "session.refused",
        {"code": "sign_in.wrong"},
        "Somebody was not let in: The login or the password is wrong",
    ),
]
