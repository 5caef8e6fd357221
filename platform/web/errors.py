"""Refusals as sentences; their HTTP status is `app.statuses`'."""

from __future__ import annotations

from orderloom.platform.app.statuses import status_of
from orderloom.platform.problem import Rejection
from orderloom.platform.words import Words

__all__ = ["sentence", "sentences", "status_of"]


def sentence(rejection: Rejection, words: Words) -> str:
    """The catalogue's sentence for a code, else the plain message."""
    for key in (f"problems.{rejection.code}", f"forms.{rejection.code.removeprefix('form.')}"):
        if words.has(key):
            return words.text(key, **{"message": rejection.message, **rejection.params})
    return rejection.message


def sentences(rejection: Rejection, words: Words) -> tuple[str, ...]:
    """A sentence for each detail, or the one of the whole."""
    details = rejection.details or (rejection,)
    return tuple(dict.fromkeys(sentence(each, words) for each in details))
