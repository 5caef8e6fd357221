"""Writes a mail when it leaves, for the one who gets it: as things are then, and as far as they
may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from orderloom import approvals
from orderloom.approvals import Round, Voter
from orderloom.platform.app.accounts import Accounts
from orderloom.platform.app.mail_content import MailContent, MailGroup, MailItem, MailLink
from orderloom.platform.app.mail_digest import DigestParts
from orderloom.platform.app.mail_facts import plain_reason, step_of, without_personal
from orderloom.platform.app.mail_links import Claims, MailLinks
from orderloom.platform.app.reading import Desk, Seen, instant
from orderloom.platform.app.view_models import TaskLine
from orderloom.platform.app.view_tasks import line
from orderloom.platform.engine import Actor
from orderloom.platform.engine.standing_in import whose
from orderloom.platform.problem import Rejection
from orderloom.platform.store.account_rows import User
from orderloom.platform.store.mail_rows import KeptMail
from orderloom.platform.words import Words

VERDICTS: Final = (("approve", "primary"), ("return", ""), ("reject", "danger"))
PREFERENCES: Final = "/notifications"
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWriting:
    """`at(path)`: the address of a page. `links`: makes those that decide; none: there are none.
    `lifetime`: how long they live at most. `receipt`: that of an order's last entry, as text."""

    desk: Desk
    accounts: Accounts
    digest: DigestParts
    at: Callable[[str], str]
    links: MailLinks | None
    lifetime: timedelta
    receipt: Callable[[int], str] | None = None

    def __call__(self, mail: KeptMail, user: User) -> MailContent | None:
        """The mail's content in the person's language; None: it is not needed any more, or not
        theirs to know."""
        actor = self.accounts.actor(user.id, user.organisation)
        if actor is None:
            return None
        if mail.kind == "digest":
            return self._digest(actor)
        seen = self.desk.see_id(actor, mail.order)
        if isinstance(seen, Rejection):
            return None
        if mail.kind == "mention":
            return self._mention(seen, mail)
        return self._task(seen, mail)

    # ── one task ─────────────────────────────────────────────────────────────────────────────

    def _task(self, seen: Seen, mail: KeptMail) -> MailContent | None:
        key = str(mail.body["names"]["task"].get("n"))
        record = seen.state.tasks.get(key)
        if record is None or whose(record, seen.actor) is None:
            return None
        shown, words, n = without_personal(seen), seen.words, int(key)
        row = line(shown, n, record)
        message = str(mail.body["message"])
        params = {"title": row.title, "number": row.order, "name": seen.actor.name}
        paragraphs = [
            words.text("mail.hello", name=seen.actor.name),
            words.text(f"mail.{message}", number=row.order, title=row.title),
        ]
        if row.in_place_of is not None:
            paragraphs.append(words.text("mail.in_place_of", name=row.in_place_of.name))
        deciding = self._deciding(seen, n, record, mail.key)
        open_ = MailLink(words.text("mail.open_task"), self.at(f"/tasks/{row.id}"))
        notes = []
        if deciding:
            notes.append(words.text("mail.link_rules", until=self._until(seen, n, record)))
        if self.receipt is not None and (receipt := self.receipt(seen.stored.id)):
            notes.append(words.text("seal.receipt_note", receipt=receipt))
        return MailContent(
            subject=words.text(f"messages.{message}.subject", **params),
            language=words.language,
            paragraphs=tuple(paragraphs),
            facts=tuple(self._facts(shown, row, plain_reason(seen, record), step_of(seen, record))),
            links=(*deciding, open_),
            notes=tuple(notes),
            footer=self._footer(words),
        )

    def _facts(self, seen: Seen, row: TaskLine, why: str, step: str) -> Iterable[tuple[str, str]]:
        words, zone = seen.words, seen.actor.zone
        yield words.text("mail.number"), row.order
        yield words.text("mail.process"), row.process_title
        if step:
            yield words.text("mail.step"), step
        if row.subject:
            yield words.text("mail.subject"), row.subject
        if row.amount:
            yield words.text("mail.amount"), row.amount
        if row.due is not None and not row.paused:
            late = f" ({words.text('mail.late')})" if row.late else ""
            yield words.text("mail.due"), words.moment(row.due, zone) + late
        if why:
            yield words.text("mail.why"), why

    def _deciding(self, seen: Seen, n: int, record: Json, once: str) -> tuple[MailLink, ...]:
        """Links that decide, where a verdict of this person would be taken."""
        ends = self._ends(seen, n, record)
        if self.links is None or ends is None or not may_decide(seen, record):
            return ()
        claims = Claims(
            organisation=seen.actor.organisation,
            order=seen.state.order,
            task=n,
            person=seen.actor.id,
            verdict="",
            content=content_of(seen, record),
            expires=int(ends.timestamp()),
            once=once,
        )
        return tuple(
            MailLink(
                seen.words.text(f"mail.{verdict}"),
                self.at(f"/decide/{self.links.token(replace(claims, verdict=verdict))}"),
                tone,
            )
            for verdict, tone in VERDICTS
        )

    def _ends(self, seen: Seen, n: int, record: Json) -> datetime | None:
        """Until when a link decides: so long as is set, but not beyond the task's own time; None:
        that is over."""
        ends = [seen.now + self.lifetime]
        ends += [at for at in (instant(record.get("due")), _expires(seen, n)) if at is not None]
        return min(ends) if min(ends) > seen.now else None

    def _until(self, seen: Seen, n: int, record: Json) -> str:
        return seen.words.moment(self._ends(seen, n, record) or seen.now, seen.actor.zone)

    # ── others ───────────────────────────────────────────────────────────────────────────────

    def _mention(self, seen: Seen, mail: KeptMail) -> MailContent:
        """Who mentioned them, and where; what was said is read in the pages."""
        words = seen.words
        by = str((mail.body["names"].get("by") or {}).get("name") or "")
        path = f"/orders/{quote(seen.number, safe='~')}"
        return MailContent(
            subject=words.text("messages.mention.subject", by=by, number=seen.number),
            language=words.language,
            paragraphs=(
                words.text("mail.hello", name=seen.actor.name),
                words.text("mail.mention", by=by, number=seen.number),
            ),
            links=(MailLink(words.text("mail.open_order"), self.at(path)),),
            footer=self._footer(words),
        )

    def _digest(self, actor: Actor) -> MailContent | None:
        words, found = Words(actor.language), self.digest(actor)
        if not found.tasks and not found.mentions:
            return None
        groups = []
        if found.tasks:
            rows = tuple(self._row(each, words, actor.zone) for each in found.tasks)
            more = words.text("mail.and_more", count=found.more) if found.more else ""
            groups.append(MailGroup(words.text("mail.open_tasks"), rows, more))
        if found.mentions:
            rows = tuple(self._said(each, words) for each in found.mentions)
            groups.append(MailGroup(words.text("mail.mentions"), rows))
        if found.absent:
            rows = tuple(MailItem(text) for text in found.absent)
            groups.append(MailGroup(words.text("mail.substitutions"), rows))
        count = len(found.tasks) + found.more
        return MailContent(
            subject=words.text("mail.digest_subject", count=count),
            language=words.language,
            paragraphs=(words.text("mail.hello", name=actor.name),),
            groups=tuple(groups),
            links=(MailLink(words.text("mail.open_tasks_page"), self.at("/tasks"), "primary"),),
            footer=self._footer(words),
        )

    def _row(self, row: TaskLine, words: Words, zone: str) -> MailItem:
        details = [row.order, row.amount]
        if row.late:
            details.append(words.text("mail.late"))
        if row.due is not None and not row.paused:
            details.append(words.text("mail.due_at", at=words.moment(row.due, zone)))
        if row.in_place_of is not None:
            details.append(words.text("mail.for", name=row.in_place_of.name))
        detail = " · ".join(each for each in details if each)
        return MailItem(row.title, detail, self.at(f"/tasks/{row.id}"))

    def _said(self, mail: KeptMail, words: Words) -> MailItem:
        names = mail.body.get("names") or {}
        by, number = (names.get("by") or {}).get("name"), (names.get("order") or {}).get("number")
        if number is None:
            return MailItem(str(mail.body.get("subject", "")))
        path = f"/orders/{quote(str(number), safe='~')}"
        return MailItem(words.text("mail.mention", by=by, number=number), "", self.at(path))

    def _footer(self, words: Words) -> MailLink:
        return MailLink(words.text("mail.preferences"), self.at(PREFERENCES))


