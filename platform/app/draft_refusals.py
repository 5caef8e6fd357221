"""Why the text of a draft is not taken."""

from __future__ import annotations

from typing import Any

from orderloom.platform.app.bundle_drafts import DRAFTED, KIND, SCENARIO, home_of, scenario_key
from orderloom.platform.app.draft_texts import error_of_text
from orderloom.platform.codec import CodecError
from orderloom.platform.definitions.files import FILE_BYTES
from orderloom.platform.problem import Rejection


def unknown(kind: str, id_: str) -> Rejection:
    message = f"There is no {kind} {id_}."
    return Rejection("definition.not_found", message, {"kind": kind, "reference": id_})


def wrong(kind: str, id_: str, text: str) -> Rejection | None:
    if kind not in DRAFTED:
        return Rejection("schema.not_found", f"There is no kind {kind}.", {"kind": kind})
    if kind == SCENARIO and not text.strip():
        return unreadable(error_of_text(text))
    if len(text.encode("utf-8", "replace")) > FILE_BYTES:
        message = f"The text is longer than {FILE_BYTES} bytes."
        return Rejection("draft.too_long", message, {"most": FILE_BYTES, "id": id_}, path="text")
    return None


def another(kind: str, id_: str, value: Any) -> Rejection | None:
    """A text that can be read must be the definition that it is saved as."""
    if value is None:
        return None
    of, said_id = _said(kind, id_, value)
    if (of, said_id) == (kind, id_):
        return None
    said = f"{of} {said_id}"
    message = f"The text is of {said}, not of {kind} {id_}."
    params = {"kind": kind, "id": id_, "said": said[:80]}
    return Rejection("draft.another", message, params, path="text")


def _said(kind: str, id_: str, value: Any) -> tuple[Any, Any]:
    """Kind and id that a text gives itself."""
    if kind == KIND:
        return KIND, value.get("bundle")
    if kind == SCENARIO:
        return SCENARIO, scenario_key(home_of(kind, id_), str(value.get("scenario", "")))
    return value.get("kind"), value.get("id")


def unreadable(error: CodecError) -> Rejection:
    params = {"line": error.line, "why": error.message}
    message = f"The text cannot be read: line {error.line}: {error.message}."
    return Rejection("draft.unreadable", message, params, path="text")
