"""The SQL of what administration changes, on the cursor of a command's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from orderloom.platform.codec import dumps
from orderloom.platform.store import administration_rows as k
from orderloom.platform.store.account_rows import Role, Session, Token, User
from orderloom.platform.store.columns import stamp
from orderloom.platform.store.cursor import Cursor
from orderloom.platform.store.definition_rows import DefinitionVersion
from orderloom.platform.store.plain_text import plain
from orderloom.platform.store.user_erasing import forget_user

_USER: Final = (
    "organisation_id, id, login, name, password, language, zone, manager, active, attributes"
)
_USER_AGAIN: Final = (
    "login = ?, name = ?, password = ?, language = ?, zone = ?, manager = ?, active = ?,"
    " attributes = ?"
)
_ROLE_THERE: Final = " ON CONFLICT (organisation_id, id) DO UPDATE SET title = excluded.title"
_SESSION: Final = "digest, organisation_id, user_id, created, expires"
_TOKEN: Final = "digest, organisation_id, user_id, name, created, expires"  # noqa: S105
_VERSION: Final = (
    "organisation_id, kind, id, number, digest, body, bundle, published_by, published_at,"
    " effective_from, comment, text"
)
_BUNDLE: Final = "organisation_id, bundle, meta, text, scenarios"
_BUNDLE_THERE: Final = (
    " ON CONFLICT (organisation_id, bundle) DO UPDATE"
    " SET meta = excluded.meta, text = excluded.text, scenarios = excluded.scenarios"
)
_OF_DRAFT: Final = ("organisation_id", "kind", "id")


def is_taken(cursor: Cursor, kept: k.Kept) -> bool:
    """Whether somebody else was first: with the login, with the number of a version."""
    match kept:
        case k.NewUser(user):
            sql = "SELECT 1 FROM app_user WHERE organisation_id = ? AND (login = ? OR id = ?)"
            return bool(cursor.rows(sql, (user.organisation, plain(user.login), plain(user.id))))
        case k.Publishing(_, versions):
            sql = (
                "SELECT 1 FROM definition_version WHERE organisation_id = ? AND kind = ?"
                " AND id = ? AND number >= ?"
            )
            return any(
                cursor.rows(sql, (each.organisation, each.kind, each.id, each.number))
                for each in versions
            )
        case _:
            return False


def write_kept(cursor: Cursor, kept: Iterable[k.Kept]) -> None:
    """Writes the changes in their order. What is taken meanwhile is the driver's error."""
    for each in kept:
        _write(cursor, each)


def _write(cursor: Cursor, kept: k.Kept) -> None:
    match kept:
        case k.NewUser(user):
            cursor.insert("app_user", _USER, [_user(user)])
            _groups(cursor, user)
        case k.ChangedUser(user):
            head, rest = _user(user)[:2], _user(user)[2:]
            sql = f"UPDATE app_user SET {_USER_AGAIN} WHERE organisation_id = ? AND id = ?"
            cursor.run(sql, (*rest, *head))
            for table in ("user_role", "user_unit"):
                cursor.delete(table, ("organisation_id", "user_id"), [head])
            _groups(cursor, user)
        case Role():
            _role(cursor, kept)
        case Session():
            row = (kept.digest, kept.organisation, kept.user)
            cursor.insert("session", _SESSION, [(*row, stamp(kept.created), stamp(kept.expires))])
        case Token():
            ends = stamp(kept.expires) if kept.expires is not None else None
            whose = (kept.digest, kept.organisation, kept.user, plain(kept.name))
            cursor.insert("api_token", _TOKEN, [(*whose, stamp(kept.created), ends)])
        case k.EndedSession(digest):
            cursor.delete("session", ("digest",), [(digest,)])
        case k.EndedToken(digest):
            cursor.delete("api_token", ("digest",), [(digest,)])
        case k.ShutOut(organisation, of):
            for table in ("session", "api_token"):
                cursor.delete(table, ("organisation_id", "user_id"), [(organisation, of)])
        case k.ForgottenUser():
            forget_user(cursor, kept)
        case k.Publishing():
            _publish(cursor, kept)
        case k.DroppedDraft(organisation, kind, id_):
            cursor.delete("draft", _OF_DRAFT, [(organisation, kind, id_)])


def _user(user: User) -> tuple[Any, ...]:
    attributes = dumps(dict(user.attributes)).decode("utf-8")
    return (
        user.organisation,
        plain(user.id),
        plain(user.login),
        plain(user.name),
        user.password,
        plain(user.language),
        plain(user.zone),
        user.manager,
        user.active,
        plain(attributes),
    )


def _groups(cursor: Cursor, user: User) -> None:
    of = (user.organisation, plain(user.id))
    roles = [(*of, plain(role)) for role in sorted(user.roles)]
    cursor.insert("user_role", "organisation_id, user_id, role_id", roles)
    units = enumerate(dict.fromkeys(plain(each) for each in user.units))
    rows = [(*of, unit, place) for place, unit in units]
    cursor.insert("user_unit", "organisation_id, user_id, unit_id, place", rows)


def _role(cursor: Cursor, role: Role) -> None:
    of = (role.organisation, plain(role.id))
    cursor.insert("role", "organisation_id, id, title", [(*of, plain(role.title))], _ROLE_THERE)
    cursor.delete("role_permission", ("organisation_id", "role_id"), [of])
    rows = [(*of, permission) for permission in sorted(set(role.permissions))]
    cursor.insert("role_permission", "organisation_id, role_id, permission", rows)


def _publish(cursor: Cursor, one: k.Publishing) -> None:
    # Sorted, so that two who publish the same wait for each other and never in a circle.
    versions = sorted(one.versions, key=lambda each: (each.kind, each.id, each.number))
    cursor.insert("definition_version", _VERSION, [_version(each) for each in versions])
    meta = plain(dumps(dict(one.meta)).decode())
    kept = [[each.file, each.value, each.text] for each in one.scenarios]
    row = (one.organisation, one.bundle, meta, plain(one.text), plain(dumps(kept).decode()))
    cursor.insert("bundle_meta", _BUNDLE, [row], _BUNDLE_THERE)
    cursor.delete("draft", _OF_DRAFT, [(one.organisation, v.kind, v.id) for v in versions])


def _version(version: DefinitionVersion) -> Sequence[Any]:
    effective = version.effective_from
    return (
        version.organisation,
        version.kind,
        version.id,
        version.number,
        version.digest,
        plain(version.body.decode()),
        version.bundle,
        version.published_by,
        stamp(version.published_at),
        stamp(effective) if effective is not None else None,
        plain(version.comment),
        plain(version.text),
    )
