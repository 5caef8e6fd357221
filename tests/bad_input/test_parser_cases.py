"""The parsers' public cases: JSON accepted and refused as the standard says, YAML never a crash."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from parts.hostile import Hostile

from orderloom.platform.codec import CodecError, load_all_yaml, load_yaml, loads_strict

# Accepted by RFC 8259's grammar, and refused here: a key that occurs twice means two things.
OURS = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}
SECONDS = 10


def test_json_is_read_as_the_standard_says(shared_data: Path) -> None:
    cases = sorted((shared_data / "security/JSONTestSuite/test_parsing").glob("*.json"))
    wrong, codes = [], set()
    for path in cases:
        code = _json(path.read_bytes())
        codes.add(code)
        expected = "n" if path.name in OURS else path.name[0]
        if (expected == "y" and code) or (expected == "n" and not code):
            wrong.append((path.name, code))
    assert wrong == []
    assert len(cases) == 318
    assert codes - {""} >= {"json.malformed", "json.encoding", "json.too_deep", "json.number"}


def test_the_api_refuses_the_same_json(hostile: Hostile, shared_data: Path) -> None:
    """Nothing of it is an order, so nothing is accepted; what is not JSON is told as such."""
    before = hostile.stored()
    for path in sorted((shared_data / "security/JSONTestSuite/test_parsing").glob("*.json")):
        raw = path.read_bytes()
        answer = hostile.api.call("alice", "POST", "/orders", raw=raw)
        code = _json(raw)
        status = 400 if code else 422
        assert (answer.status, answer.code) == (status, code or answer.code), path.name
        assert answer.headers["content-type"] == "application/problem+json"
    assert hostile.stored() == before


def test_yaml_is_read_or_refused_with_a_line(shared_data: Path) -> None:
    files = sorted((shared_data / "security/yaml-test-suite/src").glob("*.yaml"))
    read, refused, cases, lenient = 0, [], 0, 0
    for path in files:
        for case in load_yaml(path.read_text(encoding="utf-8")).value:
            if "yaml" not in case:
                continue
            cases += 1
            text, began = _unmarked(str(case["yaml"])), perf_counter()
            try:
                load_all_yaml(text)
                read += 1
                lenient += bool(case.get("fail"))
            except CodecError as error:
                refused.append(error)
            assert perf_counter() - began < SECONDS, path.name
    assert len(files) == 351
    assert (read > 200, cases == read + len(refused)) == (True, True)
    assert [error.code for error in refused if not error.line] == []
    # Broken indentation and comments that the library forgives; it may forgive fewer one day.
    assert lenient <= 11


def _json(raw: bytes) -> str:
    try:
        loads_strict(raw)
    except CodecError as error:
        return error.code
    return ""


def _unmarked(text: str) -> str:
    """The suite's visible signs for space, tab, line end and the byte order mark."""
    marks = {"␣": " ", "———»": "\t", "——»": "\t", "—»": "\t", "»": "\t"}
    for mark, sign in {**marks, "↵": "", "∎\n": "", "∎": "", "←": "\r", "⇔": "\ufeff"}.items():
        text = text.replace(mark, sign)
    return text
