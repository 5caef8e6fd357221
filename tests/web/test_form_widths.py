"""A field is as wide as its layout says, in twelfths; on a phone as wide as the page."""

from __future__ import annotations

import pytest
from parts.form_page import page as page_of
from parts.repository import text
from playwright.sync_api import Browser

from orderloom.forms import compile_form
from orderloom.platform.words import Words

SHARES = (1, 3, 4, 6, 8, 12)
FORM = compile_form(
    {
        "schema": {
            "type": "object",
            "properties": {f"f{share}": {"type": "string"} for share in SHARES},
        },
        "layout": [
            {
                "section": "All",
                "fields": [{"field": f"f{share}", "width": share} for share in SHARES],
            }
        ],
    }
)


@pytest.mark.parametrize("window", [1440, 390])
def test_widths_are_twelfths(browser: Browser, window: int) -> None:
    view = FORM.view(
        {}, stages=set(), draft=True, actor={"id": "a"}, language="en", words=Words("en")
    )
    page = browser.new_page(viewport={"width": window, "height": 900})
    page.set_content(
        f"<style>{text('static/app.css')}{text('static/pages.css')}</style>{page_of(view)}"
    )
    grid = page.locator(".frm").evaluate("e => e.getBoundingClientRect().width")
    style = "e => parseFloat(getComputedStyle(e).paddingLeft) * 2"
    inner = grid - page.locator(".frm").evaluate(style)
    for share in SHARES:
        box = page.locator(f"#f-f{share}").locator("xpath=..").bounding_box()
        assert box is not None
        wanted = inner if window == 390 else (inner + 14) * share / 12 - 14
        assert abs(box["width"] - wanted) < 2, share
    page.close()
