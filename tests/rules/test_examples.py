"""Every built-in function has examples, and they hold."""

import pytest

from orderloom.rules import evaluate
from orderloom.rules.builtins import BUILTINS
from orderloom.rules.examples import EXAMPLES

LINES = [(name, text) for name, texts in EXAMPLES.items() for text in texts]


@pytest.mark.parametrize(("name", "text"), LINES, ids=[text for _, text in LINES])
def test_examples_hold(name: str, text: str) -> None:
    assert name in text
    assert evaluate(text, {}) is True


def test_every_function_has_an_example_and_no_other() -> None:
    assert set(EXAMPLES) == set(BUILTINS)
