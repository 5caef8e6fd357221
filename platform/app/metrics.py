"""Counters and durations for `/metrics`, in a registry of their own per application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS: Final = (
    ".001",
    ".0025",
    ".005",
    ".01",
    ".025",
    ".05",
    ".1",
    ".25",
    ".5",
    "1",
    "2.5",
    "10",
)
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """What an operator watches. No label has a value that grows with orders or people."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.commands = Counter(
            "orderloom_commands",
            "Commands by kind and result: accepted, refused, failed",
            ["kind", "result"],
            registry=self.registry,
        )
        self.command_seconds = Histogram(
            "orderloom_command_seconds",
            "From submitting a command to its reply",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.commits = Counter(
            "orderloom_commits", "Transactions committed by the runner", registry=self.registry
        )
        self.inbound = Counter(
            "orderloom_inbound",
            "Tries of messages of other systems by what they came to",
            ["state"],
            registry=self.registry,
        )
        self.requests = Counter(
            "orderloom_requests",
            "HTTP requests by method, route and status",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "orderloom_request_seconds",
            "HTTP requests by route",
            ["route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.calls = Counter(
            "orderloom_calls",
            "Outgoing calls by connector and result: done, again, failed",
            ["connector", "result"],
            registry=self.registry,
        )
        self.messages = Counter(
            "orderloom_messages",
            "Messages to people by channel and result: sent, again, failed",
            ["channel", "result"],
            registry=self.registry,
        )
        self.timers = Counter("orderloom_timers", "Clocks that struck", registry=self.registry)
        self.behind = Gauge(
            "orderloom_behind_seconds",
            "How long the earliest due work has been waiting",
            registry=self.registry,
        )

        self.watch_behind = Gauge(
            "orderloom_watch_behind_seconds",
            "Since how long each watch has not read everything",
            ["ruleset"],
            registry=self.registry,
        )
        self.watch_hits = Counter(
            "orderloom_watch_letters",
            "Events that watches sent to orders",
            registry=self.registry,
        )
        self.audit_index_behind = Gauge(
            "orderloom_audit_index_behind_seconds",
            "How far what the auditor's desk searches is behind the log",
            registry=self.registry,
        )
        self.watches_stopped = Counter(
            "orderloom_watches_stopped",
            "Watches that were stopped because their ruleset failed",
            ["ruleset"],
            registry=self.registry,
        )

        self.sealed = Counter(
            "orderloom_sealed_entries",
            "Entries of the audit that became leaves of its tree",
            registry=self.registry,
        )
        self.seal_size = Gauge(
            "orderloom_seal_size", "Leaves of the newest checkpoint", registry=self.registry
        )
        self.seal_stopped = Gauge(
            "orderloom_seal_stopped",
            "1: nothing more is sealed, since something is wrong",
            registry=self.registry,
        )
        self.seal_behind = Gauge(
            "orderloom_seal_behind_seconds",
            "How long a transaction under way has kept entries from being sealed",
            registry=self.registry,
        )
        self.anchor_failures = Gauge(
            "orderloom_anchor_failures",
            "How often an anchor was tried in vain since it last took a checkpoint",
            ["anchor"],
            registry=self.registry,
        )

    def page(self) -> bytes:
        """The page in the text format of Prometheus."""
        return generate_latest(self.registry)

    @contextmanager
    def timed(self, histogram: Histogram) -> Iterator[None]:
        """Notes how long what is inside took."""
        began = perf_counter()
        try:
            yield
        finally:
            histogram.observe(perf_counter() - began)
