"""Measurements beside the raw limits, as ratios of one run."""

from orderloom.platform.bench.report import Report
from orderloom.platform.bench.run import GROUPS, bench, write

__all__ = ["GROUPS", "Report", "bench", "write"]
