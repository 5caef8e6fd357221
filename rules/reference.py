"""The table of built-in functions for the documentation: what they take, and an example."""

from __future__ import annotations

from orderloom.rules.builtins import BUILTINS
from orderloom.rules.examples import EXAMPLES
from orderloom.rules.values import Function


def functions_markdown() -> str:
    """One row a function, in the order of the examples."""
    rows = [
        f"| `{_signature(BUILTINS[name])}` | {'<br>'.join(f'`{_cell(one)}`' for one in examples)} |"
        for name, examples in EXAMPLES.items()
    ]
    return "\n".join(["| function | true |", "|---|---|", *rows])


def _signature(function: Function) -> str:
    least = len(function.parameters) - function.optional
    names = [
        f"{name}?" if number >= least else name for number, name in enumerate(function.parameters)
    ]
    return f"{function.name}({', '.join(names)}{', …' if function.many else ''})"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
