"""Tables of people: organisations, users, roles, units, sessions, tokens."""

from sqlmodel import Field, Index, SQLModel

from orderloom.platform.store.columns import Id, Words


class Organisation(SQLModel, table=True):
    __tablename__ = "organisation"

    id: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})
    name: str = Field(sa_type=Words)


class AppUser(SQLModel, table=True):
    """`id` is pseudonymous; `attributes` is a JSON object of the directory's further fields."""

    __tablename__ = "app_user"
    __table_args__ = (Index("app_user_login", "organisation_id", "login", unique=True),)

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Words)
    login: str = Field(sa_type=Words)
    name: str = Field(sa_type=Words)
    password: str = Field(sa_type=Words)
    language: str = Field(sa_type=Words)
    zone: str = Field(sa_type=Words)
    manager: str | None = Field(default=None, sa_type=Words)
    active: bool = True
    attributes: str = Field(sa_type=Words)


class RoleRow(SQLModel, table=True):
    __tablename__ = "role"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Words)
    title: str = Field(sa_type=Words)


class RolePermission(SQLModel, table=True):
    __tablename__ = "role_permission"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    role_id: str = Field(primary_key=True, sa_type=Words)
    permission: str = Field(primary_key=True, sa_type=Words)


class UserRole(SQLModel, table=True):
    __tablename__ = "user_role"
    __table_args__ = (
        Index("user_role_role", "organisation_id", "role_id"),
        {"sqlite_with_rowid": False},
    )

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    user_id: str = Field(primary_key=True, sa_type=Words)
    role_id: str = Field(primary_key=True, sa_type=Words)


class UnitRow(SQLModel, table=True):
    __tablename__ = "unit"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Words)
    title: str = Field(sa_type=Words)


class UserUnit(SQLModel, table=True):
    """`place`: the order in which somebody's units are told."""

    __tablename__ = "user_unit"
    __table_args__ = (
        Index("user_unit_unit", "organisation_id", "unit_id"),
        {"sqlite_with_rowid": False},
    )

    organisation_id: int = Field(primary_key=True, sa_type=Id)
    user_id: str = Field(primary_key=True, sa_type=Words)
    unit_id: str = Field(primary_key=True, sa_type=Words)
    place: int = Field(sa_type=Id)


class SessionRow(SQLModel, table=True):
    """`digest`: SHA-256 of the cookie; the cookie itself is nowhere."""

    __tablename__ = "session"
    __table_args__ = (
        Index("session_expires", "expires"),
        Index("session_user", "organisation_id", "user_id"),
    )

    digest: str = Field(primary_key=True, sa_type=Words)
    organisation_id: int = Field(sa_type=Id)
    user_id: str = Field(sa_type=Words)
    created: str = Field(sa_type=Words)
    expires: str = Field(sa_type=Words)


class ApiToken(SQLModel, table=True):
    __tablename__ = "api_token"

    digest: str = Field(primary_key=True, sa_type=Words)
    organisation_id: int = Field(sa_type=Id)
    user_id: str = Field(sa_type=Words)
    name: str = Field(sa_type=Words)
    created: str = Field(sa_type=Words)
    expires: str | None = Field(default=None, sa_type=Words)


class SubstitutionRow(SQLModel, table=True):
    """Who stands in for whom; never deleted."""

    __tablename__ = "substitution"
    __table_args__ = (
        Index("substitution_substitute", "organisation_id", "substitute", "ends"),
        Index("substitution_person", "organisation_id", "person", "ends"),
    )

    id: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})
    organisation_id: int = Field(sa_type=Id)
    person: str = Field(sa_type=Words)
    substitute: str = Field(sa_type=Words)
    starts: str = Field(sa_type=Words)
    ends: str = Field(sa_type=Words)
    set_by: str = Field(sa_type=Words)
    set_at: str = Field(sa_type=Words)
    ended: str | None = Field(default=None, sa_type=Words)
    ended_by: str | None = Field(default=None, sa_type=Words)


class SignInFailure(SQLModel, table=True):
    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("sign_in_failure_key", "key", "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    key: str = Field(sa_type=Words)
    at: str = Field(sa_type=Words)
