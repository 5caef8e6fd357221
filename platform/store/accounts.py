"""The SQL of accounts: `AccountTables` over SQLModel sessions, each call one short transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as Unit
from sqlmodel import col, select

from orderloom.platform.codec import dumps, loads
from orderloom.platform.store import tables_accounts as t
from orderloom.platform.store.account_rows import Role, Session, Token, User
from orderloom.platform.store.columns import moment, moment_or_none, stamp
from orderloom.platform.store.database import Database, only_one
from orderloom.platform.store.plain_text import bounded

_PERSON: Final = (
    "u.organisation_id, u.id, u.login, u.name, u.password, u.language, u.zone, u.manager, u.active,"
    " u.attributes,"
    " (SELECT {all}(role_id) FROM user_role r"
    " WHERE r.organisation_id = u.organisation_id AND r.user_id = u.id),"
    " (SELECT {all}(unit_id) FROM (SELECT n.unit_id FROM user_unit n WHERE n.user_id = u.id"
    " AND n.organisation_id = u.organisation_id ORDER BY n.place) AS placed),"
    " (SELECT {all}(p.permission) FROM user_role r JOIN role_permission p"
    " ON p.organisation_id = r.organisation_id AND p.role_id = r.role_id"
    " WHERE r.organisation_id = u.organisation_id AND r.user_id = u.id)"
)
_USER: Final = f"SELECT {_PERSON} FROM app_user u WHERE u.organisation_id = ? AND u.id = ?"
_MEMBERS: Final = f"SELECT {_PERSON} FROM app_user u WHERE u.organisation_id = ? AND u.active"
_HAVING: Final = (
    " AND u.id IN (SELECT user_id FROM user_role WHERE organisation_id = ? AND role_id = ?)"
)
_INSIDE: Final = (
    " AND u.id IN (SELECT user_id FROM user_unit WHERE organisation_id = ? AND unit_id = ?)"
)
_SESSION: Final = (
    f"SELECT s.digest, s.created, s.expires, {_PERSON} FROM session s JOIN app_user u"
    " ON u.organisation_id = s.organisation_id AND u.id = s.user_id WHERE s.digest = ?"
)
_TOKEN: Final = (
    f"SELECT t.digest, t.name, t.created, t.expires, {_PERSON} FROM api_token t JOIN app_user u"
    " ON u.organisation_id = t.organisation_id AND u.id = t.user_id WHERE t.digest = ?"
)
_TOKENS: Final = (
    "SELECT digest, name, created, expires FROM api_token WHERE organisation_id = ?"
    " AND user_id = ? ORDER BY created, digest"
)
_TITLES: Final = "SELECT id, title FROM role WHERE organisation_id = ?"


class SqlAccounts:
    """Fulfils `AccountTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = database.reader
        # A list as JSON: in one row with the rest.
        self._all = "json_group_array" if database.sqlite else "json_agg"

    def add_organisation(self, organisation: int, name: str) -> None:
        with self._write("organisation", organisation) as unit:
            if unit.get(t.Organisation, organisation) is None:
                unit.add(t.Organisation(id=organisation, name=name))

    def organisations(self) -> Sequence[int]:
        rows = self._reader.rows("SELECT id FROM organisation ORDER BY id", ())
        return [row[0] for row in rows]

    def add_user(self, user: User) -> bool:
        try:
            with self._write() as unit:
                unit.add(_user_row(user))
                unit.flush()
                _write_groups(unit, user)
        except IntegrityError:
            return False
        return True

    def change_user(self, user: User) -> None:
        with self._write("user", user.organisation, user.id) as unit:
            unit.merge(_user_row(user))
            for table in (t.UserRole, t.UserUnit):
                unit.exec(
                    delete(table)
                    .where(col(table.organisation_id) == user.organisation)
                    .where(col(table.user_id) == user.id)
                )
            _write_groups(unit, user)

    def user(self, organisation: int, user: str) -> User | None:
        row = self._reader.first(_USER.format(all=self._all), (organisation, user))
        return None if row is None else _person(row)

    def user_by_login(self, organisation: int, login: str) -> User | None:
        with self._read() as unit:
            found = unit.exec(
                select(t.AppUser)
                .where(t.AppUser.organisation_id == organisation)
                .where(t.AppUser.login == login)
            ).first()
            return _users(unit, [found])[0] if found is not None else None

    def members(
        self, organisation: int, *, role: str | None = None, unit: str | None = None
    ) -> Sequence[User]:
        sql: str = _MEMBERS
        values: list[object] = [organisation]
        for wanted, condition in ((role, _HAVING), (unit, _INSIDE)):
            if wanted is not None:
                sql += condition
                values += [organisation, wanted]
        sql = f"{sql} ORDER BY u.id".format(all=self._all)
        return [_person(row) for row in self._reader.rows(sql, values)]

    def names(self, organisation: int, users: Sequence[str]) -> Mapping[str, str]:
        marks = ", ".join("?" * len(users))
        sql = f"SELECT id, name FROM app_user WHERE organisation_id = ? AND id IN ({marks})"
        return dict(self._reader.rows(sql, (organisation, *users))) if users else {}

    def role_titles(self, organisation: int) -> Mapping[str, str]:
        return dict(self._reader.rows(_TITLES, (organisation,)))

    def set_role(self, role: Role) -> None:
        table = t.RolePermission
        with self._write("role", role.organisation, role.id) as unit:
            unit.merge(t.RoleRow(organisation_id=role.organisation, id=role.id, title=role.title))
            unit.exec(
                delete(table)
                .where(col(table.organisation_id) == role.organisation)
                .where(col(table.role_id) == role.id)
            )
            unit.add_all(
                table(organisation_id=role.organisation, role_id=role.id, permission=each)
                for each in sorted(set(role.permissions))
            )

    def roles(self, organisation: int) -> Sequence[Role]:
        with self._read() as unit:
            given: dict[str, list[str]] = {}
            for row in unit.exec(
                select(t.RolePermission)
                .where(t.RolePermission.organisation_id == organisation)
                .order_by(t.RolePermission.permission)
            ):
                given.setdefault(row.role_id, []).append(row.permission)
            rows = unit.exec(
                select(t.RoleRow)
                .where(t.RoleRow.organisation_id == organisation)
                .order_by(t.RoleRow.id)
            )
            return [
                Role(row.id, organisation, row.title, tuple(given.get(row.id, ()))) for row in rows
            ]

    def add_session(self, session: Session) -> None:
        with self._write() as unit:
            unit.add(
                t.SessionRow(
                    digest=session.digest,
                    organisation_id=session.organisation,
                    user_id=session.user,
                    created=stamp(session.created),
                    expires=stamp(session.expires),
                )
            )

    def session(self, digest: str) -> Session | None:
        with self._read() as unit:
            row = unit.get(t.SessionRow, digest)
            if row is None:
                return None
            created, expires = moment(row.created), moment(row.expires)
            return Session(row.digest, row.organisation_id, row.user_id, created, expires)

    def session_user(self, digest: str) -> tuple[Session, User] | None:
        row = self._reader.first(_SESSION.format(all=self._all), (digest,))
        if row is None:
            return None
        user = _person(row[3:])
        created, expires = moment(row[1]), moment(row[2])
        return Session(row[0], user.organisation, user.id, created, expires), user

    def extend_session(self, digest: str, expires: datetime) -> None:
        with self._write() as unit:
            row = unit.get(t.SessionRow, digest)
            if row is not None:
                row.expires = stamp(expires)

    def end_session(self, digest: str) -> None:
        self._delete(delete(t.SessionRow).where(col(t.SessionRow.digest) == digest))

    def end_sessions(self, organisation: int, user: str) -> None:
        self._delete(
            delete(t.SessionRow)
            .where(col(t.SessionRow.organisation_id) == organisation)
            .where(col(t.SessionRow.user_id) == user)
        )

    def add_token(self, token: Token) -> None:
        with self._write() as unit:
            unit.add(
                t.ApiToken(
                    digest=token.digest,
                    organisation_id=token.organisation,
                    user_id=token.user,
                    name=token.name,
                    created=stamp(token.created),
                    expires=stamp(token.expires) if token.expires else None,
                )
            )

    def token(self, digest: str) -> Token | None:
        with self._read() as unit:
            row = unit.get(t.ApiToken, digest)
            if row is None:
                return None
            expires = moment_or_none(row.expires)
            return Token(
                row.digest,
                row.organisation_id,
                row.user_id,
                row.name,
                moment(row.created),
                expires,
            )

    def tokens(self, organisation: int, user: str) -> Sequence[Token]:
        rows = self._reader.rows(_TOKENS, (organisation, user))
        return [
            Token(row[0], organisation, user, row[1], moment(row[2]), moment_or_none(row[3]))
            for row in rows
        ]

    def token_user(self, digest: str) -> tuple[Token, User] | None:
        row = self._reader.first(_TOKEN.format(all=self._all), (digest,))
        if row is None:
            return None
        user = _person(row[4:])
        created, expires = moment(row[2]), moment_or_none(row[3])
        return Token(row[0], user.organisation, user.id, row[1], created, expires), user

    def end_token(self, digest: str) -> None:
        self._delete(delete(t.ApiToken).where(col(t.ApiToken.digest) == digest))

    def end_tokens(self, organisation: int, user: str) -> None:
        self._delete(
            delete(t.ApiToken)
            .where(col(t.ApiToken.organisation_id) == organisation)
            .where(col(t.ApiToken.user_id) == user)
        )

    def note_failure(self, key: str, at: datetime) -> None:
        with self._write() as unit:
            unit.add(t.SignInFailure(key=bounded(key), at=stamp(at)))

    def failures(self, key: str, since: datetime) -> int:
        with self._read() as unit:
            return unit.exec(
                select(func.count())
                .select_from(t.SignInFailure)
                .where(t.SignInFailure.key == bounded(key))
                .where(t.SignInFailure.at >= stamp(since))
            ).one()

    def clear_failures(self, key: str) -> None:
        self._delete(delete(t.SignInFailure).where(col(t.SignInFailure.key) == bounded(key)))

    def sweep(self, now: datetime, failures_before: datetime) -> None:
        self._delete(delete(t.SessionRow).where(col(t.SessionRow.expires) <= stamp(now)))
        old = col(t.SignInFailure.at) < stamp(failures_before)
        self._delete(delete(t.SignInFailure).where(old))

    @contextmanager
    def _read(self) -> Iterator[Unit]:
        with self._database.reading() as connection, Unit(bind=connection) as unit:
            yield unit

    @contextmanager
    def _write(self, *what: object) -> Iterator[Unit]:
        """A transaction; one at a time of those that replace the same thing."""
        with self._database.writing() as connection, Unit(bind=connection) as unit:
            if what:
                only_one(connection, *what)
            yield unit
            unit.flush()

    def _delete(self, statement: Any) -> None:
        with self._write() as unit:
            unit.exec(statement)


def _person(row: Sequence[Any]) -> User:
    """A row of `_PERSON`."""
    return User(
        organisation=row[0],
        id=row[1],
        login=row[2],
        name=row[3],
        password=row[4],
        language=row[5],
        zone=row[6],
        manager=row[7],
        active=bool(row[8]),
        attributes=loads(row[9]),
        roles=frozenset(_listed(row[10])),
        units=tuple(_listed(row[11])),
        permissions=frozenset(_listed(row[12])),
    )


def _listed(found: Any) -> list[str]:
    """What a list came as: JSON text, a list, or nothing for an empty one."""
    listed: list[str] = loads(found) if isinstance(found, str) else found or []
    return listed


def _user_row(user: User) -> t.AppUser:
    return t.AppUser(
        organisation_id=user.organisation,
        id=user.id,
        login=user.login,
        name=user.name,
        password=user.password,
        language=user.language,
        zone=user.zone,
        manager=user.manager,
        active=user.active,
        attributes=dumps(dict(user.attributes)).decode("utf-8"),
    )


def _write_groups(unit: Unit, user: User) -> None:
    unit.add_all(
        t.UserRole(organisation_id=user.organisation, user_id=user.id, role_id=role)
        for role in sorted(user.roles)
    )
    unit.add_all(
        t.UserUnit(organisation_id=user.organisation, user_id=user.id, unit_id=each, place=place)
        for place, each in enumerate(dict.fromkeys(user.units))
    )


def _users(unit: Unit, rows: Sequence[t.AppUser]) -> list[User]:
    """Rows of one organisation with roles, units and permissions, in three reads for all."""
    if not rows:
        return []
    organisation, ids = rows[0].organisation_id, [row.id for row in rows]
    roles: dict[str, set[str]] = {}
    for user, role in unit.exec(
        select(t.UserRole.user_id, t.UserRole.role_id)
        .where(t.UserRole.organisation_id == organisation)
        .where(col(t.UserRole.user_id).in_(ids))
    ):
        roles.setdefault(user, set()).add(role)
    units: dict[str, list[str]] = {}
    for user, name in unit.exec(
        select(t.UserUnit.user_id, t.UserUnit.unit_id)
        .where(t.UserUnit.organisation_id == organisation)
        .where(col(t.UserUnit.user_id).in_(ids))
        .order_by(col(t.UserUnit.place))
    ):
        units.setdefault(user, []).append(name)
    given: dict[str, set[str]] = {}
    for role, permission in unit.exec(
        select(t.RolePermission.role_id, t.RolePermission.permission).where(
            t.RolePermission.organisation_id == organisation
        )
    ):
        given.setdefault(role, set()).add(permission)
    return [_user(row, roles.get(row.id, set()), units.get(row.id, []), given) for row in rows]


def _user(row: t.AppUser, roles: set[str], units: list[str], given: Mapping[str, set[str]]) -> User:
    return User(
        id=row.id,
        organisation=row.organisation_id,
        login=row.login,
        name=row.name,
        password=row.password,
        language=row.language,
        zone=row.zone,
        manager=row.manager,
        active=row.active,
        attributes=loads(row.attributes),
        roles=frozenset(roles),
        units=tuple(units),
        permissions=frozenset(each for role in roles for each in given.get(role, ())),
    )
