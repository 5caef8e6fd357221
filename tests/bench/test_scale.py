"""The bench of very many orders writes logs that verify, and what the index would make of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import verify_store
from orderloom.platform.bench import scale, scale_writing
from orderloom.platform.bench.engine import application
from orderloom.platform.bench.scale_rows import CHOSEN

ORDERS = 60
_FACTS = "SELECT * FROM audit_fact ORDER BY id"
_VALUES = 'SELECT slot, "key", entry, stream FROM audit_value'


def indexed(app: Application) -> tuple[Any, Any]:
    """What is searched, with words instead of their numbers."""
    with app.store.database.reading() as connection:
        kinds = {
            no: (kind, word)
            for kind, word, no in connection.execute(text("SELECT kind, word, no FROM audit_word"))
        }
        facts = [
            (*row[:4], *(kinds.get(no) for no in row[4:]))
            for row in connection.execute(text(_FACTS))
        ]
        rows = connection.execute(text(_VALUES))
        values = {(kinds[slot], *others) for slot, *others in rows}
    return facts, values


def test_what_is_written_is_what_the_program_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale_writing, "MODELS", 4)
    url = f"sqlite:///{tmp_path / 'scale.db'}"
    with application(url) as app:
        scale_writing.fill(app, url, ORDERS)
        told = verify_store(app)
        assert told["ok"], told
        assert app.audit_desk.index.run_once() == 0
        written = indexed(app)
        assert len(written[0]) > ORDERS * (len(CHOSEN) - 1)
        app.audit_desk.index.rebuild()
        assert indexed(app) == written


def test_every_figure_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in ((scale_writing, "MODELS", 2), (scale, "TIMES", 2)):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(scale, "WORK", 1)
    monkeypatch.setattr(scale, "ROUNDS", 1)
    many, few = (f"sqlite:///{tmp_path / name}.db" for name in ("many", "few"))
    base = scale.Base("SQLite", many, few, filled=tmp_path / "filled.txt")
    rows = scale.scale(base, 300, lambda text: None)
    assert all(len(row) == len(scale.HEAD) for row in rows)
    assert len(rows) > 15
    assert "300 orders" in rows[0][0]
    assert float(rows[1][3]) > 0

    for file in tmp_path.glob("few.db*"):
        file.unlink()
    again = scale.scale(base, 300, lambda text: None)
    # Kept, not filled a second time.
    assert again[0] == rows[0]
    assert [row[0].split(":")[0] for row in again] == [row[0].split(":")[0] for row in rows]
    with pytest.raises(RuntimeError, match="another size"):
        scale.scale(base, 400, lambda text: None)
