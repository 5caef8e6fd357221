"""A compiled form: defaults, computed fields, validation, editing rights, and its faces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any

from orderloom.forms import computing, nodes
from orderloom.forms.choosing import Records, no_records
from orderloom.forms.defaulting import with_defaults, with_row_defaults, without_nulls
from orderloom.forms.editing import EditRule, compile_edit
from orderloom.forms.files import Place, files_in, with_files
from orderloom.forms.formulas import holds, quiet
from orderloom.forms.guarding import Guards, guards_of
from orderloom.forms.labels import label_of
from orderloom.forms.layout import Section, compile_layout
from orderloom.forms.lifting import lifter
from orderloom.forms.money import Money, money_fields, scale_problems
from orderloom.forms.pasting import Column, column
from orderloom.forms.personal import personal_fields
from orderloom.forms.problem import FieldProblem, FormError
from orderloom.forms.schema import SchemaCheck
from orderloom.forms.submitting import submit
from orderloom.forms.view_model import FormView, Submission
from orderloom.forms.viewing import Eyes, columns_of, view
from orderloom.forms.widgets import widget_of
from orderloom.platform.codec import merge_patch
from orderloom.platform.words import Words
from orderloom.rules import FeelError

# What nobody types into a cell of a spreadsheet.
UNTYPED = frozenset(("items", "choices", "note", "attachment", "attachments", "signature"))
Path = tuple[str, ...]
Data = Mapping[str, Any]
Scopes = Callable[[Data], Mapping[str, Any]]


class Form:
    """Immutable; made by `compile_form`. Data are JSON values whose numbers are int or Decimal.

    Paths of fields have no indices (`("lines", "qty")`); paths of problems do (`lines.0.qty`).
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.id: str = document.get("id", "")
        self.title: str | Mapping[str, str] = document.get("title", self.id)
        self.labels: Mapping[str, Any] = document.get("labels") or {}
        schema = with_files(document)
        self.schema: Mapping[str, Any] = schema
        self._check = SchemaCheck(schema)
        self._draft_check = SchemaCheck(schema, draft=True)
        self.root: nodes.Node = nodes.tree(schema)
        # What people call their files, and how they sign, is theirs as any free text is.
        texts = tuple(
            ".".join((*path, name))
            for path, node in nodes.walk(self.root)
            if (held := nodes.innermost(node)).kind == "file"
            for name in ("name", "signed")
            if name in held.properties
        )
        self.has_files = bool(texts)
        named = tuple(personal_fields(document))
        self.personal: tuple[str, ...] = (*(path for path, _ in named), *texts)
        # Personal field → the field with the id of the person it is about.
        self.persons: Mapping[str, str] = {path: person for path, person in named if person}
        self.computed: tuple[computing.Computed, ...] = computing.compile_computed(
            document, self.root
        )
        self._computed_paths = frozenset(one.path for one in self.computed)
        self._read_only = frozenset(
            path for path, node in nodes.walk(self.root) if node.schema.get("readOnly") is True
        )
        self._edit: tuple[EditRule, ...] | None = compile_edit(document)
        self._lift = lifter(self.root)
        self._money: tuple[Money, ...] = money_fields(self.root)
        self.money: Mapping[Path, Money] = {one.path: one for one in self._money}
        self.sections: tuple[Section, ...] = compile_layout(document, self.root)
        self.guards: Guards = guards_of(self.sections)
        self._formulas = tuple(
            placed
            for section in self.sections
            for placed in section.fields
            if placed.default is not None and len(placed.path) == 1
        )
        self._demands = tuple(
            (section, placed)
            for section in self.sections
            for placed in section.fields
            if placed.required is not None
        )

    # ── data ─────────────────────────────────────────────────────────────────────────────────

    def defaults(self, data: Data, names: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """`data` with `default` for what is absent: the schema's, then the layout's formulas,
        which read the data and `names` (`now`, `today` …); null there is absent."""
        filled = dict(with_defaults(self.root, data))
        for placed in self._formulas:
            if placed.default is not None and filled.get(placed.path[0]) is None:
                value = quiet(placed.default, {**(names or {}), **self.scope(filled)})
                if value is not None:
                    filled[placed.path[0]] = value
        return filled

    def with_row_defaults(self, before: Data, after: Data) -> dict[str, Any]:
        """`after` with the schema's defaults in rows and objects that `before` had not."""
        return dict(with_row_defaults(self.root, before, after))

    def lift(self, data: Data) -> Data:
        """`data` as expressions see it: dates, times, durations by `format`; else itself."""
        return self._lift(data) if self._lift is not None else data

    def scope(self, data: Data) -> dict[str, Any]:
        """The names that a form's own expressions read: every field, absent ones as null."""
        return {**dict.fromkeys(self.root.properties), **self.lift(data)}

    def compute(self, data: Data, scopes: Scopes | None = None) -> Data:
        """`data` with the computed fields, worked out in the order of what they read.

        `scopes(data)` gives the names around. Where the data do not fit yet, what cannot be
        worked out is left out; else the `FeelError` is raised.
        """
        scopes = scopes or self.scope
        for one in self.computed:
            try:
                data = computing.compute((one,), data, scopes, lift_row=self._lift_row)
            except FeelError:
                if self._fits_but(data):
                    raise
                data = computing.removed(one, data)
        return data

    def merge(self, data: Data, patch: Data) -> dict[str, Any]:
        """`data` changed by a merge patch (RFC 7396)."""
        return dict(merge_patch(data, patch))

    def files(self, data: Data) -> tuple[tuple[Place, Mapping[str, Any]], ...]:
        """Every file that the data name, with its place."""
        return tuple(files_in(self.root, data)) if self.has_files else ()

    # ── what does not fit ────────────────────────────────────────────────────────────────────

    def validate(self, data: Data) -> tuple[FieldProblem, ...]:
        """Everything that does not fit, at its field; empty: the data are good. Null is absent."""
        given = without_nulls(data)
        found = self._check.problems(given)
        told = {one.path for one in found}
        more = (*scale_problems(self._money, given), *self._demanded(given))
        return (*found, *(one for one in more if one.path not in told))

    def check_draft(self, data: Data) -> tuple[FieldProblem, ...]:
        """Types and formats only: what is absent may be absent."""
        return self._draft_check.problems(without_nulls(data))

    # ── fields ───────────────────────────────────────────────────────────────────────────────

    def knows(self, path: Path) -> str:
        """Whether the form has the field: `yes`, `no`, or `unknown` where the schema is open."""
        return nodes.knows(self.root, path)

    def names_fit(self, data: Data) -> bool:
        """Whether `knows` says "no" of no field in the data: looked at in one go."""
        return nodes.names_fit(self.root, data)

    def type_of(self, path: Path) -> Any:
        """The field's type in the words of language 2 (`number`, `[t]`, `{a: t}`), else `any`."""
        node = nodes.find(self.root, path)
        return "any" if node is None else nodes.feel_type(node)

    def is_computed(self, path: Path) -> bool:
        """Whether the field, or one that it is in, is computed."""
        return any(path[:end] in self._computed_paths for end in range(1, len(path) + 1))

    def is_read_only(self, path: Path) -> bool:
        """Whether the schema calls the field, or one that it is in, `readOnly`."""
        return bool(self._read_only) and any(
            path[:end] in self._read_only for end in range(1, len(path) + 1)
        )

    def editable(self, path: Path, *, stages: Set[str], draft: bool, roles: Set[str]) -> bool:
        """Whether one of `roles` may change the field. `stages`: the active ones with outer ones.

        Computed fields never, but with the list that they are in: rows move, and are worked out
        anew. Without `edit` in the form everything in a draft, nothing later. What the schema
        calls `readOnly` never.
        """
        if self.is_read_only(path):
            return False
        for one in self.computed:
            if path[: len(one.path)] == one.path:
                if not one.rows:
                    return False
                path = one.rows
        if self._edit is None:
            return draft
        return any(
            rule.allows(path, stages=stages, draft=draft, roles=roles) for rule in self._edit
        )

    def editors(self, path: Path, *, stages: Set[str], draft: bool) -> frozenset[str]:
        """The roles that may change the field there; nobody's role where nobody may."""
        named = {role for rule in self._edit or () for role in rule.roles}
        return frozenset(
            role for role in named if self.editable(path, stages=stages, draft=draft, roles={role})
        )

    # ── faces ────────────────────────────────────────────────────────────────────────────────

    def view(
        self,
        data: Data,
        *,
        stages: Set[str],
        draft: bool,
        actor: Mapping[str, Any],
        language: str,
        words: Words,
        problems: Sequence[FieldProblem] = (),
        only: Sequence[str] | None = None,
        prefix: str = "",
        as_stored: bool = False,
    ) -> FormView:
        """The form for one viewer. `only`: the fields that a task asks for; these, and no others,
        are shown, and can be changed whatever `edit` says. `actor`: `id`, `roles` … `as_stored`:
        computed fields stay as the data have them."""
        roles = frozenset(actor.get("roles") or ())
        wanted = None if only is None else tuple(tuple(name.split(".")) for name in only)

        def editable(path: Path) -> bool:
            if wanted is not None:
                asked = any(path[: len(one)] == one for one in wanted)
                return asked and not self.is_computed(path) and not self.is_read_only(path)
            return not self.is_computed(path) and self.editable(
                path, stages=stages, draft=draft, roles=roles
            )

        data = data if as_stored else self._previewed(data)
        eyes = Eyes(
            form=self,
            data=data,
            words=words,
            editable=editable,
            scope={**self.scope(data), "actor": dict(actor)},
            problems={one.path: one for one in reversed(problems)},
            only=wanted,
            prefix=prefix,
        )
        return view(eyes, problems)

    def submit(
        self,
        fields: Sequence[tuple[str, str]],
        base: Data,
        *,
        language: str,
        only: Sequence[str] | None = None,
        records: Records = no_records,
    ) -> Submission:
        """What was typed in a page of `view`, over the data `base` that the page was made of.
        `records(collection, key)` gives the record of a field that is one."""
        return submit(
            self.root,
            fields,
            base,
            language=language,
            only=only,
            fixed=self._computed_paths | self._read_only,
            columns=lambda path: self._pasted_columns(path, Words(language)),
            records=records,
        )

    # ── inside ───────────────────────────────────────────────────────────────────────────────

    def _pasted_columns(self, path: Path, words: Words) -> list[Column]:
        """The columns of a list as its page shows them, without those that nobody fills in."""
        item = nodes.elements(nodes.at(self.root, path))
        placed = [one for section in self.sections for one in section.fields if one.path == path]
        shown = (placed[0].columns if placed else ()) or tuple(columns_of(item, ()))
        fixed = self._computed_paths | self._read_only
        found = []
        for below in shown:
            node, whole = nodes.at(item, below), (*path, *below)
            if whole in fixed or widget_of(node) in UNTYPED:
                continue
            label = label_of(self.labels, whole, node, words)
            found.append(column(below, (label, ".".join(below), whole[-1])))
        return found

    def _lift_row(self, rows: Path, row: Data) -> Data:
        node = nodes.find(self.root, rows)
        if node is None or node.item is None:
            return row
        lift = lifter(node.item)
        return {**dict.fromkeys(node.item.properties), **(lift(row) if lift else row)}

    def _previewed(self, data: Data) -> Data:
        """Computed fields brought up to date for the eye; what fails is as stored."""
        try:
            return self.compute(data)
        except FeelError:
            return data

    def _demanded(self, data: Data) -> Iterator[FieldProblem]:
        """Fields that the layout requires by its own conditions."""
        if not self._demands:
            return
        scope = self.scope(data)
        for section, placed in self._demands:
            shown = holds(section.visible, scope, default=True) and holds(
                placed.visible, scope, default=True
            )
            path = ".".join(placed.path)
            if shown and holds(placed.required, scope, default=False):
                value: Any = data
                for part in placed.path:
                    value = value.get(part) if isinstance(value, Mapping) else None
                if value in (None, "", []):
                    yield FieldProblem(path, "required", f"{path} is missing")

    def _fits_but(self, data: Data) -> bool:
        """Whether the data fit, the computed fields aside."""
        return all(self.is_computed(_plain(problem.path)) for problem in self._check.problems(data))


def compile_form(document: Mapping[str, Any]) -> Form:
    """The form of a definition. Raises `FormError` with the place of what is wrong."""
    if not isinstance(document, Mapping):
        raise FormError("", "a form is a map")
    return Form(document)


def _plain(path: str) -> Path:
    return tuple(part for part in path.split(".") if not part.isdigit())
