"""Bundles on disk: read with all their findings, and written back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orderloom.platform.definitions import Bundle, Finding, check, read_bundle, write_bundle
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.words import Words
from orderloom.rules import to_json


def findings_of(path: Path, words: Words | None = None) -> list[dict[str, Any]]:
    """Everything that is wrong with a bundle, as `{file,line,path,code,message,hint,severity}`, in
    English or in another language; `sample` where values can show it."""
    bundle = read_bundle(path)
    found = check(bundle) if isinstance(bundle, Bundle) else bundle
    return [finding_json(each, words) for each in found]


def open_bundle(path: Path) -> Bundle:
    """A bundle that can be read. Raises `Refused` with the findings as details."""
    bundle = read_bundle(path)
    if isinstance(bundle, Bundle):
        return bundle
    raise Refused(refused_by(bundle))


def save_bundle(bundle: Bundle, path: Path) -> None:
    """Writes a folder, or a zip where the path ends so."""
    write_bundle(bundle, path)


@dataclass(frozen=True, slots=True)
class Faulty(Rejection):
    """A finding as the detail of a refusal, which can be said in every language."""

    finding: Finding | None = None

    def sentence(self, words: Words) -> str:
        """The finding with its place."""
        if self.finding is None:
            return self.message
        return finding_line(finding_json(self.finding, words), words)


def refused_by(findings: Iterable[Finding]) -> Rejection:
    """Findings as one refusal."""
    found = tuple(findings)
    return Rejection(
        "bundle.findings",
        f"The bundle has {len(found)} findings.",
        {"count": len(found)},
        details=tuple(
            Faulty(
                each.code, f"{each.file}:{each.line} {each.message}", path=each.path, finding=each
            )
            for each in found
        ),
    )


def finding_json(finding: Finding, words: Words | None = None) -> dict[str, Any]:
    """A finding for programs, in English or in another language."""
    said = finding.in_words(words) if words is not None else finding
    return {
        "file": said.file,
        "line": said.line,
        "path": said.path,
        "code": said.code,
        "message": said.message,
        "hint": said.hint,
        "severity": said.severity,
        **({"sample": to_json(said.sample)} if said.sample is not None else {}),
    }


def finding_line(finding: dict[str, Any], words: Words) -> str:
    """A finding of `finding_json` for people: place, code, what is wrong, the way out."""
    place = f"{finding['file']}:{finding['line']}" if finding["file"] else ""
    code = f"[{finding['code']}]"
    mild = words.text("cli.check.warning") if finding["severity"] == "warning" else ""
    parts = (place, finding["path"], code, mild, finding["message"], finding["hint"])
    return " ".join(part for part in parts if part)
