"""What an attached file is called: no path, nothing that hides or turns round, not too long."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from orderloom.forms.files import LONGEST_NAME

# Those that `forms.files.NAME` does not take: controls, and what changes how a text is read.
_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_ENDING: Final = re.compile(r"\.([A-Za-z0-9]{1,8})$")
_RESERVED: Final = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def clean_name(given: str) -> str:
    """The name as it is kept; empty where nothing is left of it."""
    last = re.split(r"[/\\]", given)[-1]
    whole = unicodedata.normalize("NFC", last).encode("utf-8", "ignore").decode()
    plain = " ".join(_HIDDEN.sub("", whole).replace(":", "_").split()).strip(" .")
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    return plain if len(plain) <= LONGEST_NAME else _shortened(plain)


def ending(name: str) -> str:
    """What stands behind the last point, in lower case; empty where that is no ending: a number, a
    whole word."""
    found = _ENDING.search(name)
    return found[1].lower() if found and not found[1].isdigit() and found.start() else ""


def _shortened(name: str) -> str:
    last = ending(name)
    tail = f".{last}" if last else ""
    return name[: LONGEST_NAME - len(tail)].rstrip(" .") + tail
