"""What names somebody outside of their account's own row, removed in the transaction of its
erasure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from orderloom.platform.codec import dumps
from orderloom.platform.store.administration_rows import ForgottenUser
from orderloom.platform.store.cursor import Cursor
from orderloom.platform.store.plain_text import bounded

_OWN: Final = ("mail_person", "saved_view", "notice")
# Their words in streams without an order. Why something was erased must be told for good.
_WORDS: Final = (
    "SELECT p.stream, p.seq, p.slot FROM audit_personal p JOIN audit_entry e"
    " ON e.stream = p.stream AND e.seq = p.seq WHERE p.organisation_id = ? AND p.person = ?"
    " AND p.salt <> '' AND e.type NOT IN ('personal.erased', 'user.erased')"
    " AND p.stream IN (SELECT stream FROM audit_stream)"
)
# What others called tokens of theirs.
_TOKENS: Final = (
    "SELECT p.stream, p.seq, p.slot, e.body FROM audit_entry e JOIN audit_personal p"
    " ON p.stream = e.stream AND p.seq = e.seq WHERE e.organisation_id = ? AND p.salt <> ''"
    " AND e.type = 'token.made' AND e.stream IN (SELECT stream FROM audit_stream)"
)
_FORGET: Final = (
    "UPDATE audit_personal SET salt = '', value = '', erased_at = ?"
    " WHERE stream = ? AND seq = ? AND slot = ?"
)
_NO_TRACE: Final = (
    "UPDATE audit_entry SET trace = NULL WHERE stream = ? AND seq = ? AND trace IS NOT NULL"
)
_MAIL: Final = (
    "UPDATE mail SET body = '{}', address = NULL, problem = NULL, due_at = NULL,"
    " state = CASE WHEN state IN ('waiting', 'held', 'failed') THEN 'dropped' ELSE state END"
    " WHERE organisation_id = ? AND (user_id = ? OR address = ?)"
)
# What others were told, wrote down or keep: the key of a row, and its columns of text.
_AROUND: Final = (
    ("notice", ("organisation_id", "user_id", "order_id", "n"), ("subject", "body")),
    ("mail", ("id",), ("body", "problem")),
    ("saved_view", ("organisation_id", "user_id", "id"), ("query", "name", "folded")),
    ("draft", ("organisation_id", "kind", "id"), ("body", "text")),
    ("bundle_meta", ("organisation_id", "bundle"), ("meta", "text", "scenarios")),
)
# Only what the program wrote itself repeats a login for certain; in definitions it may be a word.
_TOLD: Final = frozenset({"notice", "mail"})


def forget_user(cursor: Cursor, one: ForgottenUser) -> None:
    """Takes away what is theirs, and writes the pseudonym wherever else they were named."""
    _words(cursor, one)
    for table in _OWN:
        cursor.delete(table, ("organisation_id", "user_id"), [(one.organisation, one.user)])
    key = bounded(f"login:{one.organisation}:{one.login}")
    cursor.run("DELETE FROM sign_in_failure WHERE key = ?", (key,))
    for address in one.texts or ("",):
        cursor.run(_MAIL, (one.organisation, one.user, address))
    named = _pattern(one.texts)
    mentioned = _pattern((*one.texts, f"@{one.login}"))
    for table, keys, columns in _AROUND:
        pattern = mentioned if table in _TOLD else named
        if pattern is not None:
            _rewrite(cursor, one, table, keys, columns, pattern)


def _words(cursor: Cursor, one: ForgottenUser) -> None:
    slots = [tuple(row) for row in cursor.rows(_WORDS, (one.organisation, one.user))]
    whose = dumps({"user": one.user}).decode()[1:-1]
    for stream, seq, slot, body in cursor.rows(_TOKENS, (one.organisation,)):
        if whose in body:
            slots.append((stream, seq, slot))
    for stream, seq, slot in dict.fromkeys(slots):
        cursor.run(_FORGET, (one.at, stream, seq, slot))
        cursor.run(_NO_TRACE, (stream, seq))


def _rewrite(
    cursor: Cursor,
    one: ForgottenUser,
    table: str,
    keys: Sequence[str],
    columns: Sequence[str],
    pattern: re.Pattern[str],
) -> None:
    names = ", ".join((*keys, *columns))
    where = " AND ".join(f"{name} = ?" for name in keys)
    sets = ", ".join(f"{name} = ?" for name in columns)
    sql = f"SELECT {names} FROM {table} WHERE organisation_id = ?"
    for row in cursor.rows(sql, (one.organisation,)):
        held = row[len(keys) :]
        after = tuple(
            each if each is None else pattern.sub(lambda _: one.instead, each) for each in held
        )
        if after != tuple(held):
            cursor.run(f"UPDATE {table} SET {sets} WHERE {where}", (*after, *row[: len(keys)]))


def _pattern(texts: Iterable[str]) -> re.Pattern[str] | None:
    """The texts as whole words, however they are written, and as JSON has them."""
    forms = {form for text in texts for form in (text, dumps(text).decode()[1:-1])}
    if not forms:
        return None
    longest = sorted(map(re.escape, forms), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest)})(?!\w)", re.IGNORECASE)
