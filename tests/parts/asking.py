"""Answers of a page that take it a while.

Chromium may lose a promise that it was asked to wait for ("Promise was collected"), however well
the page holds it. So the page keeps the answer, and is asked whether it is there.
"""

from __future__ import annotations

import time
from typing import Any, Final

from playwright.sync_api import Page

PATIENCE: Final = 30.0
_BEGIN: Final = """(given) => {
  const mine = { done: false };
  window.olAsked = mine;
  mine.promise = (%s)(given).then(
    (value) => Object.assign(mine, { done: true, value }),
    (error) => Object.assign(mine, { done: true, error: String(error?.stack ?? error) }),
  );
}"""
_LOOK: Final = """() => {
  const { done, value, error } = window.olAsked;
  return { done, value, error };
}"""


def ask(page: Page, script: str, given: Any = None) -> Any:
    """What an asynchronous function of JavaScript answers. Raises `AssertionError` with what it
    threw, or if it takes too long."""
    page.evaluate(_BEGIN % script, given)
    ends = time.monotonic() + PATIENCE
    while not (found := page.evaluate(_LOOK))["done"]:
        assert time.monotonic() < ends, f"no answer: {script[:200]}"
        page.wait_for_timeout(5)
    assert found.get("error") is None, found["error"]
    return found.get("value")
