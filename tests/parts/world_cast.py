"""Who there is in a world of tests."""

from __future__ import annotations

from orderloom.platform.engine import Actor

CAST: dict[str, Actor] = {
    "alice": Actor("alice", name="Alice", roles=frozenset({"sales"}), manager="bob"),
    "bob": Actor("bob", name="Bob", roles=frozenset({"manager", "sales"}), manager="frank"),
    "carol": Actor("carol", name="Carol", roles=frozenset({"finance"}), units=("west",)),
    "dave": Actor("dave", name="Dave", roles=frozenset({"warehouse"}), attributes={"region": "N"}),
    "erin": Actor("erin", name="Erin", roles=frozenset({"auditor"})),
    "frank": Actor("frank", name="Frank", roles=frozenset({"finance"})),
    "mallory": Actor("mallory", name="Mallory"),
    "admin": Actor("admin", permissions=frozenset({"order.settle", "order.move"})),
}
