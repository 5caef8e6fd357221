"""Sentences about what was changed above single orders: definitions, people, roles, the door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from orderloom.audit.voice import Voice, items

Told = tuple[str, dict[str, Any]]


def _published(voice: Voice) -> Told:
    facts, author = voice.facts, voice.facts.get("author")
    params = {**_definition(voice), "version": str(facts.get("version"))}
    begins = facts.get("from")
    params["from_"] = voice.value(begins)
    # Who saved and published it alone need not be named twice.
    if isinstance(author, str) and author != voice.actor:
        params["author"] = voice.person(author)
        return ("another_later" if begins else "another"), params
    return ("later" if begins else "said"), params


def _bundle(voice: Voice) -> Told:
    return "said", {"bundle": voice.title(voice.facts.get("bundle"))}


def _draft(voice: Voice) -> Told:
    return "said", _definition(voice)


def _definition(voice: Voice) -> dict[str, Any]:
    """A definition by its kind and title."""
    kind, id_ = str(voice.facts.get("kind")), voice.facts.get("id")
    return {"kind": voice.say(f"kind.{kind}"), "id": voice.title(id_)}


def _added(voice: Voice) -> Told:
    given = voice.facts.get("given")
    params = {"user": _user(voice), "given": _roles(voice, given)}
    return ("with" if given else "said"), params


def _changed(voice: Voice) -> Told:
    facts = voice.facts
    given, taken = facts.get("given"), facts.get("taken")
    params = {
        "user": _user(voice),
        "given": _roles(voice, given),
        "taken": _roles(voice, taken),
        "fields": voice.listed(voice.say(f"of_user.{each}") for each in items(facts.get("fields"))),
    }
    return _way(given, taken) or "said", params


def _closed(voice: Voice) -> Told:
    return "said", {"user": _user(voice)}


def _role(voice: Voice) -> Told:
    facts = voice.facts
    given, taken = facts.get("given"), facts.get("taken")
    params = {
        "role": voice.title(facts.get("role")),
        "given": voice.listed(map(str, items(given))),
        "taken": voice.listed(map(str, items(taken))),
    }
    if facts.get("new"):
        return ("new_with" if given else "new"), params
    return _way(given, taken) or "said", params


def _way(given: Any, taken: Any) -> str:
    return "moved" if given and taken else "given" if given else "taken" if taken else ""


def _token(voice: Voice) -> Told:
    return "said", {"user": _user(voice), "token": str(voice.facts.get("token"))}


def _session(voice: Voice) -> Told:
    return "said", {"user": _user(voice)}


def _refused(voice: Voice) -> Told:
    facts = voice.facts
    params = {"user": _user(voice), "problem": voice.problem(str(facts.get("code")))}
    return ("somebody" if facts.get("user") else "nobody"), params


def _user(voice: Voice) -> str:
    return voice.person(str(voice.facts.get("user")))


def _roles(voice: Voice, roles: Any) -> str:
    return voice.titled(roles)


ADMINISTRATION: Final[Mapping[str, Callable[[Any], Told]]] = {
    "definition.published": _published,
    "bundle.published": _bundle,
    "draft.discarded": _draft,
    "user.added": _added,
    "user.changed": _changed,
    "user.closed": _closed,
    "user.erased": _closed,
    "role.changed": _role,
    "token.made": _token,
    "token.ended": _token,
    "session.opened": _session,
    "session.ended": _session,
    "session.refused": _refused,
}
