"""Regular expressions as XPath has them, run in linear time."""

import time

import pytest

from orderloom.rules import FeelError
from orderloom.rules.patterns import pattern

MATCHES = [
    ("[a-z-[aeiou]]+", "", "xyz", True),
    ("^[a-z-[aeiou]]+$", "", "xaz", False),
    (r"^[\w-[\d]]+$", "", "abc", True),
    (r"^[\w-[\d]]+$", "", "ab1", False),
    (r"^[^a-c]$", "", "d", True),
    (r"^\p{IsGreek}+$", "", "αβγ", True),
    (r"^\P{IsGreek}+$", "", "αβγ", False),
    (r"^\p{ L u }$", "x", "Ż", True),
    (r"^\i\c*$", "", "name-1", True),
    (r"^\i\c*$", "", "1name", False),
    (r"^[\S]$", "", " ", False),
    ("^a.b$", "", "a\rb", False),
    ("^a.b$", "s", "a\nb", True),
    (" a b ", "x", "ab", True),
    ("a.b", "q", "a.b", True),
    ("a.b", "q", "axb", False),
    ("zażółć", "i", "ZAŻÓŁĆ", True),
]


@pytest.mark.parametrize(("text", "flags", "given", "expected"), MATCHES)
def test_matches(text: str, flags: str, given: str, expected: bool) -> None:
    assert (pattern(text, flags).search(given) is not None) is expected


@pytest.mark.parametrize(
    "text", [r"(a)\1", r"\3", r"[\0]", "[z-a]", "[", "[a", "[]", r"\q", r"\p{IsNone}", "(", "[a-["]
)
def test_what_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(FeelError):
        pattern(text)


def test_unknown_flags_are_refused() -> None:
    with pytest.raises(FeelError):
        pattern("a", "g")


def test_an_expression_that_explodes_elsewhere_is_fast() -> None:
    started = time.perf_counter()
    assert pattern("^(a+)+$").search("a" * 50_000 + "b") is None
    assert time.perf_counter() - started < 1


def test_a_class_without_members_matches_nothing() -> None:
    assert pattern("[a-[a]]").search("a") is None
