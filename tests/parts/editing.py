"""A person who changes definitions on the pages, without a browser."""

from __future__ import annotations

import html
import re
from typing import Any

from fastapi.testclient import TestClient

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.application import Application
from orderloom.platform.web.app import create_app
from orderloom.platform.web.security import SESSION_COOKIE
from parts.application import PASSWORD

EDIT = "/definitions/process/request/edit"
WRITES = ["definition.read", "definition.write", "definition.publish"]
TEXT = re.compile(r'<textarea[^>]* name="text"[^>]*>\n(.*?)</textarea>', re.DOTALL)
TAG = re.compile(r'name="tag" value="([^"]+)"')


class Hand:
    """A browser of one person."""

    def __init__(
        self, app: Application, login: str, language: str = "en", *, password: str = PASSWORD
    ) -> None:
        session = app.accounts.sign_in(login, password, "127.0.0.1")
        assert isinstance(session, SignedIn), session
        self.csrf = session.csrf
        app.accounts.set_language(session.actor, language)
        cookies = {SESSION_COOKIE: session.token}
        self.client = TestClient(create_app(app), cookies=cookies, follow_redirects=False)

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> Any:
        return self.client.post(path, data={"csrf": self.csrf, **fields})

    def opened(self) -> tuple[str, str]:
        """The text and the tag of the form."""
        page = self.get(EDIT).text
        text, tag = TEXT.search(page), TAG.search(page)
        assert text is not None
        assert tag is not None
        return html.unescape(text[1]), tag[1]
