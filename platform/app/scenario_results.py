"""What came of scenarios when they were played: each once for what its bundle and it say."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import Final

from orderloom.platform.app.scenario import ScenarioResult
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.definitions import Bundle, Document, definition_digest

KEPT: Final = 2_000
Key = tuple[str, str]


class ScenarioResults:
    """Plays what was not played yet, and remembers the results of a whole installation."""

    def __init__(self, simulate: Simulate) -> None:
        self._simulate = simulate
        self._kept: OrderedDict[Key, ScenarioResult] = OrderedDict()
        self._lock = Lock()

    def of(
        self, bundle: Bundle, scenarios: Sequence[Document], *, most: int | None = None
    ) -> dict[str, ScenarioResult]:
        """Results by id. At most so many (`most`) are played now, the others are known or absent.
        `bundle` has no errors."""
        content = {
            "meta": dict(bundle.meta),
            "all": [dict(each.value) for each in bundle.documents],
        }
        whole = definition_digest(content)
        keys = {each.id: (whole, definition_digest(each.value)) for each in scenarios}
        with self._lock:
            known = {id_: self._kept[key] for id_, key in keys.items() if key in self._kept}
        waiting = [each for each in scenarios if each.id not in known][:most]
        if waiting:
            played = self._simulate.scenarios(replace(bundle, scenarios=tuple(waiting)))
            known |= {each.scenario: each for each in played}
            self._keep({keys[each.scenario]: each for each in played})
        return known

    def _keep(self, results: dict[Key, ScenarioResult]) -> None:
        with self._lock:
            self._kept |= results
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
