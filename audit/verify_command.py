"""The verifier's command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from orderloom.audit.verify_file import verify_file


def main(arguments: list[str]) -> int:
    """Prints the report as one JSON object and answers the exit code."""
    if len(arguments) != 1:
        print("usage: verify.py EXPORT", file=sys.stderr)
        return 2
    try:
        report = verify_file(Path(arguments[0]))
    except OSError as error:
        print(error, file=sys.stderr)
        return 3
    print(json.dumps(report.to_json()))
    return 0 if report.ok else 1
