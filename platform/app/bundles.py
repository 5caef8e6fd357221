"""Bundles on disk: read with all their findings, and written back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from orderloom.platform.definitions import Bundle, Finding, check, read_bundle, write_bundle
from orderloom.platform.problem import Refused, Rejection


def findings_of(path: Path) -> list[dict[str, Any]]:
    """Everything that is wrong with a bundle, as `{file,line,path,code,message,hint}`."""
    bundle = read_bundle(path)
    found = check(bundle) if isinstance(bundle, Bundle) else bundle
    return [finding_json(each) for each in found]


def open_bundle(path: Path) -> Bundle:
    """A bundle that can be read. Raises `Refused` with the findings as details."""
    bundle = read_bundle(path)
    if isinstance(bundle, Bundle):
        return bundle
    raise Refused(refused_by(bundle))


def save_bundle(bundle: Bundle, path: Path) -> None:
    """Writes a folder, or a zip where the path ends so."""
    write_bundle(bundle, path)


def refused_by(findings: list[Finding] | tuple[Finding, ...]) -> Rejection:
    """Findings as one refusal."""
    return Rejection(
        "bundle.findings",
        f"The bundle has {len(findings)} findings.",
        {"count": len(findings)},
        details=tuple(
            Rejection(each.code, f"{each.file}:{each.line} {each.message}", path=each.path)
            for each in findings
        ),
    )


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding for programs."""
    return {
        "file": finding.file,
        "line": finding.line,
        "path": finding.path,
        "code": finding.code,
        "message": finding.message,
        "hint": finding.hint,
        "severity": finding.severity,
    }
