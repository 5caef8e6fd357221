"""The child process that runs rulesets, and may die of them: `python -m …ruleset_child SECONDS`.

It says that it is ready by an empty answer. Then it reads one request at a time from its standard
input and answers on its standard output. A request that takes longer than `SECONDS` ends it by the
kernel's alarm, whatever the library does; it ends with its server: none is left behind.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Any, Final

from orderloom.platform.app.frames import HEAD, packed, unpacked
from orderloom.platform.app.ruleset_frames import event_from, hits_to_json, inferred_to_json
from orderloom.rules import Hit, Ruleset, RulesetStopped, compile_ruleset
from orderloom.rules.durable_adapter import DurableInference, LibraryError
from orderloom.rules.durable_watch import DurableWatch

MEMORY: Final = 2_000_000_000
Answer = dict[str, Any]


class Child:
    """The rulesets and watches of one child."""

    def __init__(self) -> None:
        self.library = f"durable_rules {version('durable_rules')}"
        self.rulesets: dict[str, DurableInference] = {}
        self.watches: dict[str, DurableWatch] = {}
        self.doing: Mapping[str, Callable[[Mapping[str, Any]], Answer]] = {
            **{"load": self.load, "drop": self.drop, "infer": self.infer},
            **{"open": self.open, "feed": self.feed, "close": self.close},
        }

    def answer(self, request: Mapping[str, Any]) -> Answer:
        """The answer to one request; a ruleset that stops is one too."""
        try:
            return self.doing[request["do"]](request)
        except RulesetStopped as stopped:
            return {"reason": stopped.reason, "detail": stopped.detail, "rule": stopped.rule}
        except Exception as error:
            # Whatever it is, the ruleset's state is not to be trusted after it.
            self.forget(request)
            return {"reason": "refused", "detail": _told(error), "rule": None, "lost": True}

    def forget(self, request: Mapping[str, Any]) -> None:
        """Drops what a request was about, without touching the library again."""
        self.rulesets.pop(request.get("digest", ""), None)
        self.watches.pop(request.get("watch", ""), None)

    def load(self, request: Mapping[str, Any]) -> Answer:
        self.rulesets[request["digest"]] = DurableInference(_compiled(request))
        return {}

    def drop(self, request: Mapping[str, Any]) -> Answer:
        self.rulesets.pop(request["digest"]).free()
        return {}

    def infer(self, request: Mapping[str, Any]) -> Answer:
        ruleset = self.rulesets[request["digest"]]
        return inferred_to_json(ruleset.infer(request["facts"], library=self.library))

    def open(self, request: Mapping[str, Any]) -> Answer:
        self.watches[request["watch"]] = DurableWatch(_compiled(request))
        return {}

    def feed(self, request: Mapping[str, Any]) -> Answer:
        watch = self.watches[request["watch"]]
        hits: list[Hit] = []
        for one in request["events"]:
            hits += watch.feed(event_from(one))
        if request["now"] is not None:
            hits += watch.advance(datetime.fromisoformat(request["now"]))
        return {"hits": hits_to_json(hits)}

    def close(self, request: Mapping[str, Any]) -> Answer:
        self.watches.pop(request["watch"]).close()
        return {}


def _compiled(request: Mapping[str, Any]) -> Ruleset:
    return compile_ruleset(request["document"], digest=request["digest"])


def _told(error: Exception) -> str:
    name = "durable_rules" if isinstance(error, LibraryError) else type(error).__name__
    return f"{name}: {error}"


def serve(child: Child, seconds: float, source: int, target: int) -> None:
    """Answers until the source ends."""
    while head := _read(source, HEAD.size):
        request = unpacked(_read(source, HEAD.unpack(head)[0]))
        signal.setitimer(signal.ITIMER_REAL, seconds)
        answer = packed(child.answer(request))
        signal.setitimer(signal.ITIMER_REAL, 0)
        _write(target, answer)


def _read(source: int, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        some = os.read(source, size - len(found))
        if not some:
            return b""
        found += some
    return bytes(found)


def _write(target: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(target, view) :]


def main(make: Callable[[], Child] = Child) -> None:
    """Serves on standard input and output, which nothing else may then write to."""
    seconds = float(sys.argv[1])
    target = os.dup(1)
    os.dup2(2, 1)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    child = make()
    _write(target, packed({}))
    serve(child, seconds, 0, target)


if __name__ == "__main__":
    main()
