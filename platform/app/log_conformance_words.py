"""What came of a replayed log, as JSON and as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from orderloom.platform.app.log_conformance import UNKNOWN, CaseReport, LogReport, Refusal
from orderloom.platform.definitions.model import Release
from orderloom.platform.words import Words

MOST_DEVIATIONS: Final = 20
_THOUSANDTHS: Final = Decimal("0.001")


class Teller:
    """Says why something was refused, in one language."""

    def __init__(self, release: Release, words: Words) -> None:
        self._stages = release.process.stages
        self._events = release.process.events
        self._words = words

    def reason(self, refusal: Refusal) -> str:
        """A sentence: why the process did not take the activity."""
        rejection, words = refusal.rejection, self._words
        key = f"problems.{rejection.code}"
        params = {"message": rejection.message, **rejection.params}
        why = words.text(key, **params) if words.has(key) else rejection.message
        if not refusal.stages or rejection.code == UNKNOWN:
            return why
        where = ", ".join(self._title(each) for each in refusal.stages)
        expected = "; ".join(self._expected(refusal))
        key = "conformance.where" if expected else "conformance.where_nothing"
        return words.text(key, why=why, stages=where, expected=expected)

    def lines(self, report: LogReport, *, cases: bool) -> Iterator[str]:
        """Totals, the most frequent deviations, and with `cases` each case that does not fit."""
        words = self._words
        yield words.text(
            "conformance.events",
            accepted=report.accepted,
            of=report.events,
            share=percent(report.accepted, report.events),
        )
        yield words.text(
            "conformance.cases",
            fitting=report.fitting,
            of=len(report.cases),
            share=percent(report.fitting, len(report.cases)),
            ended=report.ended,
        )
        for key, count in most_frequent(report):
            yield words.text(
                "conformance.deviation",
                times=count,
                activity=key[0],
                why=self.reason(report.samples[key]),
            )
        for case in report.cases if cases else ():
            if case.refused:
                yield self._case(case)
                for each in case.refused:
                    yield "  " + words.text(
                        "conformance.refused",
                        number=each.n,
                        activity=each.activity,
                        why=self.reason(each),
                    )

    def to_json(self, report: LogReport) -> dict[str, Any]:
        """Totals, deviations and every case. `fitness`: the accepted part of all events."""
        return {
            "cases": len(report.cases),
            "events": report.events,
            "accepted": report.accepted,
            "refused": report.events - report.accepted,
            "fitting": report.fitting,
            "ended": report.ended,
            "fitness": _part(report.accepted, report.events),
            "deviations": [
                {
                    "activity": key[0],
                    "code": key[1],
                    "stages": list(key[2]),
                    "count": count,
                    "reason": self.reason(report.samples[key]),
                }
                for key, count in most_frequent(report, most=None)
            ],
            "by_case": [self._case_json(each) for each in report.cases],
        }

    def _expected(self, refusal: Refusal) -> list[str]:
        """The events that these stages take, as people call them."""
        names = {
            pattern
            for id_ in refusal.stages
            if id_ in self._stages
            for pattern, _ in self._stages[id_].on
            if pattern in self._events
        }
        titles = (self._words.choose(self._events[name].title) or name for name in names)
        return sorted(titles)

    def _case(self, case: CaseReport) -> str:
        return self._words.text(
            "conformance.case", case=case.case, accepted=case.accepted, of=case.events
        )

    def _case_json(self, case: CaseReport) -> dict[str, Any]:
        return {
            "case": case.case,
            "events": case.events,
            "accepted": case.accepted,
            "ended": case.ended,
            "outcome": case.outcome,
            "stages": list(case.stages),
            "refused": [
                {
                    "n": each.n,
                    "activity": each.activity,
                    "at": each.at.isoformat(),
                    "code": each.rejection.code,
                    "stages": list(each.stages),
                    "reason": self.reason(each),
                }
                for each in case.refused
            ],
        }

    def _title(self, stage: str) -> str:
        known = self._stages.get(stage)
        return (self._words.choose(known.title) if known is not None else "") or stage


def most_frequent(
    report: LogReport, *, most: int | None = MOST_DEVIATIONS
) -> list[tuple[tuple[str, str, tuple[str, ...]], int]]:
    """Deviations with how often they came, the most frequent first."""
    ordered = sorted(report.deviations.items(), key=lambda each: (-each[1], each[0]))
    return ordered[:most]


def percent(part: int, whole: int) -> str:
    """With one decimal place."""
    return f"{_part(part, whole) * 100:.1f} %"


def _part(part: int, whole: int) -> Decimal:
    return (Decimal(part) / whole).quantize(_THOUSANDTHS) if whole else Decimal(1)