def own_content(subject: str, text: str, language: str) -> MailContent:
    """A process's own message, as its template gave it."""
    paragraphs = tuple(part for part in text.split("\n\n") if part.strip())
    return MailContent(subject=subject, language=language, paragraphs=paragraphs, text=text)


def may_decide(seen: Seen, record: Json) -> bool:
    """Whether an approval would take the actor's verdict on this task."""
    return why_not(seen, record) is None


def why_not(seen: Seen, record: Json) -> Rejection | None:
    """Why an approval would not take the actor's verdict; None: it would."""
    activity = seen.state.activities.get(str(record.get("activity")))
    policy = seen.release.approvals.get(str(record.get("approval")))
    if record["kind"] != "approval" or policy is None or not (activity or {}).get("round"):
        return Rejection("approval.closed", "this step is not open for a verdict")
    name = whose(record, seen.actor)
    named = seen.actor.in_place_of.get(name or "", seen.actor)
    round_, id_ = Round.from_json((activity or {})["round"]), str(record["id"])
    place = round_.step(id_)
    deputy = place.deputies.get(seen.actor.id) if place is not None else None
    return approvals.judged(
        policy,
        round_,
        step=id_,
        by=Voter(
            id=seen.actor.id,
            principals=named.principals(),
            stands_in=frozenset(seen.actor.in_place_of),
        ),
        verdict="approve",
        comment=None,
        for_=named.id if named.id != seen.actor.id else deputy,
    )


def content_of(seen: Seen, record: Json) -> str:
    """The digest of the content that an approval's verdicts are bound to."""
    activity = seen.state.activities.get(str(record.get("activity"))) or {}
    return str((activity.get("round") or {}).get("content") or "")[:32]


def _expires(seen: Seen, n: int) -> datetime | None:
    found: Sequence[Json] = tuple(seen.state.timers.values())
    ends = [timer["due"] for timer in found if timer["kind"] == "expire" and timer["task"] == n]
    return instant(min(ends)) if ends else None
