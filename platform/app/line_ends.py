"""Line ends of a text that was in a browser, which knows one kind of them."""

from __future__ import annotations

import re
from typing import Final

_ENDS: Final = re.compile(r"\r\n|\r|\n")


def as_ended(text: str, like: str) -> str:
    """`text` with the line ends of `like`, of which it was made: lines before and after what was
    changed keep theirs, new lines get what most have."""
    ends = _ENDS.findall(like)
    if all(end == "\n" for end in ends):
        return _ENDS.sub("\n", text)
    old, new = _ENDS.split(like), _ENDS.split(text)
    usual = max(dict.fromkeys(ends), key=ends.count)
    before = min(_same(old, new), len(new) - 1, len(ends))
    after = max(_same(old[before:][::-1], new[before:][::-1]) - 1, 0)
    kept = [
        *ends[:before],
        *[usual] * (len(new) - 1 - before - after),
        *ends[len(ends) - after :],
    ]
    made = "".join(f"{line}{end}" for line, end in zip(new, [*kept, ""], strict=True))
    # A line that ends with CR and an empty one that ends with LF are one end when they meet.
    plain = "\n".join(new)
    return made if _ENDS.sub("\n", made) == plain else plain


def _same(one: list[str], other: list[str]) -> int:
    """How many lines both begin with."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count
