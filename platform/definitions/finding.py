"""What is wrong with a definition, told at its place, in any language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from orderloom.platform.definitions.saying import Said, Sayable, english
from orderloom.platform.words import Words

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding. `file`: relative to the bundle, `line` from 1, `path` with dots from the
    document's root (`stages.approval.on.approved`). `code`: stable and dotted. `message`: a
    sentence. `hint`: what to do, perhaps empty. Errors stop publishing, warnings do not (`errors`
    tells them apart). `sample`: names and values, plain or FEEL's, that show it, where some can.

    `said` and `advised`: message and hint before they were in English.
    """

    file: str
    line: int
    path: str
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    sample: Mapping[str, Any] | None = field(default=None, compare=False)
    said: Sayable | None = field(default=None, compare=False, repr=False)
    advised: Sayable | None = field(default=None, compare=False, repr=False)

    def in_words(self, words: Words) -> Finding:
        """The same finding in another language."""
        message = self.said.in_words(words) if self.said is not None else self.message
        hint = self.advised.in_words(words) if self.advised is not None else self.hint
        return replace(self, message=message, hint=hint)


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that stop publishing, scenarios, and `orderloom check` without `--strict`."""
    return tuple(one for one in findings if one.severity == "error")


def tell(
    place: tuple[str, int, str],
    code: str,
    variant: str,
    params: Mapping[str, Any],
    *,
    hint: Sayable | None = None,
    severity: Severity = "error",
    sample: Mapping[str, Any] | None = None,
) -> Finding:
    """The finding at `place` (file, line, path) with the sentences of the catalogue: at
    `<code>.said` and `<code>.hint`, of a variant `said_<variant>` and, where it has one of its
    own, `hint_<variant>`. `hint`: what is better advice in this one case.
    """
    said = Said(f"{code}.{'_'.join(filter(None, ('said', variant)))}", params)
    advised = hint or _advice(code, variant, params)
    file, line, path = place
    return Finding(
        file=file,
        line=line,
        path=path,
        code=code,
        message=said.in_words(english()),
        hint=advised.in_words(english()) if advised is not None else "",
        severity=severity,
        sample=sample,
        said=said,
        advised=advised,
    )


def _advice(code: str, variant: str, params: Mapping[str, Any]) -> Said | None:
    names = [f"{code}.hint_{variant}", f"{code}.hint"]
    found = (name for name in names if english().has(f"findings.{name}"))
    return next((Said(name, params) for name in found), None)
