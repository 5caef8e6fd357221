"""How trouble is told: errors, what waits for an administrator, and the way out that was taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.audit.phrases_stock import short
from orderloom.audit.voice import Voice


def raised(voice: Voice) -> tuple[str, dict[str, Any]]:
    """An error that was offered to the process."""
    cause = voice.facts.get("cause")
    kind = voice.facts.get("kind")
    said = cause.get("message") if isinstance(cause, Mapping) else None
    return "said", {"error": short(voice, kind, cause) or voice.value(said or kind)}


def attention(voice: Voice) -> tuple[str, dict[str, Any]]:
    """Something that nobody took."""
    task = voice.facts.get("task")
    why = task.get("why") if isinstance(task, Mapping) else None
    return "said", {"error": error_text(voice, why)}


def settled(voice: Voice) -> tuple[str, dict[str, Any]]:
    """The way out."""
    way = voice.facts.get("way")
    variant = str(way) if way in ("retry", "correct", "skip", "move") else "answered"
    return variant, {"stage": voice.title(voice.facts.get("stage"))}


def error_text(voice: Voice, error: Any) -> str:
    """The sentence for the code inside an error record, wherever it is, else its message."""
    while isinstance(error, Mapping):
        inner = error.get("error") or error.get("cause")
        if not isinstance(inner, Mapping):
            if said := short(voice, error.get("kind"), error):
                return said
            known = error.get("message") or error.get("code") or error.get("kind")
            return voice.problem(str(error.get("code")), voice.value(known))
        error = inner
    return voice.value(error)
