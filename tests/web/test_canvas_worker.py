"""The worker that runs pinned libraries: nothing else, under a policy of its own."""

from __future__ import annotations

from typing import Any

import pytest
from parts.asking import ask
from parts.site import Site
from parts.surfing import complaints, enter
from playwright.sync_api import Page

from orderloom.platform.web.assets import assets
from orderloom.platform.web.static_files import module_url

WRONG = "sha384-" + "A" * 64
# Sends at once what it wants of the library, before that is there.
ASK = """([address, load]) => new Promise((done) => {
  const worker = new Worker(address);
  worker.onmessage = (event) => event.data.id === 1 && done(event.data.data.children[0].width);
  worker.onerror = (event) => { event.preventDefault(); done(event.message); };
  worker.postMessage({load});
  worker.postMessage({id: 0, cmd: "register", algorithms: ["layered"]});
  const graph = {id: "all", children: [{id: "a", width: 30, height: 10}]};
  worker.postMessage({id: 1, cmd: "layout", graph, layoutOptions: {}, options: {}});
})"""


def pinned(**changed: Any) -> list[dict[str, Any]]:
    asset = assets()["elk-worker"]
    return [{"url": asset.url(local=False), "integrity": asset.integrity, **changed}]


LOADS = {
    "pinned": (pinned(), 30),
    "another content": (pinned(integrity=WRONG), "Failed to fetch"),
    "no integrity": (pinned(integrity=None), "no integrity"),
    "another place": (pinned(url="https://elsewhere.example/elk.js"), "Failed to fetch"),
    "our own origin": (pinned(url="/sign-in"), "Failed to"),
    "one of two": ([*pinned(), *pinned(integrity=WRONG)], "Failed to fetch"),
}


@pytest.mark.parametrize("name", list(LOADS))
def test_only_what_is_pinned_runs(page: Page, live_site: Site, name: str) -> None:
    load, expected = LOADS[name]
    page.goto(f"{live_site.url}/sign-in")
    found = ask(page, ASK, [module_url("worker.js"), load])
    if isinstance(expected, str):
        assert expected in found
        return
    assert found == expected


def test_its_policy_is_its_own(page: Page, live_site: Site) -> None:
    heard = complaints(page)
    enter(page, live_site, "ada")
    answer = page.goto(live_site.url + module_url("worker.js"))
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert policy == (
        "default-src 'none'; script-src 'self' blob:; connect-src https://cdn.jsdelivr.net"
    )
    around = page.goto(f"{live_site.url}/tasks")
    assert around is not None
    assert "unsafe" not in around.headers["content-security-policy"]
    assert "worker-src 'self'" in around.headers["content-security-policy"]
    assert heard == []
