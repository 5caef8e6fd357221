"""The outcome of a bench run, as a table for people and as JSON for programs."""

from dataclasses import asdict, dataclass

from orderloom.platform.bench.calibration import Calibration
from orderloom.platform.bench.rounds import Result


@dataclass(frozen=True)
class Report:
    """One run on one machine. `missing` names what could not be measured, and why."""

    calibration: Calibration
    rounds: int
    results: tuple[Result, ...]
    missing: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Plain values; ratios are texts, so that no reader rounds them again."""
        return asdict(self)

    def markdown(self) -> str:
        """A Markdown table with the calibration above it."""
        machine = self.calibration
        head = (
            f"{machine.cores} cores, {machine.loop_ns} ns a loop, SHA-256 {machine.sha256_mb_s} "
            f"MB/s, fdatasync {machine.fdatasync_us} µs. "
            f"Medians of {self.rounds} interleaved rounds."
        )
        rows = [("contestant", "orders/s", "µs/order", "ratio", "of", "goal")]
        rows += [
            (
                each.name,
                f"{each.orders_per_second:,}",
                f"{each.microseconds_per_order:,}",
                each.ratio or "",
                each.against or "",
                each.goal or "",
            )
            for each in self.results
        ]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        lines.insert(1, "|---|--:|--:|--:|---|---|")
        missing = [f"Not measured: {name}" for name in self.missing]
        return "\n".join([head, "", *lines, *(["", *missing] if missing else [])])
