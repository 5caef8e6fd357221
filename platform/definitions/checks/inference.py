"""Reads an expression without running it: names, fields, functions and types that cannot be.

Only what is certain is told; a value of unknown type fits everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.functions import FIRST, OF_LISTS, RESULTS, takes
from orderloom.platform.definitions.checks.kinds import Kind
from orderloom.platform.definitions.checks.operators import calculated, comparable, never
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import MOST_NAMES, Said, cut, meant, meant_text, one_of
from orderloom.rules import YearsMonths
from orderloom.rules import syntax as s
from orderloom.rules.builtins import BUILTINS


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one place. `open`: there may be more of them than are known."""

    known: Mapping[str, Kind]
    open: bool = False

    def within(self, more: Mapping[str, Kind]) -> Names:
        """The same place with more names, which come first."""
        return Names({**self.known, **more}, self.open) if more else self


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be, at a place in the text counted from 0. `hint`: better advice."""

    code: str
    variant: str
    params: Mapping[str, Any]
    hint: Said | None
    at: int

    def finding(self, document: Document, path: Path) -> Finding:
        """The finding of it at the expression's place."""
        return document.finding(path, self.code, self.variant, hint=self.hint, **self.params)


@dataclass(slots=True)
class Inference:
    """`problems`, and `named`: functions called with a text (`active("sent")`)."""

    problems: list[Problem] = field(default_factory=list)
    named: list[tuple[str, str]] = field(default_factory=list)

    def kind(self, node: Any, names: Names) -> Kind:
        """What `node` gives, as far as it is known."""
        read = _READERS.get(type(node).__name__)
        if read is None:
            return k.ANY
        return read(self, node, names)

    def all(self, nodes: Sequence[Any], names: Names) -> list[Kind]:
        return [self.kind(node, names) for node in nodes]

    def tell(
        self, code: str, at: int, variant: str = "", *, hint: Said | None = None, **params: Any
    ) -> None:
        self.problems.append(Problem(f"expression.{code}", variant, params, hint, at))

    # ── names and fields ─────────────────────────────────────────────────────────────────────

    def name(self, node: s.Name, names: Names) -> Kind:
        if node.name in names.known:
            return names.known[node.name]
        if node.name in BUILTINS or node.name in RESULTS:
            return k.FUNCTION
        if not names.open and node.name not in ("?", "partial", "item"):
            hint = meaning(node.name, names.known)
            self.tell("unknown_name", node.at, name=node.name, hint=hint)
        return k.ANY

    def path(self, node: s.Path, names: Names) -> Kind:
        source = self.kind(node.source, names)
        found = self.member(source.element, node)
        return k.listing(found) if source.name == "list" else found

    def member(self, source: Kind, node: s.Path) -> Kind:
        if source.name == "context":
            if node.name in source.fields:
                return source.fields[node.name]
            if not source.open:
                hint = _like(node.name, source.fields)
                self.tell("unknown_field", node.at, name=node.name, hint=hint)
        elif source.name in ("number", "string", "boolean"):
            self.tell("unknown_field", node.at, "simple", kind=source.name, name=node.name)
        return k.ANY

    def filter(self, node: s.Filter, names: Names) -> Kind:
        source = self.kind(node.source, names)
        element = source.element
        more = {"item": element, **element.fields}
        inner = Names({**names.known, **more}, names.open or element.open)
        condition = self.kind(node.condition, inner)
        if condition.name == "number":
            return element
        return k.ANY if source.name == "any" else k.listing(element)

    # ── calls ────────────────────────────────────────────────────────────────────────────────

    def call(self, node: s.Call, names: Names) -> Kind:
        given = self.all(node.arguments, names)
        if not isinstance(node.function, s.Name):
            self.kind(node.function, names)
            return k.ANY
        name = node.function.name
        if name in names.known:
            return k.ANY
        if name not in BUILTINS and name not in RESULTS:
            if not names.open:
                hint = _like(name, {**BUILTINS, **RESULTS})
                self.tell("unknown_function", node.function.at, name=name, hint=hint)
            return k.ANY
        self.arguments(node, name)
        self.argument_kinds(node, name, given)
        first = node.arguments[0] if node.arguments else None
        if isinstance(first, s.Literal) and isinstance(first.value, str):
            self.named.append((name, first.value))
        return _result(name, given)

    def arguments(self, node: s.Call, name: str) -> None:
        given = len(node.arguments)
        wrong = takes(name, given) if not node.names else None
        if wrong is None:
            return
        least, most = wrong
        if least == most:
            self.tell("arguments", node.at, name=name, count=least, given=given)
        else:
            self.tell(
                "arguments", node.at, "between", name=name, least=least, most=most, given=given
            )

    def argument_kinds(self, node: s.Call, name: str, given: Sequence[Kind]) -> None:
        """The first argument, where a function takes only numbers, texts or lists of numbers."""
        wanted = FIRST.get(name)
        if wanted is None or node.names or not given:
            return
        found = given[0].element if len(given) == 1 and name in OF_LISTS else given[0]
        if found.name in k.SIMPLE and found.name not in wanted:
            self.tell("types", node.at, "argument", kind=found.name, name=name)

    # ── operators ────────────────────────────────────────────────────────────────────────────

    def negation(self, node: s.Negation, names: Names) -> Kind:
        operand = self.kind(node.operand, names)
        if operand.name in ("string", "boolean"):
            self.tell("types", node.at, "sign", kind=operand.name)
        return operand if operand.name in ("number", "duration") else k.ANY

    def binary(self, node: s.Binary, names: Names) -> Kind:
        left, right = self.kind(node.left, names), self.kind(node.right, names)
        if node.sign in ("+", "-", "*", "/", "**"):
            return self.arithmetic(node, left, right)
        self.comparable(node.at, node.sign, left, right)
        return k.BOOLEAN

    def arithmetic(self, node: s.Binary, left: Kind, right: Kind) -> Kind:
        found = calculated(node.sign, left, right)
        if found is not None:
            return found
        if "any" in (left.name, right.name):
            kind = right.name if left.name == "any" else left.name
            self.tell("types", node.at, "one", kind=kind, sign=node.sign)
        else:
            self.tell("types", node.at, "two", left=left.name, right=right.name, sign=node.sign)
        return k.ANY

    def comparable(self, at: int, sign: str, left: Kind, right: Kind) -> None:
        if not comparable(sign, left, right):
            self.tell("types", at, "compared", left=left.name, right=right.name, sign=sign)
            return
        found = never(sign, left, right)
        if found is not None:
            value, known = found
            hint = meant(value, known) or one_of(known)
            self.tell("never", at, value=f'"{cut(value)}"', hint=hint)

    def logic(self, node: s.Logic, names: Names) -> Kind:
        for part in node.parts:
            self.truth(part, names)
        return k.BOOLEAN

    def truth(self, node: Any, names: Names) -> None:
        """A place where only true and false make sense."""
        found = self.kind(node, names)
        if found.name not in ("any", "null", "boolean", "list"):
            self.tell("types", getattr(node, "at", 0), "truth", found=found.name)

    def between(self, node: s.Between, names: Names) -> Kind:
        value, low, high = self.all((node.value, node.low, node.high), names)
        for bound in (low, high):
            self.comparable(node.at, "between", value, bound)
        return k.BOOLEAN

    def contained(self, node: s.In, names: Names) -> Kind:
        value = self.kind(node.value, names)
        for test in node.tests:
            self.test(test, value, names)
        return k.BOOLEAN

    def test(self, node: Any, value: Kind, names: Names) -> None:
        """One unary test against a value of a known kind."""
        inner = names.within({"?": value})
        if isinstance(node, s.RangeNode):
            for bound in self.all((node.low, node.high), inner):
                self.comparable(node.at, "..", value, bound)
        elif isinstance(node, s.Comparison):
            self.comparable(node.at, node.sign, value, self.kind(node.operand, inner))
        elif isinstance(node, s.Literal):
            self.comparable(node.at, "=", value, self.kind(node, inner))
        elif isinstance(node, s.ListNode):
            for item in node.items:
                self.test(item, value, names)
        else:
            self.kind(node, inner)

    def tests(self, node: s.Tests, names: Names) -> Kind:
        value = names.known.get("?", k.ANY)
        for part in node.parts:
            self.test(part, value, names)
        return k.BOOLEAN

    def operands(self, node: Any, names: Names) -> Kind:
        self.all(list(s.parts(node)), names)
        return k.BOOLEAN if not isinstance(node, s.RangeNode) else k.ANY

    # ── constructions ────────────────────────────────────────────────────────────────────────

    def choice(self, node: s.If, names: Names) -> Kind:
        self.truth(node.condition, names)
        return k.joined(self.kind(node.then, names), self.kind(node.otherwise, names))

    def iterations(self, node: s.For | s.Quantified, names: Names) -> Names:
        for one in node.iterations:
            source = self.kind(one.source, names)
            if one.end is not None:
                self.kind(one.end, names)
                source = k.listing(k.NUMBER)
            elif source.name in ("number", "boolean"):
                self.tell("types", node.at, "loop", name=one.name, kind=source.name)
            names = names.within({one.name: source.element})
        return names

    def loop(self, node: s.For, names: Names) -> Kind:
        inner = self.iterations(node, names)
        return k.listing(self.kind(node.result, inner.within({"partial": k.ANY})))

    def quantified(self, node: s.Quantified, names: Names) -> Kind:
        self.truth(node.condition, self.iterations(node, names))
        return k.BOOLEAN

    def function(self, node: s.FunctionNode, names: Names) -> Kind:
        self.kind(node.body, names.within(dict.fromkeys(node.parameters, k.ANY)))
        return k.FUNCTION

    def listed(self, node: s.ListNode, names: Names) -> Kind:
        found = self.all(node.items, names)
        item = found[0] if found else k.ANY
        for other in found[1:]:
            item = k.joined(item, other)
        return k.listing(item)

    def context(self, node: s.ContextNode, names: Names) -> Kind:
        fields: dict[str, Kind] = {}
        for key, value in node.entries:
            fields[key] = self.kind(value, names.within(fields))
        return k.record(fields)

    def literal(self, node: s.Literal, names: Names) -> Kind:
        value = node.value
        return Kind("string", values=(value,)) if isinstance(value, str) else of_value(value)


