"""Each construct of the process language has a case that fails without it."""

from typing import Any

import pytest
from parts.constructs import cases, play

CASES = cases()


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[name for name, _ in CASES])
def test_construct(case: dict[str, Any]) -> None:
    play(case)
