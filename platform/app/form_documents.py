"""Files that describe forms, each as a form of ours: shown, filled in, given back, or why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orderloom.forms.foreign import adopt
from orderloom.forms.foreign_schema import Unsupported
from orderloom.forms.form import Form
from orderloom.forms.round_trip import lost
from orderloom.forms.sampling import sample_of
from orderloom.forms.schema import exact_validator
from orderloom.platform.codec import CodecError, loads_strict
from orderloom.platform.words import LANGUAGES

FAULTS: Final = ("unreadable", "lost")


@dataclass(frozen=True, slots=True)
class FormReport:
    """One document. `sample`: `own`, where the example of the document itself went through the
    form, `made`, where one was made from the schema, empty where there was none to be shown."""

    document: str
    unsupported: tuple[Unsupported, ...]
    sample: str = ""
    fields: int = 0

    @property
    def status(self) -> str:
        """`ok`, or `unsupported`."""
        return "unsupported" if self.unsupported else "ok"

    @property
    def faulty(self) -> bool:
        """Whether the document cannot be read, or data went lost: a fault, not a limit."""
        return any(one.what in FAULTS for one in self.unsupported)

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        told: dict[str, Any] = {
            "document": self.document,
            "status": self.status,
            "unsupported": [one.to_json() for one in self.unsupported],
        }
        return {**told, "sample": self.sample, "fields": self.fields}


def check_form_documents(folder: Path) -> Iterator[FormReport]:
    """The `.json` files in and below the folder, or the one file, in the order of their names."""
    files = sorted(folder.rglob("*.json")) if folder.is_dir() else [folder]
    for file in files:
        name = file.relative_to(folder).as_posix() if folder.is_dir() else file.name
        try:
            document = loads_strict(file.read_bytes())
        except CodecError as error:
            yield FormReport(name, (Unsupported("", "unreadable", str(error)),))
            continue
        yield _report(name, document)


def _report(name: str, document: Any) -> FormReport:
    if not isinstance(document, Mapping) or "schema" not in document:
        return FormReport(name, (Unsupported("", "unreadable", "no schema"),))
    adopted = adopt(document)
    if adopted.form is None:
        return FormReport(name, adopted.unsupported)
    form, more = adopted.form, list[Unsupported]()
    data, sample = adopted.data, "own"
    if data is None or not _valid(form, data):
        data, sample = sample_of(form.root), "made"
        sample = sample if _valid(form, data) else ""
    if not sample:
        more.append(Unsupported("", "example"))
    # A number written as text is read as the number: data of a wrong type are no measure.
    own = adopted.data if adopted.data is not None and not form.check_draft(adopted.data) else None
    tried = [one for one in (data, own) if one is not None]
    for language in LANGUAGES:
        fields = {path for one in tried for path in lost(form, one, language)}
        more += [Unsupported(path, "lost", language) for path in sorted(fields)]
    shown = sum(len(section.fields) for section in form.sections)
    return FormReport(name, (*adopted.unsupported, *more), sample, shown)


def _valid(form: Form, data: Mapping[str, Any]) -> bool:
    """By jsonschema itself, never by the quick check."""
    return bool(exact_validator(form.schema).is_valid(data))
