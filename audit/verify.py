"""Checks a log without a line of the code that wrote it: standard library only.

`python -m orderloom.audit.verify export.zip`, or `python audit/verify.py export.zip` from
anywhere. Exit code 0: unbroken; 1: a problem is named; 2: usage; 3: the file cannot be read.
"""

from __future__ import annotations

import sys
import types
from pathlib import Path

if not __package__:
    # Run as a plain file: the files beside it are found as the package that they are elsewhere.
    for _name in ("orderloom", "orderloom.audit"):
        _package = types.ModuleType(_name)
        _package.__path__ = [str(Path(__file__).resolve().parent)]
        sys.modules.setdefault(_name, _package)

from orderloom.audit.verify_command import main
from orderloom.audit.verify_file import verify_file
from orderloom.audit.verify_lines import verify_lines
from orderloom.audit.verify_rows import Checker, Head, Problem, Report, Row, verify

__all__ = [
    "Checker",
    "Head",
    "Problem",
    "Report",
    "Row",
    "main",
    "verify",
    "verify_file",
    "verify_lines",
]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
