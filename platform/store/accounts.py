"""The SQL of accounts: `AccountTables` over SQLModel sessions, each call one short transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, delete, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as Unit
from sqlmodel import col, select

from orderloom.platform.codec import dumps, loads
from orderloom.platform.store import account_tables as t
from orderloom.platform.store.account_rows import Role, Session, Token, User


class SqlAccounts:
    """Fulfils `AccountTables`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_organisation(self, organisation: int, name: str) -> None:
        with Unit(self._engine) as unit:
            if unit.get(t.OrganisationTable, organisation) is None:
                unit.add(t.OrganisationTable(id=organisation, name=name))
                unit.commit()

    def add_user(self, user: User) -> bool:
        try:
            with Unit(self._engine) as unit:
                unit.add(_user_row(user))
                unit.flush()
                _write_groups(unit, user)
                unit.commit()
        except IntegrityError:
            return False
        return True

    def change_user(self, user: User) -> None:
        with Unit(self._engine) as unit:
            unit.merge(_user_row(user))
            for table in (t.UserRoleTable, t.UserUnitTable):
                unit.exec(
                    delete(table)
                    .where(col(table.organisation_id) == user.organisation)
                    .where(col(table.user_id) == user.id)
                )
            _write_groups(unit, user)
            unit.commit()

    def user(self, organisation: int, user: str) -> User | None:
        with Unit(self._engine) as unit:
            found = unit.get(t.UserTable, (organisation, user))
            return _users(unit, [found])[0] if found is not None else None

    def user_by_login(self, organisation: int, login: str) -> User | None:
        with Unit(self._engine) as unit:
            found = unit.exec(
                select(t.UserTable)
                .where(t.UserTable.organisation_id == organisation)
                .where(t.UserTable.login == login)
            ).first()
            return _users(unit, [found])[0] if found is not None else None

    def members(
        self, organisation: int, *, role: str | None = None, unit: str | None = None
    ) -> Sequence[User]:
        wanted = (
            select(t.UserTable)
            .where(t.UserTable.organisation_id == organisation)
            .where(col(t.UserTable.active).is_(True))
            .order_by(t.UserTable.id)
        )
        if role is not None:
            having = select(t.UserRoleTable.user_id).where(
                t.UserRoleTable.organisation_id == organisation, t.UserRoleTable.role == role
            )
            wanted = wanted.where(col(t.UserTable.id).in_(having))
        if unit is not None:
            inside = select(t.UserUnitTable.user_id).where(
                t.UserUnitTable.organisation_id == organisation, t.UserUnitTable.unit == unit
            )
            wanted = wanted.where(col(t.UserTable.id).in_(inside))
        with Unit(self._engine) as session:
            return _users(session, session.exec(wanted).all())

    def names(self, organisation: int, users: Sequence[str]) -> Mapping[str, str]:
        with Unit(self._engine) as unit:
            found = unit.exec(
                select(t.UserTable.id, t.UserTable.name)
                .where(t.UserTable.organisation_id == organisation)
                .where(col(t.UserTable.id).in_(list(users)))
            )
            return dict(found.all())

    def set_role(self, role: Role) -> None:
        table = t.RolePermissionTable
        with Unit(self._engine) as unit:
            unit.merge(t.RoleTable(organisation_id=role.organisation, id=role.id, title=role.title))
            unit.exec(
                delete(table)
                .where(col(table.organisation_id) == role.organisation)
                .where(col(table.role) == role.id)
            )
            unit.add_all(
                table(organisation_id=role.organisation, role=role.id, permission=each)
                for each in sorted(set(role.permissions))
            )
            unit.commit()

    def roles(self, organisation: int) -> Sequence[Role]:
        with Unit(self._engine) as unit:
            given: dict[str, list[str]] = {}
            for row in unit.exec(
                select(t.RolePermissionTable)
                .where(t.RolePermissionTable.organisation_id == organisation)
                .order_by(t.RolePermissionTable.permission)
            ):
                given.setdefault(row.role, []).append(row.permission)
            rows = unit.exec(
                select(t.RoleTable)
                .where(t.RoleTable.organisation_id == organisation)
                .order_by(t.RoleTable.id)
            )
            return [
                Role(row.id, organisation, row.title, tuple(given.get(row.id, ()))) for row in rows
            ]

    def add_session(self, session: Session) -> None:
        with Unit(self._engine) as unit:
            unit.add(
                t.SessionTable(
                    digest=session.digest,
                    organisation_id=session.organisation,
                    user_id=session.user,
                    created=_text(session.created),
                    expires=_text(session.expires),
                )
            )
            unit.commit()

    def session(self, digest: str) -> Session | None:
        with Unit(self._engine) as unit:
            row = unit.get(t.SessionTable, digest)
            if row is None:
                return None
            created, expires = _instant(row.created), _instant(row.expires)
            return Session(row.digest, row.organisation_id, row.user_id, created, expires)

    def extend_session(self, digest: str, expires: datetime) -> None:
        with Unit(self._engine) as unit:
            row = unit.get(t.SessionTable, digest)
            if row is not None:
                row.expires = _text(expires)
                unit.commit()

    def end_session(self, digest: str) -> None:
        self._delete(delete(t.SessionTable).where(col(t.SessionTable.digest) == digest))

    def end_sessions(self, organisation: int, user: str) -> None:
        self._delete(
            delete(t.SessionTable)
            .where(col(t.SessionTable.organisation_id) == organisation)
            .where(col(t.SessionTable.user_id) == user)
        )

    def add_token(self, token: Token) -> None:
        with Unit(self._engine) as unit:
            unit.add(
                t.TokenTable(
                    digest=token.digest,
                    organisation_id=token.organisation,
                    user_id=token.user,
                    name=token.name,
                    created=_text(token.created),
                    expires=_text(token.expires) if token.expires else None,
                )
            )
            unit.commit()

    def token(self, digest: str) -> Token | None:
        with Unit(self._engine) as unit:
            row = unit.get(t.TokenTable, digest)
            if row is None:
                return None
            expires = _instant(row.expires) if row.expires else None
            return Token(
                row.digest,
                row.organisation_id,
                row.user_id,
                row.name,
                _instant(row.created),
                expires,
            )

    def end_token(self, digest: str) -> None:
        self._delete(delete(t.TokenTable).where(col(t.TokenTable.digest) == digest))

    def note_failure(self, key: str, at: datetime) -> None:
        with Unit(self._engine) as unit:
            unit.add(t.SignInFailureTable(key=key, at=_text(at)))
            unit.commit()

    def failures(self, key: str, since: datetime) -> int:
        with Unit(self._engine) as unit:
            return unit.exec(
                select(func.count())
                .select_from(t.SignInFailureTable)
                .where(t.SignInFailureTable.key == key)
                .where(t.SignInFailureTable.at >= _text(since))
            ).one()

    def clear_failures(self, key: str) -> None:
        self._delete(delete(t.SignInFailureTable).where(col(t.SignInFailureTable.key) == key))

    def sweep(self, now: datetime, failures_before: datetime) -> None:
        self._delete(delete(t.SessionTable).where(col(t.SessionTable.expires) <= _text(now)))
        old = col(t.SignInFailureTable.at) < _text(failures_before)
        self._delete(delete(t.SignInFailureTable).where(old))

    def _delete(self, statement: Any) -> None:
        with Unit(self._engine) as unit:
            unit.exec(statement)
            unit.commit()


