"""A headless Chromium that sees this machine only, with the CDN's files from `node_modules`.

Chromium is `$CHROMIUM`, else one on the PATH, else Playwright's own, else npm's
`@sparticuz/chromium`.
"""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from parts.cdn import HOST, NODE_MODULES, serving_cdn
from parts.shared_data import REPOSITORY

FIXTURES = frozenset({"browser", "browser_context", "page"})
CDN = f"https://{HOST}/npm/"
# The one without windows first: it takes a sixth less of the processor.
ON_PATH = (
    "chromium-headless-shell",
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Only this machine is reached, whose CDN signs for itself.
    "--ignore-certificate-errors",
]
# The first rule that fits counts; a route of Playwright's would let no page keep any file.
RESOLVED = "MAP {} 127.0.0.1:{}, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"


@cache
def missing() -> str | None:
    """Why no browser test can run, or None."""
    if not NODE_MODULES.is_dir():
        return "no node_modules: run `npm ci --ignore-scripts`"
    if chromium() is None:
        return "no Chromium: install Debian's package chromium, or name one in CHROMIUM"
    return None


@cache
def chromium() -> str | None:
    """The path of a Chromium to drive, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = next((path for name in ON_PATH if (path := shutil.which(name))), None)
    return found or _playwrights_own() or _from_npm()


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder of the pinned npm packages; a test that asks for it needs no browser."""
    if NODE_MODULES.is_dir():
        return NODE_MODULES
    reason = "no node_modules: run `npm ci --ignore-scripts`"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser per test process, closed to the outside."""
    with serving_cdn(tmp_path_factory.mktemp("cdn")) as port, sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium(),
            args=[*ARGUMENTS, f"--host-resolver-rules={RESOLVED.format(HOST, port)}"],
        )
        yield started
        started.close()


@pytest.fixture
def browser_context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    """A tab of a fresh profile."""
    return browser_context.new_page()


def _playwrights_own() -> str | None:
    if importlib.util.find_spec("playwright") is None:
        return None
    cached = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    return next(
        (str(path) for path in sorted(cached.glob("chromium-*/chrome-linux*/chrome"))), None
    )


def _from_npm() -> str | None:
    node = shutil.which("node")
    if node is None or not (NODE_MODULES / "@sparticuz" / "chromium").is_dir():
        return None
    script = "import c from '@sparticuz/chromium'; console.log(await c.executablePath())"
    ran = subprocess.run(
        [node, "--input-type=module", "--eval", script],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout.strip() or None if ran.returncode == 0 else None
