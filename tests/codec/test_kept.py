"""What is kept of texts is bounded by their length, and what failed is tried again."""

from __future__ import annotations

import pytest

from orderloom.platform.codec.kept import Kept


def test_the_texts_asked_for_last_are_kept() -> None:
    kept, made = Kept[int](10), list[str]()

    def make(text: str) -> int:
        made.append(text)
        return len(text)

    asked = ["aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb", "too long for it", "too long for it"]
    assert [kept.of(text, make) for text in asked] == [len(text) for text in asked]
    assert made == ["aaaa", "bbbb", "cccc", "bbbb", "too long for it", "too long for it"]


def test_what_failed_is_not_kept() -> None:
    kept = Kept[int](10)
    with pytest.raises(ZeroDivisionError):
        kept.of("a", lambda text: 1 // 0)
    assert kept.of("a", len) == 1
