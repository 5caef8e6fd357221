"""Who uses a decision, a ruleset or an approval, and with which names it is evaluated there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.inference import Names
from orderloom.platform.definitions.checks.kinds import Kind
from orderloom.platform.definitions.checks.plain import body, text
from orderloom.platform.definitions.checks.process_view import ProcessView
from orderloom.platform.definitions.checks.scopes import (
    all_fields,
    merged,
    names_of,
    result_of_decision,
    with_loop,
    with_names,
)
from orderloom.platform.definitions.document import Document

Used = dict[str, list[Names]]


class Callers:
    """The names of every decision and approval, by who uses them. What nobody uses in the bundle
    may read anything (`used` tells)."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.processes = {id(view): names_of(context, view) for view in context.processes}
        self._approvals: Used = defaultdict(list)
        self._decisions: Used = defaultdict(list)
        self._rulesets: Used = defaultdict(list)
        for view in context.processes:
            self._of_process(view, self.processes[id(view)])
        for document in context.of_kind("approval"):
            matrix = text(document.value.get("matrix"))
            if matrix is not None and document.id in self._approvals:
                self._decisions[_id(matrix)].append(self.approval(document))
        self._spread()

    def used(self, document: Document) -> bool:
        """Whether something in the bundle uses the decision or approval."""
        found = self._approvals if document.kind == "approval" else self._decisions
        return document.id in found

    def approval(self, document: Document) -> Names:
        """The names in an approval, the element of its `for_each` among them."""
        names = merged(self._approvals.get(document.id) or [Names(self._anything(), open=True)])
        return with_loop(names, document.value)

    def decision(self, document: Document) -> Names:
        """The names in a decision: its users', its parameters, what it requires and reads."""
        users = self._decisions.get(document.id)
        names = merged(users) if users else Names(self._anything(), open=True)
        return names.within(self._own(document))

    def ruleset(self, document: Document) -> Names:
        """The names that the facts of a ruleset are made of: its users'."""
        users = self._rulesets.get(document.id)
        return merged(users) if users else Names(self._anything(), open=True)

    def everywhere(self) -> Names:
        """The names of every process: what the key of a watch is read from."""
        found = [self.processes[id(view)] for view in self._context.processes if not view.fragment]
        return merged(found) if found else Names(self._anything(), open=True)

    def _own(self, document: Document) -> dict[str, Kind]:
        value = document.value
        found = {name: k.of_type(type_) for name, type_ in body(value.get("parameters")).items()}
        for name, reference in body(value.get("requires")).items():
            other = self._context.find("decision", str(reference))
            plain = other is not None and "parameters" not in other.value
            found[name] = result_of_decision(other) if plain else k.ANY
        for name, reference in body(value.get("reads")).items():
            found[name] = k.listing(self._rows(str(reference)))
        return found

    def _rows(self, reference: str) -> Kind:
        collection = self._context.find("collection", reference)
        rows = k.of_node(self._context.fields_of(collection)) if collection is not None else k.ANY
        return rows if rows.fields else k.ANY

    def _anything(self) -> dict[str, Kind]:
        return dict.fromkeys(all_fields(self._context), k.ANY)

    def _of_process(self, view: ProcessView, names: Names) -> None:
        for part in view.parts:
            inner = with_names(with_loop(names, part.body), part.body)
            for key, used in (
                ("approval", self._approvals),
                ("decide", self._decisions),
                ("infer", self._rulesets),
                ("verify", self._decisions),
            ):
                named = text(part.body.get(key))
                if named is not None:
                    used[_id(named)].append(inner)

    def _spread(self) -> None:
        """Decisions that others require see what these see."""
        for document in _in_order(self._context.of_kind("decision")):
            if document.id not in self._decisions:
                continue
            names = self.decision(document)
            for reference in body(document.value.get("requires")).values():
                self._decisions[_id(str(reference))].append(names)


def _in_order(documents: list[Document]) -> Iterator[Document]:
    """Those that require come before those that are required; circles as they come."""
    left = {document.id: document for document in documents}
    while left:
        required = {
            _id(str(one)) for d in left.values() for one in body(d.value.get("requires")).values()
        }
        free = [id_ for id_ in left if id_ not in required] or [next(iter(left))]
        for id_ in free:
            yield left.pop(id_)


def _id(reference: str) -> str:
    return reference.partition("@")[0]
