"""Why a new bundle or definition is not begun."""

from __future__ import annotations

from typing import Final

from orderloom.platform.app.start_names import ID, LONGEST
from orderloom.platform.problem import Rejection

LONGEST_TITLE: Final = 200


def wrong_name(id_: str, path: str) -> Rejection | None:
    if ID.fullmatch(id_) and len(id_) <= LONGEST:
        return None
    message = f"Expected small letters, digits and hyphens, at most {LONGEST}."
    return Rejection("start.id", message, {"most": LONGEST}, path=path)


def wrong_title(title: str) -> Rejection | None:
    if 0 < len(title.strip()) <= LONGEST_TITLE:
        return None
    message = f"Expected a title of at most {LONGEST_TITLE} characters."
    return Rejection("start.title", message, {"most": LONGEST_TITLE}, path="title")


def taken(kind: str, id_: str) -> Rejection:
    message = f"There is a {kind} {id_} already."
    return Rejection("start.taken", message, {"kind": kind, "id": id_}, path="id")


def no_template(id_: str) -> Rejection:
    message = f"There is no template {id_}."
    return Rejection("start.template", message, {"template": id_}, path="template")
