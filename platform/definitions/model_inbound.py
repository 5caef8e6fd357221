"""Compiled messages of other systems (language 8): what each becomes, and how it proves itself."""

from __future__ import annotations

from dataclasses import dataclass

from orderloom.platform.definitions.model_actions import Code

Names = tuple[tuple[str, Code], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundEvent:
    """An event of the order of `process` whose `key` (or `number`) has the value of `value`."""

    process: str
    name: str
    key: str
    value: Code
    time: Code | None = None
    data: Names = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundOrder:
    """A new order of `process`."""

    process: str
    data: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One kind of message. Its expressions read `body` and `headers`.

    `once`: what makes a message the same when it comes again. `when`: which messages it is; None:
    all. `secret`: the name of what signs it (HMAC-SHA-256); None: it comes with a token.
    """

    id: str
    once: Code
    when: Code | None = None
    secret: str | None = None
    event: InboundEvent | None = None
    order: InboundOrder | None = None

    @property
    def process(self) -> str:
        """The process that it is for."""
        brought = self.event or self.order
        return brought.process if brought is not None else ""
