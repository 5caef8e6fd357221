"""What a running expression has: names, strictness, a budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from orderloom.rules.error import FeelError

Run = Callable[["Environment"], Any]
STEPS: Final = 1_000_000
DEPTH: Final = 40


class Budget:
    """Steps left for one evaluation, counted in loops and calls."""

    __slots__ = ("depth", "left")

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps
        self.depth = 0

    def enter(self) -> int:
        """One function deeper."""
        self.depth += 1
        if self.depth > DEPTH:
            self.left = -1
            raise FeelError(f"functions call each other more than {DEPTH} deep")
        return self.depth - 1

    def leave(self, depth: int) -> None:
        """Back to where `enter` was called."""
        self.depth = depth

    def spend(self, steps: int = 1) -> None:
        self.left -= steps
        if self.left < 0:
            raise FeelError("the expression takes too many steps")


class Environment:
    """The names of one place. `inner` come before `outer`."""

    __slots__ = ("budget", "inner", "outer", "strict")

    def __init__(
        self,
        inner: Mapping[str, Any],
        outer: Environment | None,
        *,
        strict: bool,
        budget: Budget,
    ) -> None:
        self.inner = inner
        self.outer = outer
        self.strict = strict
        self.budget = budget

    def read(self, name: str) -> Any:
        """The value of a name. Raises `KeyError`."""
        environment: Environment | None = self
        while environment is not None:
            try:
                return environment.inner[name]
            except KeyError:
                environment = environment.outer
        raise KeyError(name)

    def fields(self, path: tuple[str, ...]) -> frozenset[str]:
        """The fields that elements of the list at a path may have, by who knows the list: a scope
        that has `fields_of`. Empty where nobody does."""
        environment: Environment | None = self if path else None
        while environment is not None:
            if path[0] in environment.inner:
                return known_fields(environment.inner, path)
            environment = environment.outer
        return frozenset()

    def within(self, names: Mapping[str, Any]) -> Environment:
        """The same place with more names."""
        return Environment(names, self, strict=self.strict, budget=self.budget)

    def failed(self, error: FeelError) -> None:
        """What an operation that fails is: an error where strict, else null."""
        if self.strict:
            raise error

    def failed_at(self, error: FeelError, at: int) -> None:
        """The same of an operation at a place, which its error tells unless it knows a nearer one.
        What takes too many steps is an error in any case."""
        located = error if error.position else FeelError(error.message, at)
        if self.budget.left < 0:
            raise located
        self.failed(located)


def known_fields(names: Mapping[str, Any], path: tuple[str, ...]) -> frozenset[str]:
    """What `names` know of the elements at a path."""
    reader = getattr(names, "fields_of", None)
    found: frozenset[str] = reader(path) if reader is not None else frozenset()
    return found


class Item(Mapping[str, Any]):
    """The names of a filter: `item`, and the fields of an element that is a context. `known`:
    those that elements may have; one that this element has not is null."""

    __slots__ = ("known", "value")

    def __init__(self, value: Any, known: frozenset[str] = frozenset()) -> None:
        self.value = value
        self.known = known

    def __getitem__(self, name: str) -> Any:
        if isinstance(self.value, Mapping) and name in self.value:
            return self.value[name]
        if name == "item":
            return self.value
        if name in self.known and isinstance(self.value, Mapping):
            return None
        raise KeyError(name)

    def __iter__(self) -> Any:
        return iter(self.value if isinstance(self.value, Mapping) else ("item",))

    def __len__(self) -> int:
        return len(self.value) if isinstance(self.value, Mapping) else 1


def guarded(run: Run, at: int) -> Run:
    """An operation that may fail: its error knows the place; null where not strict."""

    def guarded(environment: Environment) -> Any:
        try:
            return run(environment)
        except FeelError as error:
            return environment.failed_at(error, at)

    return guarded
