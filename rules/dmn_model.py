"""The decisions and knowledge models of a DMN model, one after those that it requires."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from orderloom.rules.decision import compile_decision, compile_decisions
from orderloom.rules.dmn_elements import child, children, local
from orderloom.rules.dmn_listing import OURS, Listing
from orderloom.rules.dmn_names import id_for, is_id, name_for, renaming, unique
from orderloom.rules.dmn_reading import Reading, logic_of, own_json
from orderloom.rules.dmn_types import Types, types_of
from orderloom.rules.error import FeelError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


@dataclass(frozen=True, slots=True)
class _Part:
    """A decision or knowledge model. `variable`: the name by which others read it."""

    element: Element
    id: str
    variable: str

    @property
    def where(self) -> str:
        kind = "decision" if local(self.element) == "decision" else "knowledge model"
        return f"{kind} '{self.element.get('name') or self.element.get('id') or self.id}'"

    @property
    def key(self) -> str:
        return self.element.get("id") or self.element.get("name") or ""


# A chain of decisions that require each other; and what only the model itself may say.
DEEPEST: Final = 100
_DECIDING: Final = frozenset(
    ("kind", "requires", "parameters", "hit", "inputs", "outputs", "rules", "value")
)


class Model:
    """Reads a model once. `listing`: the account of it; `adapted`: texts of another dialect."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.listing = Listing(root)
        self.names = renaming(_names(root))
        self.types: Types = types_of(root, self.names)
        self.parts: dict[str, _Part] = {}
        self.by_title: dict[str, _Part] = {}
        self.adapted: list[str] = []
        self.done: dict[str, dict[str, Any] | None] = {}

    def read(self) -> list[dict[str, Any]]:
        """The documents of the decisions that could be taken."""
        self.listing.see(self.root)
        for element in children(self.root, "businessKnowledgeModel", "decision"):
            self._known(element)
        for part in self.parts.values():
            self._take(part, ())
        found = [made for key in self.parts if (made := self.done[key]) is not None]
        self._around()
        self.listing.sweep()
        return found

    def _known(self, element: Element) -> None:
        name = element.get("name") or element.get("id") or ""
        variable = child(element, "variable")
        called = (variable.get("name") if variable is not None else None) or name
        taken = {one.id for one in self.parts.values()}
        id_ = unique(_own_id(element) or id_for(name, "") or id_for(called), taken)
        part = _Part(element, id_, self.names.get(called) or name_for(called, "decision"))
        if part.key in self.parts:
            self.listing.refuse(element, part.where, [f"{part.where} is there twice"])
            return
        self.parts[part.key] = part
        self.by_title[name] = part

    def _take(self, part: _Part, way: tuple[str, ...]) -> dict[str, Any] | None:
        """The document of a part after those that it requires, or None where it is not taken."""
        if part.key in self.done:
            return self.done[part.key]
        if part.key in way or len(way) > DEEPEST:
            return None
        required, problems = self._required(part, (*way, part.key))
        try:
            made, reading = self._document(part, required)
            problems += reading.problems
        except FeelError as error:
            problems.append(f"{part.where}: {error}")
        if not problems:
            problems += _faults(made, self._documents())
        if problems:
            self.listing.refuse(part.element, part.where, problems)
            self.done[part.key] = None
            return None
        self.adapted += reading.adapted
        self.listing.notes += [f"{part.where}: {one}" for one in reading.notes]
        self.done[part.key] = made
        return made

    def _documents(self) -> dict[str, dict[str, Any]]:
        known = {part.id: self.done.get(key) for key, part in self.parts.items()}
        return {id_: made for id_, made in known.items() if made is not None}

    def _required(
        self, part: _Part, way: tuple[str, ...]
    ) -> tuple[list[tuple[Element, _Part]], list[str]]:
        found: list[tuple[Element, _Part]] = []
        problems: list[str] = []
        for requirement in children(part.element, "informationRequirement", "knowledgeRequirement"):
            reference = child(requirement, "requiredDecision", "requiredKnowledge")
            self.listing.see(requirement, *requirement)
            if reference is None or requirement.get(f"{{{OURS}}}reference"):
                continue
            href = reference.get("href") or ""
            other = self.parts.get(href.rpartition("#")[2])
            if other is None:
                problems.append(f"{part.where} requires '{href}', which the model does not have")
            elif self._take(other, way) is None:
                problems.append(f"{part.where} requires {other.where}, which is not taken")
            else:
                found.append((requirement, other))
        return found, problems

    def _document(
        self, part: _Part, required: Sequence[tuple[Element, _Part]]
    ) -> tuple[dict[str, Any], Reading]:
        # Expressions of ours have the names of the language already.
        names = {} if _own(part.element) else self.names
        reading = Reading(part.where, self.types, names, self.listing)
        made = self._decided(part, reading)
        through = {} if _own(part.element) else _through(required, reading.reads, self.done)
        if through:
            # Engines that put the outputs of required decisions among the names.
            names = {**names, **through}
            reading = Reading(part.where, self.types, names, self.listing)
            made = self._decided(part, reading)
            told = ", ".join(f"{name} as {full}" for name, full in through.items())
            reading.adapted.append(f"{part.where} reads {told}")
        element, own = part.element, _own(part.element)
        title = element.get("label") or element.get("name") or part.id
        document: dict[str, Any] = {"kind": "decision", "id": part.id, "title": title}
        description = child(element, "description")
        if description is not None and (description.text or "").strip():
            document["description"] = (description.text or "").strip()
        self.listing.see(description)
        requires = self._requires(part, required, reading.reads)
        if requires:
            document["requires"] = requires
        if not own:
            document |= self._given(part, made)
        return {**document, **made, **own, "id": part.id}, reading

    def _decided(self, part: _Part, reading: Reading) -> dict[str, Any]:
        """What says how it decides; for a knowledge model its parameters too."""
        holder = part.element
        made: dict[str, Any] = {}
        variable = child(holder, "variable")
        self.listing.see(holder, variable)
        type_ = variable.get("typeRef") if variable is not None else None
        if local(holder) == "businessKnowledgeModel":
            function = child(holder, "encapsulatedLogic")
            if function is None:
                reading.problems.append(f"{part.where} has no logic")
                return {}
            made["parameters"] = self._parameters(function, reading)
            holder = function
        logic = logic_of(holder)
        if logic is None:
            reading.problems.append(f"{part.where} has no logic")
            return made
        if local(logic) == "decisionTable":
            result = {"name": part.variable, "type": type_ or logic.get("typeRef")}
            return {**made, **reading.table(logic, result)}
        made["value"] = self._value(logic, reading)
        if type_ and not _own(part.element):
            made["x-type"] = reading.known_type(type_, "the result") or "any"
        return made

    def _parameters(self, function: Element, reading: Reading) -> dict[str, Any]:
        self.listing.see(function)
        if function.get("kind", "FEEL") != "FEEL":
            reading.problems.append(f"{reading.where} is a function of {function.get('kind')}")
        found: dict[str, Any] = {}
        for one in children(function, "formalParameter"):
            self.listing.see(one)
            name = one.get("name") or ""
            own = one.get(f"{{{OURS}}}type")
            type_ = own_json(own) if own else reading.known_type(one.get("typeRef"), name) or "any"
            found[self.names.get(name) or name_for(name)] = type_
        if not found:
            reading.problems.append(f"{reading.where} has no parameters")
        return found

    def _value(self, logic: Element, reading: Reading) -> str:
        if local(logic) == "literalExpression":
            text = reading.expression(logic, "expression")
            if not text:
                reading.problems.append(f"{reading.where} has an empty expression")
            return text
        if local(logic) == "invocation":
            return self._invocation(logic, reading)
        reading.problems.append(f"boxed {local(logic)} in {reading.where}")
        return ""

    def _invocation(self, logic: Element, reading: Reading) -> str:
        """A boxed invocation of a knowledge model as a call with its parameters in order."""
        self.listing.see(logic)
        called = child(logic, "literalExpression")
        title = "".join(called.itertext()).strip() if called is not None else ""
        function = self.by_title.get(title)
        if called is not None:
            self.listing.see_all(called)
        made = self.done.get(function.key) if function is not None else None
        if function is None or made is None or not made.get("parameters"):
            reading.problems.append(f"{reading.where} invokes '{title}', which is not taken")
            return ""
        reading.reads.add(function.variable)
        given: dict[str, str] = {}
        for binding in children(logic, "binding"):
            parameter = child(binding, "parameter")
            name = (parameter.get("name") if parameter is not None else None) or ""
            self.listing.see(binding, parameter)
            inner = logic_of(binding)
            if inner is not None and local(inner) != "literalExpression":
                reading.problems.append(f"boxed {local(inner)} in {reading.where}")
            given[self.names.get(name) or name_for(name)] = reading.expression(
                inner, f"parameter '{name}'"
            )
        if given.keys() != made["parameters"].keys() or not all(given.values()):
            missing = made["parameters"].keys() ^ given.keys()
            reading.problems.append(
                f"{reading.where} invokes '{title}' with other parameters: {', '.join(missing)}"
            )
        return f"{function.variable}({', '.join(given.get(n, '') for n in made['parameters'])})"

    def _requires(
        self, part: _Part, required: Sequence[tuple[Element, _Part]], reads: set[str]
    ) -> dict[str, str]:
        found: dict[str, str] = {}
        for requirement, other in required:
            made = self.done[other.key] or {}
            outputs = [one["name"] for one in made.get("outputs") or ()]
            own = requirement.get(f"{{{OURS}}}name")
            by_output = len(outputs) == 1 and other.variable not in reads and outputs[0] in reads
            found[own or (outputs[0] if by_output else other.variable)] = other.id
        for requirement in children(part.element, "informationRequirement", "knowledgeRequirement"):
            if reference := requirement.get(f"{{{OURS}}}reference"):
                found[str(requirement.get(f"{{{OURS}}}name"))] = reference
        return found

    def _given(self, part: _Part, made: Mapping[str, Any]) -> dict[str, Any]:
        """Types of input data that no column of the table tells."""
        told = {one.get("value", one["name"]) for one in made.get("inputs") or ()}
        inputs = {one.get("id"): one for one in children(self.root, "inputData")}
        found: dict[str, Any] = {}
        for requirement in children(part.element, "informationRequirement"):
            reference = child(requirement, "requiredInput")
            href = (reference.get("href") or "") if reference is not None else ""
            data = inputs.get(href.rpartition("#")[2])
            if reference is None or data is None:
                continue
            variable = child(data, "variable")
            called = variable.get("name", "") if variable is not None else ""
            called = called or data.get("name", "")
            name = self.names.get(called) or name_for(called)
            type_ = self.types.type_of(variable.get("typeRef") if variable is not None else None)
            if name not in told:
                found[name] = type_ or "any"
        return {"x-inputs": found} if found else {}

    def _around(self) -> None:
        """Input data and types were looked up by name where they were needed."""
        for element in children(self.root, "inputData"):
            self.listing.see(element, *children(element, "variable"))
        for element in children(self.root, "itemDefinition"):
            nested = {
                one for part in element.iter() for one in part if local(part) != "definitions"
            }
            own = child(element, "allowedValues")
            single = element.get("isCollection") != "true"
            seen = [one for one in nested if local(one) in ("itemComponent", "typeRef")]
            self.listing.see(element, *seen)
            if own is not None and single:
                self.listing.see_all(own)
        for element in self.root.iter():
            if local(element) == "extensionElements" and _is_own(element):
                self.listing.see_all(element)
        description = child(self.root, "description")
        self.listing.see(*(one for one in [description] if one is not None and not one.text))


