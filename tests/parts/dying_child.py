"""A ruleset child that dies, hangs or errs of rulesets by their ids, as the library itself can:
`crash` ends it by SIGSEGV, `hang` by never answering, `error` is one the library reports."""

import os
import signal
import time
from collections.abc import Mapping
from typing import Any

from orderloom.platform.app.ruleset_child import Child, main
from orderloom.rules.durable_adapter import LibraryError


class DyingChild(Child):
    def infer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        _die(self.rulesets[request["digest"]].ruleset.id)
        return super().infer(request)

    def feed(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if request["events"]:
            _die(self.watches[request["watch"]].ruleset.id)
        return super().feed(request)


def _die(id_: str) -> None:
    if id_ == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if id_ == "hang":
        time.sleep(600)
    if id_ == "error":
        raise LibraryError("error 303")


if __name__ == "__main__":
    main(DyingChild)
