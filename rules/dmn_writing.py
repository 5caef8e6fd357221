"""Decisions as a DMN 1.3 model whose reading gives the same decisions.

What the standard has no place for (tests, validity, titles in several languages, `nullable`) is in
extension elements and attributes of a namespace of ours, which other tools keep or pass over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from orderloom.platform.codec import dumps
from orderloom.rules.dmn_elements import Tag, write_xml
from orderloom.rules.dmn_listing import OURS
from orderloom.rules.dmn_names import is_name, name_for
from orderloom.rules.dmn_types import STANDARD
from orderloom.rules.error import FeelError
from orderloom.rules.expression import parse_expression, parse_unary
from orderloom.rules.normal_form import ANY_CELL, normal

MODEL: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_NATIVE: Final = frozenset(
    ("kind", "description", "requires", "parameters", "hit", "inputs", "outputs", "rules", "value")
)
_OF_INPUT: Final = frozenset(("name", "value", "type", "nullable", "allowed", "x-label"))
_OF_OUTPUT: Final = frozenset(("name", "type", "allowed", "default", "x-label"))
_OF_RULE: Final = frozenset(("id", "when", "then", "note", "valid_from", "valid_to"))


def write_dmn(documents: Iterable[Mapping[str, Any]], *, name: str = "decisions") -> str:
    """The model of these decisions; `read_dmn` gives them back in their normal form.

    Raises `FeelError` for a sign that XML cannot have, or an expression that cannot be read.
    """
    decisions = [normal(one) for one in documents]
    ids = {one["id"] for one in decisions}
    root = Tag("definitions", {"xmlns": MODEL, "xmlns:o": OURS, "id": "model", "name": name})
    root.attributes = {**root.attributes, "namespace": f"urn:orderloom:model:{name_for(name)}"}
    root.attributes = {**root.attributes, "exporter": "Orderloom"}
    known = _variables(decisions)
    for given, (xml_id, type_) in sorted(_input_data(decisions).items()):
        data = root.add("inputData", id=xml_id, name=given)
        data.add("variable", name=given, typeRef=type_)
    functions = {one["id"] for one in decisions if one.get("parameters")}
    for one in decisions:
        _Writer(one, ids, functions, known).write(root)
    return write_xml(root)


def _variables(decisions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Id → the name by which others read it: theirs where they agree, else one from its id."""
    called: dict[str, set[str]] = {}
    for one in decisions:
        for name, reference in (one.get("requires") or {}).items():
            called.setdefault(str(reference), set()).add(name)
    made: dict[str, str] = {}
    taken: set[str] = set()
    for one in decisions:
        names = called.get(one["id"], set())
        wanted = next(iter(names)) if len(names) == 1 else one["id"].replace("-", "_")
        if wanted in taken or not is_name(wanted):
            wanted = f"decision_{one['id'].replace('-', '_')}"
        taken.add(wanted)
        made[one["id"]] = wanted
    return made


