"""The vectors that the format's description gives to whoever writes a verifier."""

from __future__ import annotations

import re
import textwrap

from parts.exported_log import KEY, LOG
from parts.shared_data import REPOSITORY

from orderloom.audit.verify_notes import read_checkpoint, read_key
from orderloom.audit.verify_rows import genesis, link
from orderloom.audit.verify_tree import leaf

TEXT = (REPOSITORY / "docs/audit-format.md").read_text(encoding="utf-8")


def test_the_vectors_hold() -> None:
    first = link(genesis(LOG, 42), 42, 1, b"{}")
    assert f"hash(1)      {first.hex()}" in TEXT
    assert f"leaf          {leaf(first).hex()}" in TEXT
    said = re.search(r"verifier key  (\S+)", TEXT)
    told = re.search(r"checkpoint    (.+?)```", TEXT, re.DOTALL)
    assert said
    assert told
    key = read_key(said[1])
    assert str(key) == str(KEY.verifier)
    note = textwrap.dedent(" " * 14 + told[1])
    checkpoint = read_checkpoint(note)
    assert (checkpoint.size, checkpoint.root) == (1, leaf(first))
    assert checkpoint.note.signed_by([key]) == (key,)
