"""Files of a form become what its fields say: kept, and named by the field they were chosen for."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from orderloom.platform.app.attachments import Attachments
from orderloom.platform.codec import dumps
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.web.fields import Fields

# The control of one file, and of several, behind the name of their field.
ONE: Final = "._file"
SEVERAL: Final = "._files"


def with_uploads(attachments: Attachments, actor: Actor, fields: Fields) -> Fields:
    """The fields with what was chosen in them. A file that is not taken is told by
    `<field>._refused`, which the form says at its field."""
    pairs = list(fields.pairs)
    left = []
    for upload in fields.uploads:
        ending = next((each for each in (ONE, SEVERAL) if upload.name.endswith(each)), None)
        if ending is None:
            left.append(upload)
            continue
        field = upload.name.removesuffix(ending)
        taken = attachments.take(actor, upload.filename, upload.source)
        if isinstance(taken, Rejection):
            pairs.append((f"{field}._refused", taken.code.partition(".")[2]))
            continue
        name = field if ending == ONE else f"{field}.{_next(pairs, field)}"
        pairs.append((name, dumps(taken.value()).decode()))
    return replace(fields, pairs=tuple(pairs), uploads=tuple(left))


def _next(pairs: list[tuple[str, str]], field: str) -> int:
    """The first free place of a list."""
    prefix = f"{field}."
    texts = (name.removeprefix(prefix) for name, _ in pairs if name.startswith(prefix))
    places = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 7]
    return max(places, default=-1) + 1
