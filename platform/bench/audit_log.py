"""How fast a log is sealed and verified, beside hashing its bytes and nothing else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from orderloom.audit.chain import genesis, link
from orderloom.platform.app.anchoring import Anchoring
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.app.seal_keys import KeyFile
from orderloom.platform.app.sealing import Sealing
from orderloom.platform.app.verifying import verify_database
from orderloom.platform.bench.entry_rates import entry_rate
from orderloom.platform.bench.report import Sheet
from orderloom.platform.codec import dumps
from orderloom.platform.store import Store, open_store

ENTRIES: Final = 200_000
EACH: Final = 12
TOGETHER: Final = 50
GOAL: Final = "≥ 300000"
# A body of about 400 bytes, as the reference order's are.
NOTE: Final = "x" * 280
_ENTRY: Final = (
    "INSERT INTO audit_entry (organisation_id, stream, seq, type, at, actor, body, hash)"
    " VALUES (1, :stream, :seq, 'decided', :at, 'u_1', :body, :hash)"
)
_ORDER: Final = (
    "INSERT INTO order_row (id, organisation_id, process, release_no, revision, status, chain_seq,"
    " commands, chain_head, state, data)"
    " VALUES (:id, 1, 'p', 1, 1, 'open', :seq, :seq, :head, '{}', '{}')"
)
_AT: Final = "2026-11-22T05:47:56.123456Z"


def audit_log(folder: Path, count: int = ENTRIES) -> Sheet:
    """A synthetic log of so many entries in an SQLite file."""
    url = f"sqlite:///{folder / 'audit.db'}"
    store = open_store(url, synchronous="NORMAL")
    store.migrate()
    bodies = _fill(store, count)
    rows = [entry_rate("sealed", len(bodies), lambda: _sealer(store).seal())]
    # Opened anew there is no thread that writes, and child processes begin at once.
    store.close()
    store = open_store(url)
    rows.append(entry_rate("raw SHA-256 loop", len(bodies), lambda: _hash(bodies)))
    rows.append(entry_rate("verified, 1 process", len(bodies), partial(_verify, store, 1)))
    rows.append(entry_rate("verified, 2 processes", len(bodies), partial(_verify, store, 2), GOAL))
    store.close()
    title = f"An audit of {len(bodies):,} entries, SQLite"
    return Sheet(title, ("what", "entries/s", "CPU µs/entry", "goal"), tuple(rows))


def _fill(store: Store, count: int) -> Sequence[bytes]:
    """Writes orders of twelve entries, fifty at a time; what was hashed."""
    hashed: list[bytes] = []
    with store.database.writing() as connection:
        for first in range(1, count // EACH + 1, TOGETHER):
            heads = {n: genesis(store.log, n) for n in range(first, first + TOGETHER)}
            rows = list(_entries(heads, hashed))
            connection.exec_driver_sql(_ENTRY, rows)
            connection.exec_driver_sql(
                _ORDER,
                [
                    {"id": n, "seq": EACH, "head": b64encode(head).decode()}
                    for n, head in heads.items()
                ],
            )
    return hashed


def _entries(heads: dict[int, bytes], hashed: list[bytes]) -> Iterator[dict[str, Any]]:
    for seq in range(1, EACH + 1):
        for n in heads:
            facts = {"act": "u_1", "at": _AT, "c": [seq, 0, 1], "ch": "api", "note": NOTE}
            body = dumps({**facts, "rt": 1, "t": "decided", "v": 1})
            hashed.append(heads[n] + body)
            heads[n] = link(heads[n], n, seq, body)
            yield {
                "stream": n,
                "seq": seq,
                "at": _AT,
                "body": body.decode(),
                "hash": b64encode(heads[n]).decode(),
            }


def _sealer(store: Store) -> Sealing:
    metrics = Metrics()
    anchoring = Anchoring(store.seal, (), _now, metrics=metrics)
    keys = KeyFile(None, f"orderloom/{store.log}")
    return Sealing(store.seal, store.log, keys, _now, metrics=metrics, anchoring=anchoring)


def _verify(store: Store, processes: int) -> None:
    report = verify_database(store, processes=processes)
    if not report["ok"] or report["unsealed"]:
        raise RuntimeError(f"the log of the bench is not whole: {report}")


def _hash(bodies: Sequence[bytes]) -> None:
    for body in bodies:
        sha256(body).digest()


def _now() -> datetime:
    return datetime(2026, 11, 22, tzinfo=UTC)
