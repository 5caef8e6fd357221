"""What a list of tasks is asked for: words of an address, read and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import TaskFilter
from orderloom.platform.store.search_words import wanted_words

SCOPES: Final = ("mine", "team", "unassigned", "substituted", "done", "all")
KINDS: Final = ("approval", "task", "ticket", "answer", "attention")
DUES: Final = ("late", "today", "week", "none")
PAUSED: Final = ("yes", "no")
SORTS: Final = ("due", "oldest", "newest", "amount", "order")
LONGEST: Final = 200
MOST_WORDS: Final = 6
_WORDS: Final = {"kind": KINDS, "due": DUES, "paused": PAUSED, "sort": SORTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskQuery:
    """`scope`: whose, one of `SCOPES`. Empty means any. `q`: beginnings of words of the order, or
    of the name of who started it."""

    scope: str = "mine"
    process: str = ""
    kind: str = ""
    stage: str = ""
    due: str = ""
    paused: str = ""
    q: str = ""
    sort: str = "due"

    @property
    def filtered(self) -> bool:
        """Whether anything but whose tasks, and in which order, is asked for."""
        return any((self.process, self.kind, self.stage, self.due, self.paused, self.q))

    def words(self) -> dict[str, str]:
        """What stands in the address; what goes without saying does not."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in said.items() if value and value != PLAIN[name]}


PLAIN: Final = {each.name: each.default for each in fields(TaskQuery)}


def task_query(given: Mapping[str, str]) -> TaskQuery | Rejection:
    """The query of an address. A word that is none of ours is refused with its place."""
    values = {name: value.strip() for name, value in given.items() if value.strip()}
    for name, value in values.items():
        refused = _refused(name, value)
        if refused is not None:
            return refused
    query = TaskQuery(**values)
    if query.scope == "done" and (query.filtered or query.sort != "due"):
        message = "What is done is listed newest first, all of it."
        return Rejection("query.not_for_done", message, path="scope")
    return query


def task_filter(
    query: TaskQuery,
    *,
    now: datetime,
    zone: str,
    people: Callable[[tuple[str, ...]], tuple[str, ...]],
) -> TaskFilter:
    """The store's filter. `people` finds the ids of those whose names have these words."""
    since, before = _days(query.due, now, ZoneInfo(zone))
    paused = {"yes": True, "no": False}.get(query.paused)
    words = wanted_words(query.q)[:MOST_WORDS]
    return TaskFilter(
        process=query.process or None,
        kind=query.kind or None,
        stage=query.stage or None,
        due_from=since,
        due_before=before,
        undated=query.due == "none",
        # What has stopped is not late.
        stopped=False if query.due == "late" and paused is None else paused,
        words=words,
        requesters=people(words) if words else (),
        sort=query.sort,
    )


def _days(due: str, now: datetime, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """From when on, and until when, by the clock of the one who asks; a week begins on Monday."""
    if due == "late":
        return None, now
    today = now.astimezone(zone).date()
    if due == "today":
        first, days = today, 1
    elif due == "week":
        first, days = today - timedelta(days=today.weekday()), 7
    else:
        return None, None
    ends = first + timedelta(days=days)
    return datetime.combine(first, time(), zone), datetime.combine(ends, time(), zone)


def _refused(name: str, value: str) -> Rejection | None:
    if name not in PLAIN:
        message = f"There is no filter {name[:40]}."
        return Rejection("query.unknown_filter", message, {"name": name[:40]}, path=name[:40])
    if len(value) > LONGEST:
        message = f"Expected {LONGEST} characters at most."
        return Rejection("query.too_long", message, {"most": LONGEST}, path=name)
    if name == "scope" and value not in SCOPES:
        message = f"Expected {_or(SCOPES)}, not {value[:40]}."
        return Rejection("query.unknown_scope", message, path="scope")
    known: Any = _WORDS.get(name)
    if known is not None and value not in known:
        message = f"Expected {_or(known)}, not {value[:40]}."
        params = {"name": name, "word": value[:40], "known": ", ".join(known)}
        return Rejection("query.unknown_word", message, params, path=name)
    return None


def _or(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
