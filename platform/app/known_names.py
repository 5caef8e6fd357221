"""Everything that a field of a definition may name: in its bundle, drafts included.

For the editor's fields that offer names; what is not a name of the bundle (a login, say) is not
here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from orderloom.platform.app.drafting import Drafting
from orderloom.platform.app.expression_help_names import fields_json
from orderloom.platform.app.known_names_functions import functions_json
from orderloom.platform.definitions import KINDS, Bundle, Document
from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.context import SPECIAL_ROLES, Context
from orderloom.platform.definitions.checks.plain import body, members, text
from orderloom.platform.definitions.checks.process_view import ProcessView
from orderloom.platform.definitions.references import BUILT_IN_COLLECTIONS, BUILT_IN_MESSAGES
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.words import Words

# Of each sort; a picker of more is no help.
MOST: Final = 2_000
_BUILT_IN: Final = {"message": BUILT_IN_MESSAGES, "collection": BUILT_IN_COLLECTIONS}
Named = list[dict[str, Any]]


def known_names(drafting: Drafting, actor: Actor, kind: str, id_: str) -> Any | Rejection:
    """`{languages, definitions: {kind: […]}, role, cast, stage, event, hold, label, operation,
    unit, scenario, field, fields, collections, functions}`; each list of `{id, title}`. `field`:
    the dotted paths of the data around the definition, with their `type`; `fields`: the same as a
    tree; `collections`: of each the tree of its columns."""
    view = drafting.one(actor, kind, id_)
    bundle = view if isinstance(view, Rejection) else drafting.bundle(actor, view.bundle)
    if isinstance(bundle, Rejection):
        return bundle
    return _Known(bundle, kind, id_, Words(actor.language)).all()


class _Known:
    def __init__(self, bundle: Bundle, kind: str, id_: str, words: Words) -> None:
        self._context = Context(bundle)
        self._kind, self._id, self._words = kind, id_, words

    def all(self) -> dict[str, Any]:
        context, meta = self._context, self._context.meta
        fields = self._fields()
        scenarios = ((one.id, one.value.get("title")) for one in context.scenarios)
        return {
            "languages": [one for one in meta.get("languages") or () if isinstance(one, str)]
            or ["en", "pl", "sk"],
            "definitions": {kind: self._definitions(kind) for kind in KINDS},
            "role": self._roles(),
            "cast": self._cast(),
            "stage": self._named(self._stages()),
            "event": self._named(self._declared("events")),
            "hold": self._named(self._declared("holds")),
            "label": self._named(self._declared("labels")),
            "operation": self._named(self._operations()),
            "scenario": self._named(scenarios),
            "field": list(_paths(fields))[:MOST],
            "fields": fields,
            "collections": {
                one.id: fields_json(k.of_node(context.fields_of(one)).fields)
                for one in context.of_kind("collection")
            },
            "functions": functions_json(),
        }

    def _named(self, found: Any) -> Named:
        """Each id once, with the first title that it has."""
        titles: dict[str, str] = {}
        for id_, title in found:
            if isinstance(id_, str):
                titles[id_] = titles.get(id_) or self._words.choose(_said(title)) or ""
        return [{"id": id_, "title": title or id_} for id_, title in titles.items()][:MOST]

    def _definitions(self, kind: str) -> Named:
        written = [(one.id, one.value.get("title")) for one in self._context.of_kind(kind)]
        return self._named([*written, *((one, None) for one in sorted(_BUILT_IN.get(kind, ())))])

    def _roles(self) -> Named:
        written = body(self._context.meta.get("roles"))
        return self._named([*written.items(), *((one, None) for one in SPECIAL_ROLES)])

    def _cast(self) -> Named:
        people = body(self._context.meta.get("cast"))
        return self._named((login, body(one).get("name")) for login, one in people.items())

    def _views(self) -> list[ProcessView]:
        """The process itself; of another kind all that there are."""
        every = self._context.processes
        own = [one for one in every if self._kind == "process" and one.document.id == self._id]
        return own or list(every)

    def _stages(self) -> Iterator[tuple[str, Any]]:
        for view in self._views():
            for stage in view.stages.values():
                yield stage.id, stage.body.get("title")

    def _declared(self, key: str) -> Iterator[tuple[str, Any]]:
        for view in self._views():
            for _, name, one in members(view.document.value.get(key), ()):
                yield name, one if key == "labels" else body(one).get("title")

    def _operations(self) -> Iterator[tuple[str, Any]]:
        for one in self._context.of_kind("connector"):
            for _, name, operation in members(one.value.get("operations"), ()):
                yield f"{one.id}.{name}", body(operation).get("title")

    def _fields(self) -> dict[str, Any]:
        """Of a form or collection its own fields, else those of the processes around it."""
        own = self._context.find(self._kind, self._id)
        if own is not None and self._kind in ("form", "collection"):
            return fields_json(k.of_node(self._context.fields_of(own)).fields)
        found: dict[str, k.Kind] = {}
        for document in self._forms():
            for name, kind in k.of_node(self._context.fields_of(document)).fields.items():
                found[name] = k.joined(found[name], kind) if name in found else kind
        return fields_json(found)

    def _forms(self) -> list[Document]:
        named = [text(view.document.value.get("form")) for view in self._views()]
        found = [self._context.find("form", one) for one in dict.fromkeys(named) if one]
        return [one for one in found if one is not None]


def _said(title: Any) -> Any:
    """A text or a map of texts; nothing where it is neither."""
    if isinstance(title, Mapping):
        return {key: one for key, one in title.items() if isinstance(one, str)} or None
    return title if isinstance(title, str) else None


def _paths(fields: Mapping[str, Any], before: str = "") -> Iterator[dict[str, Any]]:
    for name, one in fields.items():
        path = f"{before}{name}"
        yield {"id": path, "title": one["type"], "type": one["type"]}
        yield from _paths(one.get("fields") or {}, f"{path}.")
