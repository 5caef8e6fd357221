"""What somebody wants to say about an order: whom it mentions, and how much of it there may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from orderloom.platform.app.reading import Desk, Seen
from orderloom.platform.app.refusals import A_MINUTE
from orderloom.platform.app.view_models import Choice
from orderloom.platform.engine.commands import Actor, Comment
from orderloom.platform.engine.commenting import MOST_MENTIONS, MOST_SIGNS
from orderloom.platform.problem import Rejection
from orderloom.platform.store.account_rows import User

# `@` at the beginning of a word, and a login, which may be a mail address.
MENTION: Final = re.compile(r"(?<![^\s(\[{„“\"'])@([^\s,;:!?()\[\]{}<>\"'„“”]{1,100})")
A_MINUTES_COMMENTS: Final = 20
MOST_PEOPLE: Final = 10_000
# Of those whose name begins so, as many are looked at, and as many offered.
MOST_LOOKED_AT: Final = 40
MOST_OFFERED: Final = 8


class Commenting:
    """Makes the command of a comment. Safe to use from many threads."""

    def __init__(self, desk: Desk, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now
        self._lately: dict[tuple[int, str], list[datetime]] = {}

    def of(self, actor: Actor, order: int, said: str) -> Comment | Rejection:
        """The comment with those whom it mentions by `@login`. Whoever is not there and whoever
        may not see the order are refused alike, so that nobody learns which. Where the actor may
        not see it themselves nothing is looked up: the runner says that there is no such order."""
        seen = self._desk.see_id(actor, order)
        if isinstance(seen, Rejection):
            return Comment(said)
        refused = self._too_many(actor)
        if refused is not None:
            return refused
        if len(said) > MOST_SIGNS:
            message = f"The comment has more than {MOST_SIGNS} signs."
            return Rejection("comment.too_long", message, {"limit": MOST_SIGNS}, path="comment")
        logins = mentioned(said)
        if len(logins) > MOST_MENTIONS:
            message = f"The comment mentions more than {MOST_MENTIONS} people."
            return Rejection(
                "comment.many_mentions", message, {"limit": MOST_MENTIONS}, path="comment"
            )
        found = {login: self._seeing(seen, login) for login in logins}
        unknown = [login for login, user in found.items() if user is None]
        if unknown:
            names = ", ".join(f"@{login}" for login in unknown)
            return Rejection(
                "comment.cannot_mention",
                f"{names}: nobody of this name may see the order.",
                {"names": names},
                path="comment",
            )
        return Comment(said, tuple(user.id for user in found.values() if user is not None))

    def offered(self, actor: Actor, order: int, begun: str) -> tuple[Choice, ...] | Rejection:
        """Those who may be mentioned and whose login, or a word of whose name, begins so: login
        and name."""
        seen = self._desk.see_id(actor, order)
        if isinstance(seen, Rejection):
            return seen
        desk, home = self._desk, actor.organisation
        people = desk.briefly.get(("people", home), lambda: desk.accounts.people(home))
        fitting = [one for one in people if one.id != actor.id and _begins(one, begun.casefold())]
        kept: list[Choice] = []
        for user in fitting[:MOST_LOOKED_AT]:
            if len(kept) < MOST_OFFERED and self._may_see(seen, user):
                kept.append(Choice(id=user.login, title=user.name))
        return tuple(kept)

    def _seeing(self, seen: Seen, login: str) -> User | None:
        found = self._desk.accounts.person(login, seen.actor.organisation)
        if isinstance(found, Rejection) or found.login != login:
            return None
        return found if self._may_see(seen, found) else None

    def _may_see(self, seen: Seen, user: User) -> bool:
        actor = self._desk.accounts.actor(user.id, user.organisation)
        return actor is not None and self._desk.seen(actor, seen.stored) is not None

    def _too_many(self, actor: Actor) -> Rejection | None:
        """Counted by this process: it keeps an order readable, it guards no secret."""
        now, key = self._now(), (actor.organisation, actor.id)
        lately = [each for each in self._lately.get(key, ()) if now - each < A_MINUTE]
        if len(lately) >= A_MINUTES_COMMENTS:
            message = f"More than {A_MINUTES_COMMENTS} comments in a minute."
            return Rejection("comment.throttled", message, {"limit": A_MINUTES_COMMENTS})
        if len(self._lately) >= MOST_PEOPLE:
            self._lately.clear()
        self._lately[key] = [*lately, now]
        return None


def mentioned(said: str) -> list[str]:
    """The logins that a text names with `@`, each once, as they are stored."""
    found = (match[1].rstrip(".-…").lower() for match in MENTION.finditer(said))
    return list(dict.fromkeys(login for login in found if login))


def parts(said: str) -> Sequence[tuple[str, bool]]:
    """A text cut into pieces; true for those that are a mention."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for match in MENTION.finditer(said):
        end = match.start() + 1 + len(match[1].rstrip(".-…"))
        if end == match.start() + 1:
            continue
        pieces += [(said[at : match.start()], False), (said[match.start() : end], True)]
        at = end
    return [piece for piece in (*pieces, (said[at:], False)) if piece[0]]


def _begins(user: User, begun: str) -> bool:
    words = (user.login, *user.name.casefold().split())
    return any(word.startswith(begun) for word in words)
