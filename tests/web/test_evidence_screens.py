"""The evidence page in a browser: accessible, no wider than the window, usable without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.looking import tab, wrong_with
from parts.site import Site, open_site, serving
from playwright.sync_api import Browser

from orderloom.audit.verify import verify_file

PATHS = {
    "audit-evidence": "/audit/evidence",
    "audit-sample": "/audit/evidence?seed=14&size=3&by=process",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("evidence")) as made:
        for n in range(4):
            made.order(customer=f"Tatra {n}")
        made.app.sealing.seal()
        with serving(made) as served:
            yield served


@pytest.mark.parametrize(("window", "language"), [("wide", "en"), ("phone", "pl")])
def test_the_page(browser: Browser, site: Site, window: str, language: str, tmp_path: Path) -> None:
    with tab(browser, site, "erin", language, window=window) as page:
        for name, path in PATHS.items():
            page.goto(f"{site.url}{path}")
            assert wrong_with(page, name) == []
        page.fill("#p-reason", "Yearly audit, sample 14")
        with page.expect_download() as told:
            page.click("#pack button.btn-primary")
        pack = tmp_path / "p.zip"
        told.value.save_as(pack)
    assert verify_file(pack).ok
