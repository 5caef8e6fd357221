"""Layouts: of one definition each; an empty one is none."""

from __future__ import annotations

from orderloom.platform.store import Store


def test_a_layout_comes_back_and_goes(store: Store) -> None:
    layouts = store.layouts
    assert layouts.of(1, "process", "request") == {}
    layouts.keep(1, "process", "request", {"płacenie": (-20, 340), "*": (0, 0)})
    layouts.keep(2, "process", "request", {"a": (1, 1)})
    assert layouts.of(1, "process", "request") == {"płacenie": (-20, 340), "*": (0, 0)}
    layouts.keep(1, "process", "request", {"a": (5, 6)})
    assert layouts.of(1, "process", "request") == {"a": (5, 6)}
    assert layouts.of(1, "process", "other") == layouts.of(1, "form", "request") == {}
    layouts.keep(1, "process", "request", {})
    assert layouts.of(1, "process", "request") == {}
    assert layouts.of(2, "process", "request") == {"a": (1, 1)}
