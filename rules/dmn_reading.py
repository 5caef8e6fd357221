"""One decision of a DMN model as a document: its table, expression or invocation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from orderloom.platform.codec import CodecError, loads_strict
from orderloom.rules.dmn_dialect import feel_expression, feel_tests, is_foreign
from orderloom.rules.dmn_elements import child, children, local
from orderloom.rules.dmn_listing import OURS, Listing
from orderloom.rules.dmn_names import name_for, renamed, unique
from orderloom.rules.dmn_types import Types
from orderloom.rules.error import FeelError
from orderloom.rules.expression import Expression, parse_expression, parse_unary
from orderloom.rules.hit_policy import HIT_POLICIES
from orderloom.rules.normal_form import ANY_CELL

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LOGIC: Final = (
    *("decisionTable", "literalExpression", "invocation", "context", "list", "relation"),
    *("functionDefinition", "conditional", "for", "every", "some", "filter"),
)


@dataclass(slots=True)
class Reading:
    """Reads the logic of one decision. `problems`: why it cannot be taken; `adapted`: expressions
    of another dialect that were turned into FEEL; `reads`: the first names that it reads."""

    where: str
    types: Types
    names: Mapping[str, str]
    listing: Listing
    problems: list[str] = field(default_factory=list)
    adapted: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reads: set[str] = field(default_factory=set)

    def expression(self, element: Element | None, place: str) -> str:
        """The text of a literal expression."""
        return self._text(element, place, parse_expression, feel_expression)

    def tests(self, element: Element | None, place: str) -> str:
        """The text of unary tests."""
        return self._text(element, place, parse_unary, feel_tests)

    def table(self, table: Element, result: Mapping[str, Any]) -> dict[str, Any]:
        """`hit`, `inputs`, `outputs`, `rules`. `result`: name and type of the decision's value."""
        self.listing.see(table)
        inputs = list(self._inputs(table))
        outputs = list(self._outputs(table, result))
        names = [one["name"] for one in inputs]
        clauses = [one.get("name") or "" for one in children(table, "annotation")]
        self.listing.see(*children(table, "annotation"))
        rules = [
            self._rule(one, number, names, outputs, clauses)
            for number, one in enumerate(children(table, "rule"), 1)
        ]
        if not outputs:
            self.problems.append(f"{self.where} has a table without outputs")
        made = {"hit": self._hit(table), "inputs": inputs, "outputs": outputs, "rules": rules}
        return made if made["hit"] != "UNIQUE" else {k: v for k, v in made.items() if k != "hit"}

    def known_type(self, reference: str | None, place: str) -> Any:
        """Our type; one that is not known is noted, and any value passes."""
        found = self.types.type_of(reference)
        if reference and found is None:
            self.notes.append(f"type '{reference}' of {place} is not known")
        return found

    def _inputs(self, table: Element) -> Iterator[dict[str, Any]]:
        taken: set[str] = set()
        for number, one in enumerate(children(table, "input"), 1):
            label = (one.get("label") or "").strip()
            place = f"input {number}{f' {label!r}' if label else ''}"
            expression = child(one, "inputExpression")
            self.listing.see(one)
            value = self.expression(expression, place)
            if not value:
                self.problems.append(f"{self.where}, {place}: there is no expression")
            own = one.get(f"{{{OURS}}}name")
            named = own or name_for(value if name_for(value) == value else label, "input")
            name = unique(named, taken, joint="_")
            taken.add(name)
            reference = expression.get("typeRef") if expression is not None else None
            made = {"name": name, "type": _own_type(one) or self.known_type(reference, place)}
            made["value"] = value if value != name else None
            allowed = self.tests(child(one, "inputValues"), f"allowed values of {place}")
            made["allowed"] = allowed or (None if own else self._allowed(reference))
            made["x-label"] = label if label and label != name else None
            made["nullable"] = True if one.get(f"{{{OURS}}}nullable") != "false" else None
            yield {**_given(made), **_more(one)}

    def _outputs(self, table: Element, result: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        elements = list(children(table, "output"))
        taken: set[str] = set()
        for number, one in enumerate(elements, 1):
            self.listing.see(one)
            label = (one.get("label") or "").strip()
            single = str(result["name"]) if len(elements) == 1 else ""
            given = one.get("name") or single or label
            name = unique(self.names.get(given) or name_for(given, "output"), taken, joint="_")
            taken.add(name)
            place = f"output {number} '{name}'"
            reference = one.get("typeRef") or (result["type"] if len(elements) == 1 else None)
            made = {"name": name, "type": _own_type(one) or self.known_type(reference, place)}
            allowed = self.tests(child(one, "outputValues"), f"allowed values of {place}")
            made["allowed"] = allowed or (None if _is_ours(one) else self._allowed(reference))
            default = self.expression(child(one, "defaultOutputEntry"), f"default of {place}")
            made["default"] = default or None
            made["x-label"] = label if label and label != name else None
            yield {**_given(made), **_more(one)}

    def _rule(
        self,
        rule: Element,
        number: int,
        inputs: list[str],
        outputs: list[dict[str, Any]],
        notes: list[str],
    ) -> dict[str, Any]:
        self.listing.see(rule)
        row = f"row {number}"
        tests, values = list(children(rule, "inputEntry")), list(children(rule, "outputEntry"))
        for found, columns, what in ((tests, inputs, "tests"), (values, outputs, "values")):
            if len(found) != len(columns):
                told = f"{len(found)} {what} for {len(columns)} columns"
                self.problems.append(f"{self.where}, {row} has {told}")
        when = {
            name: self.tests(cell, f"{row}, column '{name}'")
            for name, cell in zip(inputs, tests, strict=False)
        }
        then = {
            one["name"]: self._output(cell, one, f"{row}, column '{one['name']}'")
            for one, cell in zip(outputs, values, strict=False)
        }
        made: dict[str, Any] = {"id": rule.get(f"{{{OURS}}}id")}
        made["when"] = {n: cell for n, cell in when.items() if cell not in ("", ANY_CELL)} or None
        made["then"] = {name: value for name, value in then.items() if value}
        made["note"] = self._note(rule, notes) or None
        for key in ("valid_from", "valid_to"):
            made[key] = rule.get(f"{{{OURS}}}{key}")
        return {**_given(made), **_more(rule)}

    def _output(self, cell: Element, column: Mapping[str, Any], place: str) -> str:
        """An output of a row; empty: nothing is said, and our default stands in. In the standard it
        does not, so that an empty entry is null there; where it does, we have written it out."""
        text = self.expression(cell, place)
        default = column.get("default")
        if default is None:
            return text
        left_out = cell.get(f"{{{OURS}}}default") == "true" and text == default
        return "" if left_out else text or "null"

    def _note(self, rule: Element, clauses: list[str]) -> str:
        description = child(rule, "description")
        self.listing.see(description)
        found = [((description.text or "").strip() if description is not None else "")]
        for number, one in enumerate(children(rule, "annotationEntry")):
            text = child(one, "text")
            self.listing.see(one, text)
            said = (text.text or "").strip() if text is not None else ""
            clause = clauses[number] if number < len(clauses) else ""
            found.append(f"{clause}: {said}" if said and clause not in ("", "note") else said)
        return "\n".join(one for one in found if one)

    def _hit(self, table: Element) -> str:
        hit = (table.get("hitPolicy") or "UNIQUE").strip().upper()
        aggregation = (table.get("aggregation") or "").strip().upper()
        made = f"{hit} {aggregation}" if hit == "COLLECT" and aggregation else hit
        if made not in HIT_POLICIES:
            self.problems.append(f"{self.where}: the hit policy {made} is not known")
        return made

    def _allowed(self, reference: str | None) -> str | None:
        text = self.types.allowed(reference)
        return None if text is None else renamed(text, self.names)

    def _text(
        self,
        element: Element | None,
        place: str,
        parse: Callable[[str], Expression],
        adapt: Callable[[str], str],
    ) -> str:
        if element is None:
            return ""
        text = child(element, "text")
        self.listing.see(element, text)
        written = ("".join(text.itertext()) if text is not None else "").strip()
        if not written or (written == ANY_CELL and parse is parse_unary):
            return written
        language = (element.get("expressionLanguage") or "feel").lower()
        if "feel" not in language:
            shown = element.get("expressionLanguage")
            self.problems.append(f"{self.where}, {place}: {written!r} is {shown}, not FEEL")
            return written
        adapted = adapt(written)
        for candidate in (adapted,) if is_foreign(written) else (written, adapted):
            try:
                made = renamed(candidate, self.names)
                self.reads |= parse(made).names
            except FeelError as error:
                problem = str(error)
                continue
            if candidate != written:
                self.adapted.append(f"{self.where}, {place}: {written!r} is read as {candidate!r}")
            return made
        self.problems.append(f"{self.where}, {place}: {written!r} is not FEEL: {problem}")
        return written


def logic_of(element: Element) -> Element | None:
    """The element that says how a decision, a function or a binding decides."""
    return next((one for one in element if local(one) in LOGIC), None)


def own_json(text: str) -> Any:
    """A value of ours in a model. Raises `FeelError`: anybody may have written it."""
    try:
        return loads_strict(text)
    except CodecError as error:
        raise FeelError(f"a value of the product's own is not JSON: {error}") from error


def _own_type(element: Element) -> Any:
    text = element.get(f"{{{OURS}}}type")
    return None if text is None else own_json(text)


def _is_ours(element: Element) -> bool:
    return any(key.startswith(f"{{{OURS}}}") for key in element.attrib)


def _more(element: Element) -> dict[str, Any]:
    """Keys that the standard has no place for: notes in several languages, and `x-…`."""
    text = element.get(f"{{{OURS}}}more")
    found = {} if text is None else own_json(text)
    if isinstance(found, dict) and all(key == "note" or key[:2] == "x-" for key in found):
        return found
    raise FeelError(f"'{text}' has keys that do not belong there")


def _given(made: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in made.items() if value is not None}
