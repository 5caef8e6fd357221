"""The files of a world: who may name which, and which orders keep them."""

from __future__ import annotations

import hashlib
from typing import Any

from orderloom.platform.engine import outcome as o


class Files(set[tuple[str, str, int, str]]):
    """Who may name it (a person, an order's id), its digest, size and type."""

    def bring(self, by: str, name: str = "offer.pdf", size: int = 7) -> dict[str, Any]:
        """A file that somebody uploads, as data name it."""
        digest = hashlib.sha256(f"{name} {size}".encode()).hexdigest()
        self.add((by, digest, size, "application/pdf"))
        return {"name": name, "size": size, "type": "application/pdf", "sha256": digest}

    def namable(self, question: o.Files) -> list[str]:
        """Files that were brought, or that the order keeps."""
        kept = {one[1:] for one in self if one[0] in (question.person, str(question.order))}
        return sorted(one[0] for one in question.files if one in kept)

    def keep(self, order: int, digest: str) -> None:
        """The order names a file from now on."""
        self.update([(str(order), *one[1:]) for one in self if one[1] == digest])
