"""The answer of a decision."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Result(NamedTuple):
    """`outputs`: the answer. `matched`: ids of the rows. `trace`: `inputs` as read, and `how` the
    rows were found (`indexed`, `scanned`); required decisions under `requires`."""

    outputs: Any
    matched: tuple[str, ...] = ()
    trace: Mapping[str, Any] = _NOTHING
