"""What protects a browser: content policy, headers, cookies, and the token in every form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from orderloom.platform.app.passwords import same
from orderloom.platform.problem import Rejection

SESSION_COOKIE: Final = "orderloom_session"
LANGUAGE_COOKIE: Final = "orderloom_language"
THEME_COOKIE: Final = "orderloom_theme"
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "x-csrf-token"
YEAR: Final = 365 * 24 * 3600
CDN: Final = "https://cdn.jsdelivr.net"

# The API's own description pages need nothing more; inline scripts and styles are never allowed.
HEADERS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def content_policy(*, local_assets: bool) -> str:
    """The Content-Security-Policy: our own origin, and the CDN unless assets are local."""
    cdn = "" if local_assets else f" {CDN}"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self'{cdn}",
            f"style-src 'self'{cdn}",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        )
    )


def worker_policy(*, local_assets: bool) -> str:
    """The policy of the worker that runs pinned libraries: it fetches them, runs what it has
    fetched, and reaches nothing else."""
    source = "'self'" if local_assets else CDN
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self' blob:",
            f"connect-src {source}",
        )
    )


def headers(*, local_assets: bool, secure: bool) -> dict[str, str]:
    """All headers that every response carries."""
    found = {**HEADERS, "Content-Security-Policy": content_policy(local_assets=local_assets)}
    if secure:
        found["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    return found


def set_session(response: Response, token: str, *, secure: bool) -> None:
    """The cookie of a session: no script reads it, no other site's form sends it. It goes with
    the browser's session; the server ends it earlier when it is not used."""
    response.set_cookie(
        _session_cookie(secure), token, httponly=True, secure=secure, samesite="lax", path="/"
    )


def end_session(response: Response, *, secure: bool) -> None:
    """Takes the cookie away."""
    response.delete_cookie(_session_cookie(secure), path="/", secure=secure, httponly=True)


def session_token(cookies: Mapping[str, str], *, secure: bool) -> str | None:
    """The session's token as the browser sent it."""
    return cookies.get(_session_cookie(secure))


def set_preference(response: Response, name: str, value: str, *, secure: bool) -> None:
    """A cookie with nothing secret in it: language, theme."""
    response.set_cookie(
        name, value, max_age=YEAR, httponly=True, secure=secure, samesite="lax", path="/"
    )


def check_origin(sent: Mapping[str, str]) -> Rejection | None:
    """Refuses a form that another site sends; browsers say where it comes from."""
    if sent.get("sec-fetch-site") in ("cross-site", "same-site"):
        return _forged()
    origin = sent.get("origin")
    if origin and (origin == "null" or urlsplit(origin).netloc != sent.get("host", "")):
        return _forged()
    return None


def check_csrf(expected: str, given: str | None) -> Rejection | None:
    """Refuses a form without the session's own token."""
    return None if given and same(expected, given) else _forged()


def safe_target(target: str | None, default: str = "/") -> str:
    """Where to go after signing in: a path of ours, never another site."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return default
    parts = urlsplit(target)
    clean = not parts.scheme and not parts.netloc and target.isprintable() and "\\" not in target
    return target if clean else default


def _session_cookie(secure: bool) -> str:
    return f"__Host-{SESSION_COOKIE}" if secure else SESSION_COOKIE


def _forged() -> Rejection:
    return Rejection("csrf.missing", "The form was not sent by a page of this session.")
