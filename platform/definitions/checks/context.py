"""What checks read: the documents by reference, the processes taken apart, forms as trees."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from orderloom.forms import FormError
from orderloom.forms.files import with_files
from orderloom.forms.nodes import Node, tree
from orderloom.platform.definitions.checks.plain import Body, body, text
from orderloom.platform.definitions.checks.process_view import ProcessView, process_view
from orderloom.platform.definitions.document import Bundle, Document, as_document
from orderloom.platform.definitions.references import BUILT_IN_COLLECTIONS, BUILT_IN_MESSAGES
from orderloom.platform.definitions.saying import Said, meant
from orderloom.platform.definitions.shape import too_deep

if TYPE_CHECKING:
    from orderloom.platform.definitions.checks.callers import Callers

SPECIAL_ROLES: Final = ("requester", "link", "administrator", "auditor")
_BUILT_IN: Final = {"message": BUILT_IN_MESSAGES, "collection": BUILT_IN_COLLECTIONS}


class Context:
    """One bundle under check. `documents`: all that could be read, those of wrong shape too.

    `loose`: no `bundle.yaml`, so that what is not there may be elsewhere.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.meta: Body = body(bundle.meta)
        self.loose = not bundle.meta
        read = (*bundle.documents, *bundle.scenarios, *bundle.failed)
        known = [one for one in read if too_deep(one.value) is None]
        self._unread = bundle.unread | {(one.kind, one.id) for one in read if one not in known}
        self.documents = tuple(one for one in known if one.kind != "scenario")
        self.scenarios = tuple(one for one in known if one.kind == "scenario")
        self._by_reference: dict[tuple[str, str], Document] = {}
        for one in self.documents:
            self._by_reference.setdefault((one.kind, one.id), one)
        self._forms: dict[str, Node | None] = {}

    def of_kind(self, kind: str) -> list[Document]:
        """The documents of one kind."""
        return [one for one in self.documents if one.kind == kind]

    def find(self, kind: str, reference: str) -> Document | None:
        """The document that a reference (`id`, `id@7`, `id@latest`) names."""
        return self._by_reference.get((kind, reference.partition("@")[0]))

    def knows(self, kind: str, reference: str) -> bool:
        """Whether what is named is there, or may be where we cannot look."""
        id_ = reference.partition("@")[0]
        unread = self._unread
        return (
            (kind, id_) in self._by_reference
            or id_ in _BUILT_IN.get(kind, ())
            or self.loose
            or ("", "") in unread
            or (kind, id_) in unread
        )

    def complete(self, kind: str) -> bool:
        """Whether everything of a kind that there may be was read."""
        return not self.loose and not any(one in ("", kind) for one, _ in self._unread)

    def like(self, kind: str, reference: str) -> Said | None:
        """What was perhaps meant, as a question; nothing where nothing is like it."""
        return meant(reference.partition("@")[0], [one.id for one in self.of_kind(kind)])

    @cached_property
    def meta_document(self) -> Document:
        """`bundle.yaml`, to find places in."""
        return as_document(self.meta, self.bundle.meta_located)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles that definitions may name."""
        return frozenset((*body(self.meta.get("roles")), *SPECIAL_ROLES))

    @cached_property
    def processes(self) -> tuple[ProcessView, ...]:
        return tuple(process_view(one, self._fragment) for one in self.of_kind("process"))

    @cached_property
    def callers(self) -> Callers:
        """Who uses decisions and approvals, and with which names."""
        # Callers read a context.
        from orderloom.platform.definitions.checks.callers import Callers

        return Callers(self)

    def process(self, reference: str) -> ProcessView | None:
        """The process that a reference names, taken apart."""
        id_ = reference.partition("@")[0]
        return next((one for one in self.processes if one.document.id == id_), None)

    def fields(self, reference: Any) -> Node | None:
        """The fields of a form; None where there is none, or its schema is no schema."""
        document = self.find("form", reference) if isinstance(reference, str) else None
        return self.fields_of(document) if document is not None else None

    def fields_of(self, document: Document) -> Node | None:
        """The fields of a form's document, or the rows of a collection's."""
        key = f"{document.kind} {document.id}"
        if key not in self._forms:
            self._forms[key] = _tree(_schema(document))
        return self._forms[key]

    def _fragment(self, reference: str) -> Mapping[str, Any]:
        document = self.find("process", reference) if text(reference) else None
        return document.value if document is not None else {}


def _schema(document: Document) -> Any:
    """The schema, with what the layout of a form makes of it."""
    schema = document.value.get("schema")
    is_form = document.kind == "form" and isinstance(schema, Mapping)
    return with_files(document.value) if is_form else schema


def _tree(schema: Any) -> Node | None:
    if not isinstance(schema, Mapping):
        return None
    try:
        return tree(schema)
    except (FormError, TypeError, AttributeError, ValueError, KeyError, RecursionError):
        # The shape of the schema itself is told elsewhere.
        return None
