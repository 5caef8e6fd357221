"""Messages of other systems (language 8): proved, kept, carried out, tried again."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from orderloom.platform.app.inbound_carrying import FIRST_PAUSE, MOST_TRIES, Carrying
from orderloom.platform.app.inbound_headers import is_of, is_signed, told
from orderloom.platform.app.inbound_reading import identity, wants
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.refusals import rejection_json
from orderloom.platform.codec import CodecError, loads_strict
from orderloom.platform.definitions.model_inbound import InboundMessage
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store import StoreError
from orderloom.platform.store.inbound_rows import (
    Arrival,
    Became,
    InboundTables,
    KeptMessage,
    State,
)

LIMIT: Final = 1_048_576
DEPTH: Final = 50
BATCH: Final = 64
# The request that brings a message carries it out; should it not live to, the worker does.
LEFT_TO_REQUEST: Final = timedelta(seconds=30)
BROKEN: Final = Rejection("internal", "Something is broken on our side.")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request of another system. `message`: the one it was sent to, none for whichever wants it.
    `headers`: names in lower case. `sender`: the user of its token, if it has one."""

    organisation: int
    connector: str
    message: str | None = None
    raw: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    sender: Actor | None = None


class Inbound:
    """Takes messages. `secrets`: names → values, from the environment. `now` is the clock's."""

    def __init__(
        self,
        tables: InboundTables,
        carrying: Carrying,
        now: Callable[[], datetime],
        *,
        secrets: Callable[[str], str | None],
        metrics: Metrics | None = None,
    ) -> None:
        self._tables = tables
        self._carrying = carrying
        self._now = now
        self._secrets = secrets
        self._metrics = metrics or Metrics()

    def receive(self, sent: Sent) -> tuple[KeptMessage, ...] | Rejection:
        """The messages that a request came to be, durable, and what became of them so far. The
        same request again: the same messages. Raises `StoreError`: then nothing was kept."""
        messages = self._proved(sent)
        if isinstance(messages, Rejection):
            return messages
        try:
            body = loads_strict(sent.raw, limit_bytes=LIMIT, depth=DEPTH)
        except CodecError as error:
            place = {"line": error.line, "column": error.column} if error.line else {}
            return Rejection(error.code, str(error), place)
        now = self._now()
        arrivals = self._arrivals(sent, messages, body, now)
        kept = self._tables.keep(arrivals, due=now + LEFT_TO_REQUEST)
        return tuple(self.carried(each) for each in kept)

    def run_once(self, limit: int = BATCH) -> int:
        """Tries up to `limit` messages that are due; how many there were. Raises `StoreError`."""
        due = self._tables.due(self._now(), limit)
        for kept in due:
            self.carried(kept)
        return len(due)

    def carried(self, kept: KeptMessage) -> KeptMessage:
        """A message after one try, if there is something to try."""
        if kept.state is not State.RECEIVED:
            return kept
        became = self._guarded(kept)
        self._tables.became(kept, became)
        self._tell(kept, became)
        return self._tables.one(kept.arrival.organisation, kept.id) or kept

    # ── who may send what ────────────────────────────────────────────────────────────────────

    def _proved(self, sent: Sent) -> tuple[InboundMessage, ...] | Rejection:
        """Those of the connector's messages that the sender has proved to be allowed to send."""
        known = self._carrying.messages(sent.organisation, sent.connector)
        asked = tuple(each for each in known if sent.message in (None, each.id))
        if not asked:
            name = ".".join(filter(None, (sent.connector, sent.message)))
            params = {"name": name}
            return Rejection("inbound.not_found", f"there is no inbound {name}", params)
        if is_signed(sent.headers):
            return self._signed(sent, asked)
        unsigned = tuple(each for each in asked if each.secret is None)
        if not unsigned:
            return Rejection("inbound.unsigned", "Expected a signature of the body.")
        if sent.sender is None:
            return Rejection("token.missing", "Expected the header Authorization: Bearer …")
        return needs(sent.sender, "inbound.send") or unsigned

    def _signed(
        self, sent: Sent, asked: Sequence[InboundMessage]
    ) -> tuple[InboundMessage, ...] | Rejection:
        names = sorted({each.secret for each in asked if each.secret is not None})
        secrets = {name: self._secrets(name) for name in names}
        good = {
            name
            for name, value in secrets.items()
            if value and is_of(value, sent.raw, sent.headers)
        }
        if good:
            return tuple(each for each in asked if each.secret in good)
        missing = [name for name, value in secrets.items() if not value]
        if missing:
            log.error("secret not set", extra={"connector": sent.connector})
            return Rejection("inbound.no_secret", "The secret of the signature is not set here.")
        return Rejection("inbound.signature", "The signature is not that of this body.")

    # ── what is kept ─────────────────────────────────────────────────────────────────────────

    def _arrivals(
        self, sent: Sent, messages: Sequence[InboundMessage], body: object, now: datetime
    ) -> list[Arrival]:
        headers = told(sent.headers)
        scopes = {
            each.id: self._carrying.came(
                each, body, headers=headers, organisation=sent.organisation, received=now
            )
            for each in messages
        }
        whole = hashlib.sha256(sent.raw).hexdigest()
        # What cannot be judged is kept too: somebody has to look at it.
        wanted = {each.id: each for each in messages if wants(each, scopes[each.id]) is not False}
        ids = {id_: identity(message, scopes[id_]) for id_, message in wanted.items()}
        once = {id_: f"?{whole}" if isinstance(it, Rejection) else it for id_, it in ids.items()}
        return [
            Arrival(
                organisation=sent.organisation,
                connector=sent.connector,
                message=id_,
                once=digest,
                body=sent.raw.decode(),
                headers=headers,
                received=now,
                sender=sent.sender.id if sent.sender is not None else None,
            )
            for id_, digest in (once or {"": whole}).items()
        ]

    # ── one try ──────────────────────────────────────────────────────────────────────────────

    def _guarded(self, kept: KeptMessage) -> Became:
        """A bug is an answer too, else the message would come back for ever."""
        try:
            return self._carrying.carry_out(kept)
        except StoreError:
            raise
        except Exception:
            log.exception("message failed", extra={"message_id": kept.id})
        problem = rejection_json(BROKEN)
        if kept.attempts >= MOST_TRIES:
            return Became(state=State.QUARANTINED, problem=problem)
        due = self._now() + FIRST_PAUSE * 2 ** min(kept.attempts, 10)
        return Became(state=State.RECEIVED, problem=problem, due=due)

    def _tell(self, kept: KeptMessage, became: Became) -> None:
        """Never what came: the body is nobody's to read in a log."""
        self._metrics.inbound.labels(str(became.state)).inc()
        code = (became.problem or {}).get("code")
        told_of = log.warning if became.state is State.QUARANTINED else log.info
        told_of(
            "message",
            extra={
                "message_id": kept.id,
                "connector": kept.arrival.connector,
                "kind": kept.arrival.message,
                "state": str(became.state),
                "code": code,
            },
        )
