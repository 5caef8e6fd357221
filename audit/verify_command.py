"""The verifier's command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from orderloom.audit.verify_beside import (
    Kept,
    Receipt,
    earlier_anchors,
    read_anchor,
    read_receipts,
)
from orderloom.audit.verify_file import verify_file
from orderloom.audit.verify_notes import Key, read_key

USAGE, UNREADABLE = 2, 3


def main(arguments: Sequence[str]) -> int:
    """Prints the report as one JSON object, warnings on stderr, and answers the exit code."""
    try:
        asked = _parser().parse_args(arguments)
    except SystemExit as ended:
        return USAGE if ended.code else 0
    try:
        keys = [_key(each) for each in asked.key]
        kept = _kept(asked.receipt, asked.anchor, asked.earlier)
    except ValueError as error:
        print(error, file=sys.stderr)
        return USAGE
    except OSError as error:
        print(error, file=sys.stderr)
        return UNREADABLE
    try:
        report = verify_file(
            Path(asked.export),
            keys=keys,
            kept=kept,
            unsigned=asked.unsigned,
            processes=asked.processes,
        )
    except OSError as error:
        print(error, file=sys.stderr)
        return UNREADABLE
    for warning in report.facts.get("warnings", ()):
        print(f"WARNING: {warning}", file=sys.stderr)
    print(json.dumps(report.to_json()))
    return 0 if report.ok else 1


def _kept(receipts: list[str], anchors: list[str], earlier: str | None) -> Kept:
    told: list[Receipt] = []
    for each in receipts:
        told += read_receipts(Path(each).read_text() if Path(each).is_file() else each)
    checkpoints = [found for each in anchors for found in read_anchor(Path(each))]
    if earlier is None:
        return Kept(told, checkpoints)
    return Kept(told, [*checkpoints, *earlier_anchors(Path(earlier))], Path(earlier))


def _key(text: str) -> Key:
    """A key, or the first line of a file that holds one."""
    path = Path(text)
    return read_key(path.read_text().strip().splitlines()[0] if path.is_file() else text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="verify.py",
        description="Says whether anything in an export of an Orderloom log was altered.",
        epilog="Exit code 0: unbroken; 1: a problem is named; 2: usage; 3: a file cannot be read.",
    )
    add = parser.add_argument
    add("export", help="the export or evidence pack")
    add("--key", action="append", default=[], metavar="VKEY", help="trust this key, no other")
    add(
        "--receipt",
        action="append",
        default=[],
        metavar="STREAM:SEQ:HASH",
        help="or a file of such",
    )
    add("--anchor", action="append", default=[], metavar="FILE", help="checkpoints kept elsewhere")
    add("--earlier", metavar="OLD.zip", help="an export that this one must continue")
    add("--unsigned", action="store_true", help="nobody need have signed what is no entry")
    add("--processes", type=int, metavar="N", help="by default as many as pay")
    return parser
