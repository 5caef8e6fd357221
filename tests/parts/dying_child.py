"""A ruleset child that dies, hangs or errs of rulesets by their ids, as the library itself can:
`crash` ends it by SIGSEGV, `hang` by never answering, `error` is one the library reports, and `lie`
concludes nothing."""

import os
import signal
import time
from collections.abc import Mapping
from typing import Any

from orderloom.platform.app.ruleset_child import Child, main
from orderloom.rules.durable_adapter import LibraryError


class DyingChild(Child):
    def infer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        id_ = self.rulesets[request["digest"]].ruleset.id
        _die(id_)
        answer = super().infer(request)
        return {**answer, "chain": []} if id_ == "lie" else answer

    def feed(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if request["events"]:
            _die(self.watches[request["watch"]].ruleset.id)
        answer = super().feed(request)
        lies = self.watches[request["watch"]].ruleset.id == "lie"
        return {**answer, "hits": []} if lies else answer


def _die(id_: str) -> None:
    if id_ == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if id_ == "hang":
        time.sleep(600)
    if id_ == "error":
        raise LibraryError("error 303")


if __name__ == "__main__":
    main(DyingChild)
