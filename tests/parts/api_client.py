"""Calls the REST API as one of the cast; answers with exact numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from fastapi.testclient import TestClient

from orderloom.platform.app.application import Application
from orderloom.platform.codec import dumps, loads
from orderloom.platform.web.app import create_app


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and JSON of a response."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> Any:
        return self.body.get("code") if isinstance(self.body, dict) else None


class Api:
    """`call("alice", "POST", "/orders", {...})`; `raw` sends bytes as they are."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._client = TestClient(create_app(app), raise_server_exceptions=False)
        self._tokens: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._client.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        place: TracebackType | None,
    ) -> None:
        self._client.__exit__(kind, error, place)

    def token(self, login: str) -> str:
        """A token of a user, made once."""
        if login not in self._tokens:
            made = self._app.accounts.create_token(login)
            assert isinstance(made, str), made
            self._tokens[login] = made
        return self._tokens[login]

    def call(
        self,
        login: str | None,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        **headers: str,
    ) -> Answer:
        """A request as somebody; header names with underscores for hyphens."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if login is not None:
            sent["Authorization"] = f"Bearer {self.token(login)}"
        content = raw if raw is not None else dumps(body) if body is not None else None
        response = self._client.request(method, f"/api/v1{path}", content=content, headers=sent)
        is_json = "json" in response.headers.get("content-type", "")
        return Answer(
            response.status_code,
            response.headers,
            loads(response.content) if is_json else response.text,
        )

    def order(self, total: Any = 250, login: str = "alice", **headers: Any) -> Any:
        """A new order of the small process."""
        body = {"process": "request", "data": {"title": "Desk", "total": total}}
        answer = self.call(login, "POST", "/orders", body, **headers)
        assert answer.status == 201, answer
        return answer.body