def _through(
    required: Iterable[tuple[Element, _Part]],
    reads: set[str],
    done: Mapping[str, dict[str, Any] | None],
) -> dict[str, str]:
    """Names of single outputs of decisions with several that are read without the decision's."""
    found: dict[str, str] = {}
    for _, other in required:
        outputs = [one["name"] for one in (done[other.key] or {}).get("outputs") or ()]
        if len(outputs) > 1 and other.variable not in reads:
            found |= {name: f"{other.variable}.{name}" for name in outputs if name in reads}
    return found


def _names(root: Element) -> Iterator[str]:
    """Every name that an expression of the model could read."""
    for element in root.iter():
        named = local(element) in (
            *("inputData", "decision", "businessKnowledgeModel", "variable", "formalParameter"),
            *("parameter", "itemComponent", "output"),
        )
        if named and element.get("name"):
            yield element.get("name", "")


def _own(element: Element) -> dict[str, Any]:
    """The keys of a decision of ours that the standard has no place for."""
    extension = child(element, "extensionElements")
    if extension is None or not _is_own(extension):
        return {}
    found = own_json("".join(extension[0].itertext()))
    reads = found.get("reads", {}) if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(reads, dict) or found.keys() & _DECIDING:
        raise FeelError("the product's own values have keys that do not belong there")
    return found


def _own_id(element: Element) -> str:
    try:
        id_ = str(_own(element).get("id", ""))
    except FeelError:
        return ""
    return id_ if is_id(id_) else ""


def _is_own(extension: Element) -> bool:
    return len(extension) == 1 and extension[0].tag == f"{{{OURS}}}decision"


def _faults(made: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What the product itself has against the document."""
    wanted = {id_.partition("@")[0] for id_ in (made.get("requires") or {}).values()}
    try:
        others = compile_decisions(known, [id_ for id_ in known if id_ in wanted])
        there = {name: id_ for name, id_ in (made.get("requires") or {}).items() if id_ in others}
        compile_decision({**made, "requires": there}, decisions=others)
    except FeelError as error:
        return [f"decision '{made['id']}': {error}"]
    return []
