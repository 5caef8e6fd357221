"""All built-in functions by name (DMN 1.5, 10.3.4), and the language's own additions."""

from __future__ import annotations

from typing import Final

from orderloom.rules.builtins_conversion import CONVERSION
from orderloom.rules.builtins_lists import LISTS
from orderloom.rules.builtins_numbers import NUMERIC
from orderloom.rules.builtins_ranges import RANGES
from orderloom.rules.builtins_strings import STRINGS
from orderloom.rules.builtins_temporal import TEMPORAL
from orderloom.rules.values import Function

BUILTINS: Final[dict[str, Function]] = {
    function.name: function
    for group in (CONVERSION, STRINGS, NUMERIC, LISTS, TEMPORAL, RANGES)
    for function in group
}
SPACED: Final = frozenset(name for name in BUILTINS if " " in name)
