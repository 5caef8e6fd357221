"""Fills templates of drafts in a child process that may be killed: one that loops or grows without
end stops itself alone."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Final

from orderloom.platform.app.ruleset_process import Died, RulesetProcess
from orderloom.platform.app.template_fault import TemplateEndless, TemplateFault

SECONDS: Final = 2.0


class TemplateWorker:
    """For any number of threads, one after the other. `command`: the child's module and options;
    it starts with the first template, and again after each death."""

    def __init__(self, command: Sequence[str], seconds: float = SECONDS) -> None:
        self._command = tuple(command)
        self._seconds = seconds
        self._lock = Lock()
        self._children: list[RulesetProcess] = []
        weakref.finalize(self, _end_all, self._children)

    def __call__(self, template: str, names: Mapping[str, Any]) -> str:
        """The text of a template; `names` are plain data. Raises `TemplateFault`."""
        with self._lock:
            try:
                answer = self._child().call({"template": template, "names": dict(names)})
            except Died as died:
                _end_all(self._children)
                why = "it takes too long" if died.timeout else "it needs too much memory"
                raise TemplateEndless(why) from died
            except (TypeError, ValueError) as error:
                raise TemplateFault(type(error).__name__) from error
        if "fault" in answer:
            raise TemplateFault(answer["fault"])
        return str(answer["text"])

    def close(self) -> None:
        """Ends the child. A later call starts another."""
        with self._lock:
            _end_all(self._children)

    def _child(self) -> RulesetProcess:
        if not self._children:
            self._children.append(RulesetProcess(self._seconds, self._command))
        return self._children[0]


def _end_all(children: list[RulesetProcess]) -> None:
    while children:
        children.pop().end()
