"""The account of a DMN model: what was taken, and by name what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from orderloom.rules.dmn_elements import local, space

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

OURS: Final = "urn:orderloom:decision:1"
COUNTED: Final = (
    *("decision", "businessKnowledgeModel", "decisionTable", "rule", "input", "output"),
)
_PLURALS: Final = {"businessKnowledgeModel": "knowledge model", "decisionTable": "table"}
# Who owns a decision, why it is made and how it is drawn: nothing that it decides by.
_AROUND: Final = frozenset(
    (
        *("question", "allowedAnswers", "decisionOwner", "decisionMaker", "usingProcess"),
        *("usingTask", "supportedObjective", "impactedPerformanceIndicator", "extensionElements"),
        *("authorityRequirement", "knowledgeSource", "organizationUnit", "performanceIndicator"),
        *("textAnnotation", "association", "group", "elementCollection", "DMNDI", "description"),
    )
)


@dataclass(slots=True)
class Listing:
    """`unsupported`: what decides and was not taken; `notes`: all else that was not."""

    root: Element
    unsupported: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    listed: Counter[str] = field(default_factory=Counter)
    _seen: set[Element] = field(default_factory=set)

    def see(self, *elements: Element | None) -> None:
        """They were taken, they themselves without what is in them."""
        self._seen.update(one for one in elements if one is not None)

    def see_all(self, element: Element) -> None:
        """It was taken or listed with everything in it."""
        self._seen.update(element.iter())

    def refuse(self, element: Element, where: str, reasons: Iterable[str]) -> None:
        """It is not taken, with everything in it."""
        held = self._held(element)
        inside = held - Counter({local(element): 1})
        told = [f"{count} {_PLURALS.get(name, name)}" for name, count in inside.items()]
        self.unsupported += list(reasons)
        holding = f" with its parts: {', '.join(told)}" if told else ""
        self.unsupported.append(f"{where} is not taken{holding}")
        self.listed += held
        self.see_all(element)

    def sweep(self) -> None:
        """Lists what nobody looked at, the outermost of each."""
        waiting = [(self.root, "")]
        while waiting:
            element, where = waiting.pop()
            if element in self._seen:
                name = element.get("name") or element.get("id") or ""
                inner = f"{local(element)} '{name}'" if name else where
                waiting += [(one, inner or where) for one in reversed(element)]
                continue
            self._unseen(element, where)
        self._foreign_attributes()

    def counts(self, documents: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
        """Of each counted kind: how many there are, were taken, are listed, and are lost."""
        there = self._held(self.root)
        taken = _taken(documents)
        return {
            name: {
                "there": there[name],
                "taken": taken[name],
                "listed": self.listed[name],
                "lost": there[name] - taken[name] - self.listed[name],
            }
            for name in COUNTED
        }

    def _unseen(self, element: Element, where: str) -> None:
        name = element.get("name") or element.get("id") or element.get("href") or ""
        told = f"{local(element)} '{name}'" if name else local(element)
        told = f"{told} in {where}" if where else told
        around = local(element) in _AROUND or space(element) != space(self.root)
        (self.notes if around else self.unsupported).append(told)
        self.listed += self._held(element)

    def _held(self, element: Element) -> Counter[str]:
        """How many of the counted kinds are in it; those of other namespaces are something else."""
        ours = (one for one in element.iter() if space(one) == space(self.root))
        return Counter(name for one in ours if (name := local(one)) in COUNTED)

    def _foreign_attributes(self) -> None:
        found: Counter[str] = Counter()
        for element in self.root.iter():
            if space(element) != space(self.root):
                continue
            for key in element.attrib:
                namespace, _, name = key[1:].partition("}")
                if key.startswith("{") and namespace != OURS and "XMLSchema" not in namespace:
                    found[f"attribute {name} ({namespace}) of {local(element)}"] += 1
        self.notes += [f"{told}, {count} times" for told, count in sorted(found.items())]


def _taken(documents: Iterable[Mapping[str, Any]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in documents:
        found["businessKnowledgeModel" if one.get("parameters") else "decision"] += 1
        if "value" in one:
            continue
        found["decisionTable"] += 1
        for key, kind in (("rules", "rule"), ("inputs", "input"), ("outputs", "output")):
            found[kind] += len(one.get(key) or ())
    return found
