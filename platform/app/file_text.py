"""The beginning of a text file, for a page."""

from __future__ import annotations

from typing import Final

from orderloom.platform.app.attachments import Opened

MOST_SIGNS: Final = 20_000
MOST_LINES: Final = 200


def beginning(opened: Opened) -> tuple[str, bool]:
    """The first lines, and whether there is more. Text that is not UTF-8 is read as the code page
    of older Windows programs in central Europe."""
    piece = next(opened.pieces())
    try:
        text = piece.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A sign that the end of the piece cuts in two is no other encoding.
        cut = error.start >= len(piece) - 3 and opened.file.size > len(piece)
        text = piece.decode("utf-8-sig" if cut else "cp1250", "ignore" if cut else "replace")
    whole = "\n".join(text.splitlines())
    kept = "\n".join(whole.split("\n")[:MOST_LINES])[:MOST_SIGNS]
    return kept, len(kept) < len(whole) or opened.file.size > len(piece)
