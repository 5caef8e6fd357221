"""The outcome of a bench run, as tables for people and as JSON for programs."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from orderloom.platform.bench.calibration import Calibration
from orderloom.platform.bench.rounds import Result


@dataclass(frozen=True)
class Section:
    """Contestants of one kind. `unit`: what is counted (`order`, `request`, `evaluation`)."""

    title: str
    unit: str
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Sheet:
    """Any other figures: a table of texts. `text`: what stands under it, as it is printed."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text: str = ""


@dataclass(frozen=True)
class Report:
    """One run on one machine. `missing` names what could not be measured, and why."""

    calibration: Calibration
    rounds: int
    sections: tuple[Section, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    missing: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Plain values; ratios are texts, so that no reader rounds them again."""
        return asdict(self)

    def markdown(self) -> str:
        """Markdown tables with the calibration above them."""
        machine = self.calibration
        head = (
            f"{machine.cores} cores, {machine.loop_ns} ns a loop, SHA-256 {machine.sha256_mb_s} "
            f"MB/s, fdatasync {machine.fdatasync_us} µs. "
            f"Medians of {self.rounds} interleaved rounds."
        )
        parts = [head, *map(_section, self.sections), *map(_sheet, self.sheets)]
        if self.missing:
            parts.append("\n".join(f"- Not measured: {name}" for name in self.missing))
        return "\n\n".join(parts)


def _section(section: Section) -> str:
    head = ("contestant", f"{section.unit}s/s", f"µs/{section.unit}", "ratio", "of", "goal")
    rows = [row for result in section.results for row in _rows(result)]
    return f"### {section.title}\n\n{_table(head, rows, '|---|--:|--:|--:|---|---|')}"


def _rows(result: Result) -> list[tuple[str, ...]]:
    figures = (result.name, f"{result.per_second:,}", result.microseconds)
    if not result.ratios:
        return [(*figures, "", "", "")]
    ratios = [(each.value, each.of, each.goal or "") for each in result.ratios]
    return [(*figures, *ratios[0]), *(("", "", "", *each) for each in ratios[1:])]


def _sheet(sheet: Sheet) -> str:
    ruler = "|---|" + "--:|" * (len(sheet.head) - 1)
    parts = [f"### {sheet.title}"]
    if sheet.rows:
        parts.append(_table(sheet.head, sheet.rows, ruler))
    if sheet.text:
        parts.append(f"```text\n{sheet.text}\n```")
    return "\n\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], ruler: str) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], ruler, *lines[1:]])
