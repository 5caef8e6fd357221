"""What stands beside the entries of an evidence pack: texts that entries name by digest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import BinaryIO

from orderloom.audit.verify_plan import Plan
from orderloom.audit.verify_rows import CHANGED, INSERTED, Problem
from orderloom.audit.verify_zip import Damaged, Part, unpacked

DEFINITIONS = "definitions/"
ATTACHMENTS = "attachments.jsonl"


def check_extras(file: BinaryIO, plan: Plan) -> Iterator[Problem]:
    """Every part is as the manifest says; a definition is the text of its digest, and an entry
    names that digest, or a text does that an entry names."""
    texts: dict[str, tuple[Part, bytes]] = {}
    named: list[tuple[str, str]] = []
    for part in plan.extras:
        try:
            if not part.name.startswith(DEFINITIONS) and part.name != ATTACHMENTS:
                yield from _as_listed(file, part)
                continue
            content, good = unpacked(file, part)
            if not good:
                raise Damaged(part.name)
            if part.name == ATTACHMENTS:
                named += [(each, part.name) for each in _digests(content)]
                continue
            digest = part.name.removeprefix(DEFINITIONS).removesuffix(".json")
            if sha256(content).hexdigest() != digest:
                raise Damaged(part.name)
            texts[digest] = part, content
            named.append((digest, part.name))
        except (Damaged, ValueError, KeyError, TypeError):
            yield Problem(None, None, CHANGED, part.name)
    if named:
        yield from _unnamed(file, plan, named, [content for _, content in texts.values()])


def _as_listed(file: BinaryIO, part: Part) -> Iterator[Problem]:
    if not unpacked(file, part)[1]:
        yield Problem(None, None, CHANGED, part.name)


def _digests(content: bytes) -> list[str]:
    return [str(json.loads(line)["sha256"]) for line in content.splitlines()]


def _unnamed(
    file: BinaryIO, plan: Plan, digests: list[tuple[str, str]], texts: list[bytes]
) -> Iterator[Problem]:
    """Those that nothing names."""
    open_ = dict(digests)
    places = (unpacked(file, block.entries)[0] for block in plan.blocks)
    for content in (*places, *texts):
        for digest in [each for each in open_ if each.encode() in content]:
            del open_[digest]
    for part in open_.values():
        yield Problem(None, None, INSERTED, part)
