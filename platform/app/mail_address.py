"""What is taken for one mail address; whether it exists its server alone can tell."""

from __future__ import annotations

import re
from typing import Final

ADDRESS: Final = re.compile(r"[^\s@,;:<>\"()]+@[^\s@,;:<>\"()]+")
# RFC 5321, 4.5.3.1.3, without the angle brackets.
LONGEST: Final = 254


def is_mail_address(text: str) -> bool:
    """Whether mail can be tried with it: one address and nothing beside it."""
    return len(text) <= LONGEST and ADDRESS.fullmatch(text) is not None
