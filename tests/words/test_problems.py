"""Every error code in the source has a sentence for people."""

import ast
import re
from collections.abc import Iterator

import pytest
from parts.catalogues import LANGUAGES, catalogue
from parts.repository import python_files, tree

CODE = re.compile(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+")
# What makes an error, and where its code stands among the arguments.
MAKERS = {
    "Rejection": 0,
    "CodecError": 0,
    "MailFault": 0,
    "Undelivered": 1,
    "_failed": None,
    "_refused": 0,
    "refused": 0,
}
CODE_FOLDERS = ("platform", "approvals", "forms", "audit")


def codes() -> Iterator[tuple[str, str]]:
    """Every literal code with its place."""
    for name in python_files(*CODE_FOLDERS):
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Call):
                for found in _codes(node):
                    yield f"{name}:{node.lineno}", found


def _codes(call: ast.Call) -> Iterator[str]:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name not in MAKERS:
        return
    place = MAKERS[name]
    arguments = call.args if place is None else call.args[place : place + 1]
    named = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    for argument in (*arguments, *named):
        for choice in ast.walk(argument):
            if isinstance(choice, ast.Constant) and CODE.fullmatch(str(choice.value)):
                yield str(choice.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence(language: str) -> None:
    known = catalogue(language)
    missing = {code: place for place, code in codes() if f"problems.{code}" not in known}
    assert missing == {}


def test_codes_are_found() -> None:
    found = {code for _, code in codes()}
    assert {"order.not_found", "json.malformed", "address.refused", "connector.path"} <= found
    assert len(found) > 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_sentences(language: str) -> None:
    texts = {k: v for k, v in catalogue(language).items() if k.startswith("problems.")}
    odd = [
        key
        for key, said in texts.items()
        if key != "problems.unknown" and not (said[0].isupper() or said[0] in "{„")
    ]
    assert odd == []
    assert [key for key, said in texts.items() if not said.rstrip("“”").endswith((".", "}"))] == []
