"""A form that is being designed, as people would see it: filled in with samples, kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from orderloom.forms import FieldProblem, Form, FormError, FormView, compile_form
from orderloom.forms.choosing import Records, no_records
from orderloom.forms.nodes import find, knows
from orderloom.forms.sampling import sample_of
from orderloom.platform.app.lookups import with_suggestions
from orderloom.platform.app.reading import Desk
from orderloom.platform.definitions import Document, errors, shape_findings
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.engine import Actor
from orderloom.platform.words import Words

DRAFT: Final = "draft"
RECORDS: Final = "collections.read"
# How often what is wrong is left out, and what is left looked at again.
PASSES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Who looks at the form, where an order stands, and what is in it. `stages`: the active one
    with those around it; none: a draft. `roles`: None is everybody who may change something.
    `typed`: names of fields with texts, over `data`; `data` None: a new order's. `every`: also
    what is missing is told. `filled`: with an example in place of `data`."""

    language: str
    roles: frozenset[str] | None = None
    stages: frozenset[str] = frozenset()
    data: Mapping[str, Any] | None = None
    typed: Sequence[tuple[str, str]] = ()
    every: bool = False
    filled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPreview:
    """`view`: None where the schema is no schema; `why` then says so. `data`: the samples."""

    view: FormView | None
    data: Mapping[str, Any]
    why: str = ""


def previewed(
    document: Mapping[str, Any],
    sample: Sample,
    *,
    desk: Desk,
    actor: Actor,
    prefix: str,
    keys: Mapping[str, str],
    records: Records = no_records,
) -> FormPreview:
    """The form of a definition that nobody has kept. What has a wrong shape is left out: it is
    among the findings. Records are searched only for those who may read them. `keys`: by
    collection, the field of its key; `prefix`: what all names of controls begin with."""
    words = Words(sample.language)
    try:
        form = compile_form(_shapely(document))
    except FormError as error:
        return FormPreview(view=None, data=sample.data or {}, why=str(error))
    knowing = RECORDS in actor.permissions
    data, told = _filled_in(form, sample, desk, actor, records if knowing else no_records)
    found = [each for each in form.validate(data) if sample.every or _is_there(data, each.path)]
    paths = {each.path for each in told}
    view = form.view(
        data,
        stages=sample.stages,
        draft=not sample.stages,
        actor={**actor.record(), "roles": sorted(_roles(form, sample))},
        language=sample.language,
        words=words,
        problems=(*told, *(each for each in found if each.path not in paths)),
        prefix=prefix,
    )
    blind = desk if knowing else replace(desk, search=lambda *_: ())
    shown = with_suggestions(view, form, blind, replace(actor, language=sample.language), keys)
    return FormPreview(view=shown, data=data)


def _shapely(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The definition without what has a wrong shape; of the layout only the parts that have."""
    value = dict(document)
    for _ in range(PASSES):
        whole = Document(kind="form", id="", file="", line=1, value=value)
        wrong = errors(tuple(shape_findings(whole)))
        if not wrong:
            return value
        _leave_out(value, wrong)
    raise FormError("schema", "the form has too many faults to be shown")


def _leave_out(value: dict[str, Any], wrong: Sequence[Finding]) -> None:
    parts: set[int] = set()
    for each in wrong:
        key, _, below = each.path.partition(".")
        index = below.partition(".")[0]
        if key == "layout" and index.isdigit():
            parts.add(int(index))
        elif key == "schema":
            raise FormError(each.path, each.message)
        elif key in ("", "kind", "id", "title"):
            # They have no part in what is shown, and the schema asks for them.
            value.update(kind="form", id="form", title="Form")
            value.setdefault("schema", {})
        else:
            value.pop(key, None)
    if parts:
        layout = value["layout"]
        value["layout"] = [each for at, each in enumerate(layout) if at not in parts]


def _filled_in(
    form: Form, sample: Sample, desk: Desk, actor: Actor, records: Records
) -> tuple[Mapping[str, Any], tuple[FieldProblem, ...]]:
    """The data with what was typed, and what could not be read of it. Fields that the form has
    not any more, or that nobody fills in, are passed over: the form is being changed."""
    now = desk.now().astimezone(ZoneInfo(actor.zone))
    names = {"now": now, "today": now.date(), "actor": actor.record()}
    given: Any = _example(form) if sample.filled else sample.data
    data = given if isinstance(given, Mapping) else form.defaults({}, names)
    typed = [(name, text) for name, text in sample.typed if _is_typed(form, name)]
    if not typed:
        return data, ()
    read = form.submit(typed, data, language=sample.language, records=records)
    return read.data, () if read.strange else read.problems


def _example(form: Form) -> Any:
    """What the schema makes one think of, without the texts that fit no pattern."""
    data = sample_of(form.root)
    misfits = {each.path for each in form.validate(data)} if isinstance(data, Mapping) else set()
    return _without(data, "", misfits)


def _without(data: Any, path: str, misfits: set[str]) -> Any:
    """The data without the texts at these places."""
    if isinstance(data, list):
        return [_without(each, f"{path}.{n}".lstrip("."), misfits) for n, each in enumerate(data)]
    if not isinstance(data, Mapping):
        return data
    places = {key: f"{path}.{key}".lstrip(".") for key in data}
    return {
        key: _without(each, places[key], misfits)
        for key, each in data.items()
        if not (isinstance(each, str) and places[key] in misfits)
    }


def _is_typed(form: Form, name: str) -> bool:
    if name.startswith("_"):
        return True
    plain = (part for part in name.split(".") if not part.startswith("_"))
    path = tuple(part for part in plain if not part.isdigit())
    known = bool(path) and knows(form.root, path) == "yes" and find(form.root, path) is not None
    return known and not form.is_computed(path) and not form.is_read_only(path)


def _is_there(data: Any, path: str) -> bool:
    """Whether something stands at the place of a problem."""
    for part in path.split(".") if path else ():
        if isinstance(data, list):
            data = data[int(part)] if part.isdigit() and int(part) < len(data) else None
        else:
            data = data.get(part) if isinstance(data, Mapping) else None
    return data not in (None, "", [])


def _roles(form: Form, sample: Sample) -> frozenset[str]:
    if sample.roles is not None:
        return sample.roles
    rules = form.document.get("edit") or ()
    named = [rule.get("by") for rule in rules if isinstance(rule, Mapping)]
    listed = [each for by in named for each in (by if isinstance(by, list) else [by])]
    found = [each.get("role") if isinstance(each, Mapping) else each for each in listed]
    return frozenset(each for each in found if isinstance(each, str))
