"""Tokens to a syntax tree (DMN 1.5, 10.3.1.2)."""

from __future__ import annotations

from typing import Final

from orderloom.rules import syntax as s
from orderloom.rules.error import FeelError
from orderloom.rules.reader import Reader
from orderloom.rules.temporal import temporal

DEPTH: Final = 60
_COMPARISONS: Final = frozenset(("=", "!=", "<", "<=", ">", ">="))
# What follows a range, and begins no filter.
_AFTER: Final = _COMPARISONS | frozenset(
    (
        *(")", "]", "}", ",", ".", "+", "*", "/"),
        *("and", "or", "then", "else", "in", "between", "instance", "return", "satisfies"),
    )
)
_JOINED: Final = frozenset((("date", "time"), ("days", "time"), ("years", "months")))


class Parser(Reader):
    """Reads one text."""

    # ── entrances ───────────────────────────────────────────────────────────────────────────

    def expression(self) -> s.Node:
        """The whole text as one expression."""
        node = self.any()
        self.finish()
        return node

    def unary_tests(self) -> s.Tests:
        """The whole text as unary tests."""
        at = self.token.at
        if self.take("-") and self.token.kind == "end":
            return s.Tests(at, ())
        self.index = 0
        if self.token.text == "not" and self.peek(1) == "(":
            found = self.negated(at)
            if found is not None:
                return found
            self.index = 0
        node = s.Tests(at, self.tests())
        self.finish()
        return node

    def negated(self, at: int) -> s.Tests | None:
        self.index = 2
        parts = self.tests()
        self.need(")")
        return s.Tests(at, parts, negated=True) if self.token.kind == "end" else None

    def tests(self) -> tuple[s.Node, ...]:
        parts = [self.test()]
        while self.take(","):
            parts.append(self.test())
        return tuple(parts)

    def test(self) -> s.Node:
        token = self.token
        if token.kind == "sign" and token.text in _COMPARISONS:
            self.index += 1
            return s.Comparison(token.at, token.text, self.compared())
        return self.any()

    # ── expressions, from the loosest ───────────────────────────────────────────────────────

    def any(self) -> s.Node:
        self.depth += 1
        if self.depth > DEPTH:
            raise self.error(f"nested deeper than {DEPTH} levels")
        try:
            return self._any()
        finally:
            self.depth -= 1

    def _any(self) -> s.Node:
        token = self.token
        if token.kind == "keyword":
            if token.text == "if":
                return self.condition()
            if token.text == "for":
                return self.iteration()
            if token.text in ("some", "every"):
                return self.quantified()
            if token.text == "function":
                return self.function()
        return self.disjunction()

    def condition(self) -> s.Node:
        at = self.next().at
        condition = self.any()
        self.need("then")
        then = self.any()
        self.need("else")
        return s.If(at, condition, then, self.any())

    def iteration(self) -> s.Node:
        at = self.next().at
        iterations = self.iterations()
        self.need("return")
        return s.For(at, iterations, self.any())

    def quantified(self) -> s.Node:
        token = self.next()
        iterations = self.iterations()
        self.need("satisfies")
        return s.Quantified(token.at, token.text, iterations, self.any())

    def iterations(self) -> tuple[s.Iteration, ...]:
        found = []
        while True:
            name = self.name()
            self.need("in")
            source = self.any()
            end = self.any() if self.take("..") else None
            found.append(s.Iteration(name, source, end))
            if not self.take(","):
                return tuple(found)

    def function(self) -> s.Node:
        at = self.next().at
        self.need("(")
        names: list[str] = []
        while not self.take(")"):
            if names:
                self.need(",")
            names.append(self.name())
            if self.take(":"):
                self.type_name()
        if self.token.text == "external":
            raise self.error("external functions are not run")
        return s.FunctionNode(at, tuple(names), self.any())

    def disjunction(self) -> s.Node:
        return self.logic("or", self.conjunction)

    def conjunction(self) -> s.Node:
        return self.logic("and", self.comparison)

    def logic(self, sign: str, below: object) -> s.Node:
        at = self.token.at
        parts = [below()]  # type: ignore[operator]
        while self.token.kind == "keyword" and self.take(sign):
            parts.append(below())  # type: ignore[operator]
        return parts[0] if len(parts) == 1 else s.Logic(at, sign, tuple(parts))

    def comparison(self) -> s.Node:
        node = self.additive()
        while True:
            token = self.token
            if token.kind == "sign" and token.text in _COMPARISONS:
                self.index += 1
                node = s.Binary(token.at, token.text, node, self.compared())
            elif token.text == "between" and token.kind == "keyword":
                self.index += 1
                low = self.additive()
                self.need("and")
                node = s.Between(token.at, node, low, self.additive())
            elif token.text == "in" and token.kind == "keyword":
                self.index += 1
                node = s.In(token.at, node, self.in_tests())
            elif token.text == "instance" and token.kind == "keyword":
                self.index += 1
                self.need("of")
                node = s.InstanceOf(token.at, node, self.type_name())
            else:
                return node

    def in_tests(self) -> tuple[s.Node, ...]:
        if self.token.text != "(":
            return (self.test_operand(),)
        start = self.index
        self.index += 1
        parts = self.tests()
        if len(parts) == 1 and self.token.text == "..":
            self.index = start
            return (self.additive(),)
        self.need(")")
        return parts

    def test_operand(self) -> s.Node:
        token = self.token
        if token.kind == "sign" and token.text in _COMPARISONS:
            self.index += 1
            return s.Comparison(token.at, token.text, self.compared())
        return self.additive()

    def compared(self) -> s.Node:
        """What follows a sign of comparison: no second one (`==`), unless in parentheses."""
        if self.token.kind == "sign" and self.token.text in _COMPARISONS:
            raise self.error(f"{self.token.text!r} was not expected")
        return self.additive()

    def additive(self) -> s.Node:
        node = self.multiplicative()
        while self.token.kind == "sign" and self.token.text in ("+", "-"):
            token = self.next()
            node = s.Binary(token.at, token.text, node, self.multiplicative())
        return node

    def multiplicative(self) -> s.Node:
        node = self.power()
        while self.token.kind == "sign" and self.token.text in ("*", "/"):
            token = self.next()
            node = s.Binary(token.at, token.text, node, self.power())
        return node

    def power(self) -> s.Node:
        node = self.negation()
        while self.token.kind == "sign" and self.token.text == "**":
            token = self.next()
            node = s.Binary(token.at, token.text, node, self.negation())
        return node

    def negation(self) -> s.Node:
        if self.token.kind == "sign" and self.token.text == "-":
            at = self.next().at
            self.depth += 1
            if self.depth > DEPTH:
                raise self.error(f"nested deeper than {DEPTH} levels")
            operand = self.negation()
            self.depth -= 1
            return s.Negation(at, operand)
        return self.postfix()

    def postfix(self) -> s.Node:
        node = self.primary()
        while self.token.kind == "sign":
            token = self.token
            if token.text == ".":
                self.index += 1
                node = s.Path(token.at, node, self.member())
            elif token.text == "[" and not self.ends_range():
                self.index += 1
                condition = self.any()
                self.need("]")
                node = s.Filter(token.at, node, condition)
            elif token.text == "(":
                node = self.call(node)
            else:
                break
        return node

    def ends_range(self) -> bool:
        """Whether the `[` here closes an open range: `]1..5[`."""
        after = self.tokens[self.index + 1]
        return after.kind == "end" or (after.kind in ("sign", "keyword") and after.text in _AFTER)

    def call(self, function: s.Node) -> s.Node:
        at = self.next().at
        arguments: list[s.Node] = []
        names: list[str] = []
        while not self.take(")"):
            if arguments:
                self.need(",")
            if self.token.kind in ("name", "keyword") and self.named():
                names.append(self.member())
                self.need(":")
            arguments.append(self.any())
        if names and len(names) != len(arguments):
            raise self.error("either all arguments are named or none")
        return s.Call(at, function, tuple(arguments), tuple(names))

    def named(self) -> bool:
        index = self.index
        while self.tokens[index].kind in ("name", "keyword"):
            index += 1
        return self.tokens[index].text == ":"

    def primary(self) -> s.Node:
        token = self.token
        if token.kind == "number":
            return s.Literal(token.at, self.number())
        if token.kind == "string":
            self.index += 1
            return s.Literal(token.at, self.string(token))
        if token.kind == "temporal":
            self.index += 1
            value = temporal(token.text[2:-1])
            if value is None:
                raise FeelError(f"{token.text} is no date, time or duration", token.at, self.text)
            return s.Literal(token.at, value)
        if token.kind == "keyword" and token.text in ("true", "false", "null"):
            self.index += 1
            return s.Literal(token.at, {"true": True, "false": False, "null": None}[token.text])
        if token.kind == "name":
            self.index += 1
            return s.Name(token.at, token.text)
        if token.text == "(":
            return self.parenthesis()
        if token.text in ("[", "]"):
            return self.bracket()
        if token.text == "{":
            return self.context()
        if token.kind == "sign" and token.text in _COMPARISONS:
            self.index += 1
            return s.Comparison(token.at, token.text, self.compared())
        raise self.error("an expression is missing here")

    def parenthesis(self) -> s.Node:
        at = self.next().at
        node = self.any()
        if self.take(".."):
            return self.range(at, node, closed=False)
        self.need(")")
        return node

    def bracket(self) -> s.Node:
        token = self.next()
        if token.text == "]":
            low = self.any()
            self.need("..")
            return self.range(token.at, low, closed=False)
        if self.take("]"):
            return s.ListNode(token.at, ())
        first = self.any()
        if self.take(".."):
            return self.range(token.at, first, closed=True)
        items = [first]
        while self.take(","):
            items.append(self.any())
        self.need("]")
        return s.ListNode(token.at, tuple(items))

    def range(self, at: int, low: s.Node, *, closed: bool) -> s.Node:
        high = self.additive()
        end = self.next().text
        if end not in ("]", ")", "["):
            self.index -= 1
            raise self.error("the range is not closed")
        return s.RangeNode(at, low, high, closed, end == "]")

    def context(self) -> s.Node:
        at = self.next().at
        entries: list[tuple[str, s.Node]] = []
        while not self.take("}"):
            if entries:
                self.need(",")
            token = self.token
            if token.kind == "string":
                self.index += 1
                key = self.string(token)
            else:
                key = self.key()
            self.need(":")
            entries.append((key, self.any()))
        return s.ContextNode(at, tuple(entries))

    def key(self) -> str:
        start = self.token
        if start.kind not in ("name", "keyword"):
            raise self.error("a key is missing here")
        while self.token.kind != "end" and self.token.text not in (":", ",", "}"):
            self.index += 1
        return " ".join(self.text[start.at : self.tokens[self.index - 1].end].split())

    def type_name(self) -> str:
        """A type as written: `list<number>`, `context<a: string>`, `function<…> -> any`."""
        start = self.index
        depth = 0
        while self.token.kind != "end" and (depth or self.in_type()):
            depth += {"<": 1, ">": -1}.get(self.token.text, 0)
            self.index += 1
        found = self.tokens[start : self.index]
        if not found:
            raise self.error("a type is missing here")
        return self.text[found[0].at : found[-1].end]

    def in_type(self) -> bool:
        token = self.token
        if token.kind == "keyword" and token.text == "and":
            # Only in `date and time` and the names of durations; else two conditions are joined.
            before = self.tokens[self.index - 1].text
            return (before, self.peek(1)) in _JOINED
        if token.kind == "keyword":
            return token.text == "function"
        return token.kind == "name" or token.text in ("<", "->")
