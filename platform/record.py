"""Values that are made by the thousand: frozen for whoever writes code, quick for the machine.

A frozen dataclass sets each of its fields through a check that there is nothing to check: six
times what a plain one takes, and an order's command makes thirty values. `record` leaves the
promise to the type checker, which refuses to set a field of one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(kind: type[T]) -> type[T]:
    """As `@dataclass(frozen=True, slots=True)`: compared and hashed by its fields, which stay."""
    return dataclass(slots=True, unsafe_hash=True)(kind)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def named_record(kind: type[T]) -> type[T]:
    """The same with `kw_only=True`."""
    return dataclass(slots=True, unsafe_hash=True, kw_only=True)(kind)
