"""Tables of people, roles, sessions and tokens. Instants are ISO 8601 text in UTC."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class OrganisationTable(SQLModel, table=True):
    """The owner of everything else."""

    __tablename__ = "organisation"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str


class UserTable(SQLModel, table=True):
    """A person. `attributes` is a JSON object; `manager` another user's id."""

    __tablename__ = "app_user"
    __table_args__ = (UniqueConstraint("organisation_id", "login"),)
    organisation_id: int = Field(primary_key=True)
    id: str = Field(primary_key=True)
    login: str
    name: str
    password_hash: str
    language: str
    zone: str
    manager: str | None = None
    active: bool = True
    attributes: str = "{}"


class RoleTable(SQLModel, table=True):
    """A role of an organisation."""

    __tablename__ = "role"
    organisation_id: int = Field(primary_key=True)
    id: str = Field(primary_key=True)
    title: str


class RolePermissionTable(SQLModel, table=True):
    """A permission that a role gives."""

    __tablename__ = "role_permission"
    organisation_id: int = Field(primary_key=True)
    role: str = Field(primary_key=True)
    permission: str = Field(primary_key=True)


class UserRoleTable(SQLModel, table=True):
    """A role that a user has. The second index finds a role's users."""

    __tablename__ = "user_role"
    organisation_id: int = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    role: str = Field(primary_key=True, index=True)


class UserUnitTable(SQLModel, table=True):
    """A unit that a user belongs to; `place` keeps their order."""

    __tablename__ = "user_unit"
    organisation_id: int = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    place: int = 0


class SessionTable(SQLModel, table=True):
    """A signed-in browser, by the SHA-256 of its token."""

    __tablename__ = "session"
    digest: str = Field(primary_key=True)
    organisation_id: int
    user_id: str = Field(index=True)
    created: str
    expires: str = Field(index=True)


class TokenTable(SQLModel, table=True):
    """An API token, by its SHA-256."""

    __tablename__ = "api_token"
    digest: str = Field(primary_key=True)
    organisation_id: int
    user_id: str = Field(index=True)
    name: str
    created: str
    expires: str | None = None


class SignInFailureTable(SQLModel, table=True):
    """A sign-in that failed, under the key of the login or of the address."""

    __tablename__ = "sign_in_failure"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True)
    at: str = Field(index=True)
