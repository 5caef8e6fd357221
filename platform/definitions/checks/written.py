"""What actions write (language 3.5): fields that are there, not computed, with what fits them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orderloom.forms.nodes import Node, find
from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.expressions import judged, names_of_form, reason
from orderloom.platform.definitions.checks.fields import unknown_field
from orderloom.platform.definitions.checks.inference import Inference, Names
from orderloom.platform.definitions.checks.operators import fits, never
from orderloom.platform.definitions.checks.plain import body, members, text
from orderloom.platform.definitions.checks.process_view import ActionView, ProcessView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.checks.scopes import event_of, kind_of, with_loop
from orderloom.platform.definitions.checks.sites import Site, sites_of_form
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import cut, meant, one_of
from orderloom.rules import FeelError, parse_expression, parse_target


@checks
def written(context: Context) -> Iterator[Finding]:
    """`set` and `append` write fields that are there and not computed, with what fits them."""
    for view in context.processes:
        form = context.fields(view.document.value.get("form"))
        computed = _computed(context, view)
        for action in view.actions:
            for key in ("set", "append"):
                if not action.own or key not in action.body:
                    continue
                for path, target, value in members(action.body[key], (*action.path, key)):
                    yield from _target(context, view, action, path, target, form, computed)
                    yield from _fits(context, view, action, path, target, value, form)


def _computed(context: Context, view: ProcessView) -> set[str]:
    form = text(view.document.value.get("form"))
    found = context.find("form", form) if form else None
    return set(body(found.value.get("compute"))) if found is not None else set()


def _target(
    context: Context,
    view: ProcessView,
    action: ActionView,
    path: Path,
    target: str,
    form: Node | None,
    computed: set[str],
) -> Iterator[Finding]:
    document = view.document
    try:
        names = parse_target(target).names
    except (FeelError, RecursionError) as error:
        why = reason(error)
        yield document.finding(path, "expression.syntax", "target", why=why)
        return
    if form is not None:
        yield from unknown_field(document, path, ".".join(names), form)
    if ".".join(names) in computed:
        yield document.finding(path, "field.computed", name=".".join(names))


def _fits(
    context: Context,
    view: ProcessView,
    action: ActionView,
    path: Path,
    target: str,
    value: Any,
    form: Node | None,
) -> Iterator[Finding]:
    """The value's expression, which reads the fields of the rows that are written; its type."""
    names = _names(context, view, action)
    place = Inference()
    kind, rows = _place(target, names, place)
    for problem in place.problems if "[" in target else ():
        if problem.code != "expression.unknown_field":  # told as a field that is not there
            yield problem.finding(view.document, path)
    yield from judged(Site(view.document, path, value, names.within(rows)), view)
    wanted = kind.element if path[-2] == "append" else kind
    found = kind_of(value, names.within(rows))
    yield from misfits(view.document, path, target, wanted, found)


def misfits(
    document: Document, path: Path, target: str, wanted: k.Kind, found: k.Kind
) -> Iterator[Finding]:
    """A value of the kind `found` that the field `target` never takes."""
    if not fits(wanted, found):
        yield document.finding(
            path, "expression.types", "written", found=found.name, name=target, wanted=wanted.name
        )
    elif (odd := never("=", wanted, found)) is not None:
        hint = meant(odd[0], odd[1]) or one_of(odd[1])
        yield document.finding(path, "expression.never", value=f'"{cut(odd[0])}"', hint=hint)


@checks
def computed(context: Context) -> Iterator[Finding]:
    """What is computed fits its field."""
    for document in context.of_kind("form"):
        form = context.fields_of(document)
        for site in sites_of_form(document, names_of_form(context, document)):
            if form is None or site.path[0] != "compute":
                continue
            name = str(site.path[1])
            found = kind_of(site.value, site.names)
            wanted = k.of_node(find(form, tuple(name.split("."))))
            yield from misfits(document, site.path, name, wanted, found)


def _names(context: Context, view: ProcessView, action: ActionView) -> Names:
    names = context.callers.processes[id(view)]
    names = names.within(event_of(context, view, action.event))
    for outer in action.around:
        names = with_loop(names, outer)
    if action.undo:
        names = names.within({"result": k.ANY})
    return with_loop(names, action.body)


def _place(target: str, names: Names, inference: Inference) -> tuple[k.Kind, dict[str, k.Kind]]:
    """The kind of what is written, and the fields of the rows around it."""
    try:
        node = parse_expression(target).node
    except FeelError:
        return k.ANY, {}
    kind = inference.kind(node, names)
    source = getattr(node, "source", None)
    if "[" not in target or source is None:
        return kind, {}
    rows = Inference().kind(source, names).element
    return kind.element, dict(rows.fields)
