"""Whom a draft of an approval would ask, in a person's language and zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from orderloom.platform.app.approval_trying import Candidate, Tried, TriedStep
from orderloom.platform.app.span_words import span_words
from orderloom.platform.app.view_models import ApproverView
from orderloom.platform.words import Words

AREA: Final = "approvals_design"


@dataclass(frozen=True, slots=True)
class Telling:
    """What was found, as the page shows it."""

    words: Words
    zone: str

    def answer(self, tried: Tried) -> dict[str, Any]:
        """`{sentence order requester steps skipped warnings}`, as `approval_try.js` shows it."""
        steps = [self._step(each) for each in tried.steps]
        return {
            "sentence": self._sentence(tried.steps),
            "order": tried.order,
            "requester": tried.requester.name,
            "steps": steps,
            "skipped": [{"step": each.step, "because": each.values} for each in tried.skipped],
            "warnings": list(dict.fromkeys(each["warning"] for each in steps if each["warning"])),
        }

    def _sentence(self, steps: Sequence[TriedStep]) -> str:
        """All steps in one sentence; where lines are approved one by one, in one for each line."""
        if not steps:
            return self._text("nobody")
        if all(each.problem == "unknown" for each in steps):
            return self._text("not_yet")
        lines = []
        for key, some in groupby(steps, key=lambda each: each.view.key):
            path = self._path([each for each in some if each.problem != "unknown"])
            way = self._text("would_go", path=path)
            lines.append(way if key is None else self._text("of_line", line=key, way=way))
        return " ".join(lines)

    def _path(self, steps: Sequence[TriedStep]) -> str:
        groups = groupby(steps, key=lambda each: each.view.level)
        beside = self._text("beside")
        return self._text("then").join(
            beside.join(self._people(each) for each in some) for _, some in groups
        )

    def _people(self, step: TriedStep) -> str:
        """`Carol or Dave`, `Carol and Dave`, `2 of Carol, Dave and Frank`."""
        names = [self._named(each) for each in step.able]
        if not names:
            return self._text("no_one", step=step.called)
        if len(names) == 1 and step.needed:
            return names[0]
        mode = step.view.mode
        if mode == "all" or step.needed == len(names):
            return self._listed(names, "and")
        if mode == "any":
            return self._listed(names, "or")
        number = step.view.number if mode == "weight" else step.needed
        key = "weight_of" if mode == "weight" else "some_of"
        return self._text(key, number=number, names=self._listed(names, "and"))

    def _named(self, one: Candidate) -> str:
        if not one.stands_in:
            return one.name
        return self._text("or_deputy", name=one.name, deputy=one.stands_in)

    def _listed(self, names: Sequence[str], word: str) -> str:
        if len(names) == 1:
            return names[0]
        return f"{', '.join(names[:-1])}{self._text(word)}{names[-1]}"

    def _step(self, step: TriedStep) -> dict[str, Any]:
        view = step.view
        return {
            "step": view.step,
            "level": view.level,
            "key": view.key,
            "called": step.called,
            "who": self._people(step) if step.problem != "unknown" else "",
            "people": [
                {"name": each.name, "barred": self._barred(each), "deputy": each.stands_in}
                for each in step.people
            ],
            "due": self._due(view),
            "escalation": self._escalation(view),
            "because": self._because(view),
            "rows": str(view.why.get("rule") or "").split(", ") if "decision" in view.why else [],
            "problem": step.problem,
            "warning": self._warning(step),
        }

    def _due(self, view: ApproverView) -> str:
        if view.due is None:
            return ""
        at = self.words.moment(view.due, self.zone)
        within = span_words(view.within, self.words) if view.within else ""
        return self._text("by", at=at) + (f" ({within})" if within else "")

    def _escalation(self, view: ApproverView) -> str:
        found = view.escalation
        if found is None or not found.people:
            return ""
        names = ", ".join(person.name for person in found.people)
        at = self.words.moment(found.at, self.zone)
        return self.words.text("web.approvers.escalation", names=names, at=at)

    def _because(self, view: ApproverView) -> str:
        reason = view.reason
        rule = reason.rule if not reason.text.endswith(reason.rule) else ""
        return f"{reason.text} ({rule})" if rule else reason.text

    def _barred(self, one: Candidate) -> str:
        return self._text(f"barred.{one.barred}") if one.barred else ""

    def _warning(self, step: TriedStep) -> str:
        if not step.problem:
            return ""
        return self._text(
            f"problem.{step.problem}",
            step=step.called,
            needed=step.needed,
            there=len(step.able),
            why=step.view.unknown,
        )

    def _text(self, key: str, **params: Any) -> str:
        return self.words.text(f"{AREA}.{key}", **params)