def _input_data(decisions: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    """Names that decisions read from outside → XML id and type."""
    found: dict[str, tuple[str, str]] = {}
    for one in decisions:
        columns = {
            each.get("value", each["name"]): each.get("type") for each in one.get("inputs") or ()
        }
        for name in _outside(one):
            type_ = one.get("x-inputs", {}).get(name, columns.get(name))
            before = found.get(name)
            known = STANDARD.get(type_, "Any") if isinstance(type_, str) else "Any"
            same = before is None or before[1] == known
            found[name] = (f"input-{name}", known if same else "Any")
    return found


def _outside(one: Mapping[str, Any]) -> list[str]:
    own = {*(one.get("requires") or ()), *(one.get("parameters") or ()), *(one.get("reads") or ())}
    read: set[str] = set()
    for text in (one.get("value"), *(e.get("value", e["name"]) for e in one.get("inputs") or ())):
        read |= parse_expression(text).names if text is not None else set()
    names = [each["name"] for each in one.get("inputs") or ()]
    for row in one.get("rules") or ():
        for text in row.get("when", {}).values():
            read |= parse_unary(text).names
        for text in row["then"].values():
            read |= parse_expression(text).names
    bound = {"?", "now", "today", *names} - {
        each["name"] for each in one.get("inputs") or () if "value" not in each
    }
    return sorted(read - own - bound | set(one.get("x-inputs") or ()))


class _Writer:
    """Writes one decision. `ids`: of all in the model; `functions`: those with parameters."""

    def __init__(
        self,
        document: Mapping[str, Any],
        ids: set[str],
        functions: set[str],
        variables: Mapping[str, str],
    ) -> None:
        self.document = document
        self.ids = ids
        self.functions = functions
        self.variables = variables
        self.xml_id = f"decision-{document['id']}"

    def write(self, root: Tag) -> None:
        one = self.document
        variable = self.variables[one["id"]]
        is_function = bool(one.get("parameters"))
        title = one.get("title")
        label = title if isinstance(title, str) else None
        kind = "businessKnowledgeModel" if is_function else "decision"
        made = root.add(kind, id=self.xml_id, name=variable, label=label or None)
        description = one.get("description")
        plain = isinstance(description, str) and description.strip() == description
        if plain and description:
            made.add("description", description)
        rest = {key: value for key, value in one.items() if key not in _NATIVE}
        rest = {key: value for key, value in rest.items() if key != "title" or not label}
        rest |= {"description": description} if description is not None and not plain else {}
        made.add("extensionElements").add("o:decision", dumps(rest).decode())
        made.add("variable", name=variable, typeRef=self._result())
        if is_function:
            logic = made.add("encapsulatedLogic")
            for name, type_ in one["parameters"].items():
                logic.add("formalParameter", name=name, **_typed(type_))
            self._logic(logic)
            self._requirements(made)
            return
        self._requirements(made)
        self._logic(made)

    def _result(self) -> str | None:
        outputs = list(self.document.get("outputs") or ())
        single = [one.get("type") for one in outputs] if len(outputs) == 1 else [None]
        type_ = self.document.get("x-type", single[0])
        return STANDARD.get(type_) if isinstance(type_, str) else None

    def _requirements(self, made: Tag) -> None:
        requires = self.document.get("requires") or {}
        if not self.document.get("parameters"):
            for name in _outside(self.document):
                need = made.add("informationRequirement", id=f"{self.xml_id}-needs-{name}")
                need.add("requiredInput", href=f"#input-{name}")
        # The standard has what decisions require before what they call.
        calls = {name: str(id_) for name, id_ in requires.items() if id_ in self.functions}
        reads = {name: str(id_) for name, id_ in requires.items() if id_ not in self.functions}
        if self.document.get("parameters"):
            # A knowledge model requires knowledge alone; what else it reads is named by us.
            calls, reads = {**reads, **calls}, {}
        for names, kind, inner in (
            (reads, "informationRequirement", "requiredDecision"),
            (calls, "knowledgeRequirement", "requiredKnowledge"),
        ):
            for name, reference in names.items():
                there = reference in self.ids and (kind[0] == "i") == (
                    reference not in self.functions
                )
                need = made.add(
                    kind,
                    id=f"{self.xml_id}-requires-{name}",
                    o_name=name,
                    o_reference=None if there else reference,
                )
                need.add(inner, href=f"#decision-{reference.partition('@')[0]}")

    def _logic(self, made: Tag) -> None:
        one = self.document
        if "value" in one:
            made.add("literalExpression", id=f"{self.xml_id}-value").add("text", one["value"])
            return
        hit, _, aggregation = str(one.get("hit", "UNIQUE")).partition(" ")
        if hit != "COLLECT":
            hit, aggregation = str(one.get("hit", "UNIQUE")), ""
        table = made.add(
            "decisionTable",
            id=f"{self.xml_id}-table",
            hitPolicy=hit,
            aggregation=aggregation or None,
        )
        for each in one["inputs"]:
            self._input(table, each)
        for each in one["outputs"]:
            self._output(table, each)
        if any(isinstance(row.get("note"), str) for row in one["rules"]):
            table.add("annotation", name="note")
        for number, row in enumerate(one["rules"], 1):
            self._rule(table, row, number)

    def _input(self, table: Tag, one: Mapping[str, Any]) -> None:
        made = table.add(
            "input",
            id=f"{self.xml_id}-input-{one['name']}",
            label=one.get("x-label", one["name"]),
            o_name=one["name"],
            o_nullable=None if one.get("nullable") else "false",
            o_more=_rest(one, _OF_INPUT),
            o_type=_typed(one.get("type")).get("o_type"),
        )
        type_ = _typed(one.get("type")).get("typeRef")
        made.add("inputExpression", typeRef=type_).add("text", one.get("value", one["name"]))
        if one.get("allowed"):
            made.add("inputValues").add("text", one["allowed"])

    def _output(self, table: Tag, one: Mapping[str, Any]) -> None:
        typed = _typed(one.get("type"))
        made = table.add(
            "output",
            id=f"{self.xml_id}-output-{one['name']}",
            name=one["name"],
            label=one.get("x-label"),
            o_more=_rest(one, _OF_OUTPUT) or (None if typed else "{}"),
            **typed,
        )
        if one.get("allowed"):
            made.add("outputValues").add("text", one["allowed"])
        if one.get("default") is not None:
            made.add("defaultOutputEntry").add("text", one["default"])

    def _rule(self, table: Tag, row: Mapping[str, Any], number: int) -> None:
        note = row.get("note")
        plain = isinstance(note, str)
        made = table.add(
            "rule",
            id=f"{self.xml_id}-rule-{number}",
            o_id=None if row.get("id") is None else str(row["id"]),
            o_valid_from=row.get("valid_from"),
            o_valid_to=row.get("valid_to"),
            o_more=_rest(row, _OF_RULE - ({"note"} if note is not None and not plain else set())),
        )
        for one in self.document["inputs"]:
            cell = row.get("when", {}).get(one["name"], ANY_CELL)
            made.add("inputEntry").add("text", cell)
        for one in self.document["outputs"]:
            # In the standard a default is for where no row matches alone: here it is written out.
            left_out = one["name"] not in row["then"] and one.get("default") is not None
            entry = made.add("outputEntry", o_default="true" if left_out else None)
            entry.add("text", one["default"] if left_out else row["then"].get(one["name"], ""))
        if any(isinstance(each.get("note"), str) for each in self.document["rules"]):
            made.add("annotationEntry").add("text", note if isinstance(note, str) else "")
        unknown = {*row.get("when", {}), *row["then"]} - {
            one["name"] for one in (*self.document["inputs"], *self.document["outputs"])
        }
        if unknown:
            raise FeelError(f"row {number} has cells without a column: {', '.join(unknown)}")


def _typed(type_: Any) -> dict[str, str]:
    """`typeRef`, and ours beside it where the standard has no name for it."""
    if type_ is None:
        return {}
    standard = STANDARD.get(type_) if isinstance(type_, str) else None
    if standard:
        return {"typeRef": standard}
    return {"typeRef": "Any", "o_type": dumps(type_).decode()}


def _rest(one: Mapping[str, Any], native: Iterable[str]) -> str | None:
    rest = {key: value for key, value in one.items() if key not in native}
    return dumps(rest).decode() if rest else None
