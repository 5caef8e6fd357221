"""What a step of a walk is, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from orderloom.platform.app.reading import Seen
from orderloom.platform.app.result_words import step_label
from orderloom.platform.app.scenario_steps import VERDICTS
from orderloom.platform.app.simulate import instant_of
from orderloom.platform.app.span_words import span_words

if TYPE_CHECKING:
    from orderloom.platform.app.playing import Game

# What a step names, in the order in which it is looked for.
ACTS: Final = (
    *VERDICTS,
    *("do", "task", "hold", "unhold", "claim", "release", "reassign", "delegate", "add"),
    *("waive", "settle", "start"),
)


def label_of(game: Game, step: Mapping[str, Any] | None) -> str:
    """The step in the viewer's language; None: the beginning."""
    words, seen = game.words, game.seen()
    if step is None:
        first = game.walk.given.get("order") or {}
        return words.text("play.step.begin", who=_who(game, first.get("by") or first.get("from")))
    if "pass" in step:
        return words.text("play.step.pass", span=span_words(str(step["pass"]), words))
    if "until" in step:
        return words.text("play.step.until", at=_moment(game, str(step["until"])))
    if set(step) <= {"expect", "of"}:
        return words.text("play.step.expect")
    who = _who(game, step.get("as") or step.get("from"))
    refused = str(step.get("refused") or "")
    told = words.text("play.step.edit", who=who) if "edit" in step else _act(game, seen, step, who)
    return words.text("play.step.refused", step=told, code=refused) if refused else told


def _act(game: Game, seen: Seen | None, step: Mapping[str, Any], who: str) -> str:
    words = game.words
    word = next((each for each in ACTS if each in step), "")
    if not word:
        return words.text("play.step.other", who=who)
    title = _title(seen, word, str(step[word]))
    return words.text(f"play.step.{word}", who=who, title=title)


def _title(seen: Seen | None, word: str, id_: str) -> str:
    if seen is None:
        return id_
    process, choose = seen.release.process, seen.words.choose
    if word == "do" and id_ in process.events:
        return choose(process.events[id_].title) or id_
    if word in ("hold", "unhold") and id_ in process.holds:
        return choose(process.holds[id_].title) or id_
    if word in (*VERDICTS, "delegate", "add"):
        labels = (
            step_label(seen.release, each, id_, seen.words) for each in seen.release.approvals
        )
        return next((label for label in labels if label), id_)
    if word == "task":
        return next((title for title in _tasks(seen, id_) if title), id_)
    return id_


def _tasks(seen: Seen, id_: str) -> Any:
    for stage in seen.release.process.stages.values():
        for activity in stage.do:
            if activity.id == id_:
                yield seen.words.choose(getattr(activity.what, "title", None))


def _moment(game: Game, text: str) -> str:
    try:
        return game.words.moment(instant_of(text), game.viewer.zone)
    except ValueError:
        return text


def _who(game: Game, name: Any) -> str:
    person = game.stage.cast.get(str(name))
    return person.name if person is not None else str(name or "")