def _user_row(user: User) -> t.UserTable:
    return t.UserTable(
        organisation_id=user.organisation,
        id=user.id,
        login=user.login,
        name=user.name,
        password_hash=user.password,
        language=user.language,
        zone=user.zone,
        manager=user.manager,
        active=user.active,
        attributes=dumps(dict(user.attributes)).decode("utf-8"),
    )


def _write_groups(unit: Unit, user: User) -> None:
    unit.add_all(
        t.UserRoleTable(organisation_id=user.organisation, user_id=user.id, role=role)
        for role in sorted(user.roles)
    )
    unit.add_all(
        t.UserUnitTable(organisation_id=user.organisation, user_id=user.id, unit=each, place=place)
        for place, each in enumerate(dict.fromkeys(user.units))
    )


def _users(unit: Unit, rows: Sequence[t.UserTable]) -> list[User]:
    """Rows of one organisation with roles, units and permissions, in three reads for all."""
    if not rows:
        return []
    organisation, ids = rows[0].organisation_id, [row.id for row in rows]
    roles: dict[str, set[str]] = {}
    for user, role in unit.exec(
        select(t.UserRoleTable.user_id, t.UserRoleTable.role)
        .where(t.UserRoleTable.organisation_id == organisation)
        .where(col(t.UserRoleTable.user_id).in_(ids))
    ):
        roles.setdefault(user, set()).add(role)
    units: dict[str, list[str]] = {}
    for user, name in unit.exec(
        select(t.UserUnitTable.user_id, t.UserUnitTable.unit)
        .where(t.UserUnitTable.organisation_id == organisation)
        .where(col(t.UserUnitTable.user_id).in_(ids))
        .order_by(col(t.UserUnitTable.place))
    ):
        units.setdefault(user, []).append(name)
    given: dict[str, set[str]] = {}
    for role, permission in unit.exec(
        select(t.RolePermissionTable.role, t.RolePermissionTable.permission).where(
            t.RolePermissionTable.organisation_id == organisation
        )
    ):
        given.setdefault(role, set()).add(permission)
    return [_user(row, roles.get(row.id, set()), units.get(row.id, []), given) for row in rows]


def _user(
    row: t.UserTable, roles: set[str], units: list[str], given: Mapping[str, set[str]]
) -> User:
    return User(
        id=row.id,
        organisation=row.organisation_id,
        login=row.login,
        name=row.name,
        password=row.password_hash,
        language=row.language,
        zone=row.zone,
        manager=row.manager,
        active=row.active,
        attributes=loads(row.attributes),
        roles=frozenset(roles),
        units=tuple(units),
        permissions=frozenset(each for role in roles for each in given.get(role, ())),
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
