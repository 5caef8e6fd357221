"""What browser tests do on pages: sign in, look for violations, fill in forms."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import ConsoleMessage, Page

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.web.security import SESSION_COOKIE
from parts.asking import ask
from parts.cdn import NODE_MODULES
from parts.site import Site

AXE = NODE_MODULES / "axe-core" / "axe.min.js"
# Best practices beside WCAG are checked too; nothing is switched off.
RUN_AXE = """async (rules) => {
  const found = await axe.run(document, {resultTypes: ["violations"], ...rules});
  return found.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(" ")).join(", ")}`);
}"""
# What a page asked for and no longer waits for, since it was left; a missing file has a status, a
# server that is not there another name.
LEFT = "Failed to load resource: net::ERR_FAILED"
# As the server writes it for those who chose it; what moves on the way there is at its end.
DRESS = """theme => {
  document.documentElement.dataset.bsTheme = theme;
  document.querySelector('meta[name="color-scheme"]').content = theme;
  document.getAnimations().forEach(each => each.finish());
}"""


def sign_in(page: Page, site: Site, login: str) -> None:
    """Signs in by the form; ends on the list of tasks."""
    page.context.clear_cookies(name="orderloom_session")
    page.goto(f"{site.url}/sign-in")
    page.locator("#login").fill(login)
    page.locator("#password").fill(site.password)
    page.locator("main button.btn-primary").click()
    page.wait_for_url(f"{site.url}/tasks")


def enter(page: Page, site: Site, login: str, language: str = "en") -> None:
    """Opens a session without the form, so that many pages are looked at quickly."""
    actor = site.actors[login]
    site.app.accounts.set_language(actor, language)
    session = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
    assert isinstance(session, SignedIn), session
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": session.token, "url": site.url}])


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, every `details` opened."""
    page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = ask(page, RUN_AXE, {})
    return found


def dress(page: Page, theme: str) -> None:
    """Makes the page light or dark where it stands."""
    page.evaluate(DRESS, theme)


def in_the_dark(page: Page) -> list[str]:
    """What axe finds of colours once the page is dark: nothing else follows the theme."""
    dress(page, "dark")
    found: list[str] = page.evaluate(
        RUN_AXE, {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    )
    return [f"dark: {each}" for each in found]


def complaints(page: Page) -> list[str]:
    """A list that fills with what the browser complains about: policy, scripts, missing files."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and message.text != LEFT:
            heard.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    width: Any = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return int(width)