def of_value(value: Any) -> Kind:
    """The kind of a value that is there."""
    if value is None:
        return k.NULL
    for types, found in _VALUES:
        if isinstance(value, types):
            return found
    return k.ANY


def meaning(word: str, known: Mapping[str, Any]) -> Said:
    """What was perhaps meant by a bare word: a name like it, or a text without its quotes."""
    found = meant(word, [name for name in known if name[:1] == word[:1]])
    return found or meant_text(word)


def _like(word: str, known: Mapping[str, Any]) -> Said | None:
    few = one_of(sorted(known)) if len(known) < MOST_NAMES else None
    return meant(word, known) or few


def _result(name: str, given: list[Kind]) -> Kind:
    result = RESULTS.get(name, k.ANY)
    if name in ("min", "max", "sort", "reverse", "distinct values") and given:
        return given[0].element if name in ("min", "max") else given[0]
    return result


_VALUES: Final[tuple[tuple[Any, Kind], ...]] = (
    (bool, k.BOOLEAN),
    ((int, Decimal), k.NUMBER),
    (str, k.STRING),
    (datetime, k.MOMENT),
    (date, k.DATE),
    (time, Kind("time")),
    ((timedelta, YearsMonths), k.DURATION),
)
_READERS: Final[Mapping[str, Callable[[Inference, Any, Names], Kind]]] = {
    "Literal": Inference.literal,
    "Name": Inference.name,
    "Path": Inference.path,
    "Filter": Inference.filter,
    "Call": Inference.call,
    "Negation": Inference.negation,
    "Binary": Inference.binary,
    "Logic": Inference.logic,
    "Between": Inference.between,
    "In": Inference.contained,
    "Comparison": Inference.operands,
    "Tests": Inference.tests,
    "RangeNode": Inference.operands,
    "InstanceOf": Inference.operands,
    "ListNode": Inference.listed,
    "ContextNode": Inference.context,
    "If": Inference.choice,
    "For": Inference.loop,
    "Quantified": Inference.quantified,
    "FunctionNode": Inference.function,
}
