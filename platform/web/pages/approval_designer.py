"""What the designer of approvals asks: whom a draft would ask about a sample, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.approval_trying import Candidate, Tried, TriedStep
from orderloom.platform.app.approval_trying_sample import Sample
from orderloom.platform.app.bundles import finding_json
from orderloom.platform.app.registry import VERSION
from orderloom.platform.app.span_words import span_words
from orderloom.platform.app.view_models import ApproverView
from orderloom.platform.codec import CodecError, load_yaml, loads_strict
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.errors import sentence, status_of
from orderloom.platform.web.pages.sending import CHANNEL, given
from orderloom.platform.web.refused import note
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer
from orderloom.platform.words import Words

router = APIRouter(route_class=ThreadedRoute)
AREA: Final = "approvals_design"


@router.get("/definitions/approval/{id}/design/samples")
def samples(viewer: SignedInViewer, id: str) -> Response:
    """What a draft can be tried on: processes that ask it, and their scenarios."""
    found = given(viewer.app.approval_trying.choices(viewer.actor, id))
    words = viewer.words
    return json_answer(
        {
            "processes": [
                {"id": process, "title": words.choose(title) or process}
                for process, title in found.processes
            ],
            "scenarios": [
                {"id": scenario, "title": words.choose(title) or scenario, "process": process}
                for scenario, title, process in found.scenarios
            ],
        }
    )


@router.get("/definitions/approval/{id}/design/matrix")
def matrix(viewer: SignedInViewer, id: str, decision: str) -> Response:
    """The decision that names the steps, as its draft says it, or as a version that is fixed."""
    drafting, actor = viewer.app.drafting, viewer.actor
    given(drafting.one(actor, "approval", id))
    name, _, version = decision.partition("@")
    view = given(drafting.one(actor, "decision", name))
    value, findings = view.value, given(drafting.findings(actor, "decision", name))
    if VERSION.fullmatch(version):
        value, findings = (
            _version(given(drafting.earlier(actor, "decision", name, int(version)))),
            (),
        )
    told = [finding_json(each, viewer.words) for each in findings]
    return json_answer({"id": name, "value": value, "findings": told})


@router.post("/definitions/approval/{id}/design/resolve")
def resolve(sender: FormSender, id: str) -> Response:
    """Who would have to approve a sample by a value that is not kept. Nothing is written."""
    value = {**_map(sender, "value"), "kind": "approval", "id": id}
    fields = sender.fields
    sample = Sample(
        order=fields.get("order").strip(),
        scenario=fields.get("scenario"),
        data=_map(sender, "data") if fields.text("data") else None,
        process=fields.get("process"),
        by=fields.get("by").strip(),
    )
    tried = sender.app.approval_trying.tried(sender.actor, value, sample)
    if isinstance(tried, Rejection):
        return _refused(sender, tried)
    return json_answer(Telling(sender.viewer.words, sender.actor.zone).answer(tried))


@dataclass(frozen=True, slots=True)
class Telling:
    """What was found, in a person's language and zone."""

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


def _version(text: str) -> Any:
    try:
        return load_yaml(text).value
    except CodecError:
        return None


def _map(sender: Sender, name: str) -> Mapping[str, Any]:
    try:
        value = loads_strict(sender.fields.get(name) or "{}")
    except CodecError as error:
        raise Refused(_malformed(name, error.message)) from None
    if not isinstance(value, dict):
        raise Refused(_malformed(name, "a map is expected"))
    return value


def _malformed(name: str, problem: str) -> Rejection:
    return Rejection("request.invalid", problem, {"problem": problem}, path=name)


def _refused(sender: Sender, refused: Rejection) -> Response:
    note(sender.viewer.request, refused, channel=CHANNEL)
    words = sender.viewer.words
    body = {
        "code": refused.code,
        "refused": sentence(refused, words),
        "details": [sentence(each, words) for each in refused.details],
    }
    return json_answer(body, status=status_of(refused.code))
