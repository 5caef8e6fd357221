"""Decisions of other tools in, and ours out, as DMN models on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from orderloom.platform.codec import dump_yaml
from orderloom.platform.definitions import Bundle
from orderloom.platform.problem import Refused, Rejection
from orderloom.rules import FeelError
from orderloom.rules.dmn_elements import LIMIT_BYTES
from orderloom.rules.dmn_writing import write_dmn
from orderloom.rules.dmn_xml import DmnModel, read_dmn

MOST_FILES: Final = 10_000


def import_dmn(path: Path, out: Path | None = None) -> dict[str, Any]:
    """What the models at `path`, a file or a folder of `.dmn` files, give.

    `{of, imported, unsupported, lost, decisions: {there, taken, listed, lost}, …, files: […]}`; a
    file is `imported` when nothing that decides was left out, else `unsupported` says what. With
    `out` each file with decisions becomes one of YAML there, those of the same name are replaced.
    Raises `Refused`, `OSError`.
    """
    files = list(_files(path))
    if not files:
        message = f"There are no .dmn files in {path.name}."
        raise Refused(Rejection("dmn.no_files", message, {"path": path.name}))
    told: list[dict[str, Any]] = []
    totals: dict[str, dict[str, int]] = {}
    for name, file in files:
        with file.open("rb") as opened:
            model = read_dmn(opened.read(LIMIT_BYTES + 1))
        told.append(_told(name, model))
        for kind, counts in model.counts.items():
            total = totals.setdefault(kind, dict.fromkeys(counts, 0))
            totals[kind] = {key: total[key] + count for key, count in counts.items()}
        if out is not None and model.decisions:
            _write(out / f"{name.removesuffix('.dmn')}.yaml", model)
    imported = sum(one["result"] == "imported" for one in told)
    return {
        "of": len(told),
        "imported": imported,
        "unsupported": len(told) - imported,
        "decisions": sum(len(one["decisions"]) for one in told),
        "lost": sum(one["lost"] for one in told),
        "counts": totals,
        "files": told,
    }


def export_dmn(bundle: Bundle, target: Path, *, only: tuple[str, ...] = ()) -> int:
    """Writes the decisions of a bundle, or the named ones with all that they require, as one model.

    Gives their number. Raises `Refused`, `OSError`.
    """
    documents = {one.id: one.value for one in bundle.documents if one.kind == "decision"}
    for id_ in only:
        if id_ not in documents:
            message = f"There is no decision {id_}."
            raise Refused(Rejection("decision.not_found", message, {"decision": id_}))
    wanted = _closure(documents, only) if only else list(documents)
    if not wanted:
        raise Refused(Rejection("dmn.no_decisions", "There are no decisions to export."))
    try:
        text = write_dmn(
            [documents[id_] for id_ in wanted], name=str(bundle.meta.get("bundle") or wanted[0])
        )
    except FeelError as error:
        params = {"problem": str(error)}
        raise Refused(Rejection("dmn.not_written", str(error), params)) from error
    target.write_text(text, encoding="utf-8", newline="\n")
    return len(wanted)


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_file():
        yield path.name, path
        return
    for number, file in enumerate(sorted(path.rglob("*.dmn"))):
        if number >= MOST_FILES:
            message = f"There are more than {MOST_FILES} files."
            raise Refused(Rejection("dmn.too_many", message, {"most": MOST_FILES}))
        if file.is_file() and not file.is_symlink():
            yield file.relative_to(path).as_posix(), file


def _told(name: str, model: DmnModel) -> dict[str, Any]:
    return {
        "file": name,
        "result": "unsupported" if model.unsupported else "imported",
        "decisions": [one["id"] for one in model.decisions],
        "unsupported": list(model.unsupported),
        "adapted": list(model.adapted),
        "notes": list(model.notes),
        "counts": {kind: dict(counts) for kind, counts in model.counts.items()},
        "lost": model.lost,
    }


def _write(target: Path, model: DmnModel) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    text = "---\n".join(dump_yaml(one) for one in model.decisions)
    target.write_text(text, encoding="utf-8", newline="\n")


def _closure(documents: Mapping[str, Mapping[str, Any]], only: tuple[str, ...]) -> list[str]:
    """The decisions and all that they require, in the order of the bundle."""
    found: set[str] = set()
    waiting = list(only)
    while waiting:
        id_ = waiting.pop()
        if id_ in found or id_ not in documents:
            continue
        found.add(id_)
        requires = documents[id_].get("requires") or {}
        waiting += [str(one).partition("@")[0] for one in requires.values()]
    return [id_ for id_ in documents if id_ in found]
