"""What a person who knows the business and no YAML does in the browser alone: models a process
of five stages with a form, a table and an approval of two steps, tries it, sees and mends a gap,
has it published by a second person, changes a limit, reads the difference, and works an order
through.

Each station leaves its picture: `docs/screens/journey-*.png`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.shared_data import REPOSITORY
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter, violations
from playwright.sync_api import Browser, Locator, Page, expect

PICTURES = REPOSITORY / "docs" / "screens"
DEEDS = (
    ("sales-manager", "verdict:approve:"),
    ("finance", "verdict:approve:"),
    ("sales", "complete:"),
    ("warehouse", "complete:"),
)
MAY_PUBLISH = ["definition.read", "definition.publish"]


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("journey"), second_person=True) as opened:
        opened.app.accounts.set_role(
            "sales-manager", title="Sales manager", permissions=MAY_PUBLISH
        )
        with serving(opened) as served:
            yield served


class Journey:
    """One window, whoever sits at it."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.site = page, site
        self.seen: list[str] = []

    def as_(self, login: str) -> None:
        # Not while a page of somebody else is open: it would ask once more, as nobody.
        self.page.goto("about:blank")
        self.page.context.clear_cookies(name="orderloom_session")
        enter(self.page, self.site, login)

    def go(self, path: str) -> None:
        self.page.goto(self.site.url + path)

    def button(self, name: str, inside: str = "main") -> Locator:
        return self.page.locator(inside).get_by_role("button", name=name, exact=True)

    def picture(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.seen += [f"{name}: {each}" for each in violations(self.page)]
        self.page.screenshot(path=PICTURES / f"journey-{name}.png")

    def save(self) -> None:
        self.button("Save draft").click()
        expect(self.page.locator(".ol-head .sub")).to_contain_text("The draft is saved.")


def test_the_journey(browser: Browser, site: Site) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, device_scale_factor=0.7)
    page = context.new_page()
    page.set_default_timeout(15_000)
    heard = complaints(page)
    journey = Journey(page, site)
    journey.as_("ada")
    _begin(journey)
    _form(journey)
    _table(journey)
    _approval(journey)
    _process(journey)
    _play(journey)
    _publish(journey, "First version.")
    _order(journey, "Work", "bob", "carol")
    _change(journey)
    _publish(journey, "Up to 1,600 finance need not be asked.")
    _order(journey, "Work", "bob")
    context.close()
    assert journey.seen == []
    # A page that is left while it loads is the one thing a browser may complain about.
    assert [each for each in heard if "Failed to load resource" not in each] == []


def _begin(journey: Journey) -> None:
    page = journey.page
    journey.go("/definitions")
    page.locator("main").get_by_role("link", name="New process").click()
    page.get_by_label("Title").fill("Pallet order")
    page.locator("#starts").select_option("sales")
    page.locator("#approves").select_option("sales-manager")
    journey.button("Begin").click()
    # A newcomer is taken around, and may leave.
    expect(page.get_by_role("dialog")).to_contain_text("step 1 of")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#outline")).to_contain_text("Refused")
    journey.picture("1-begun")


def _form(journey: Journey) -> None:
    page = journey.page
    journey.go("/definitions/form/pallet-order/design")
    journey.button("Yes or no").click()
    page.get_by_label("Label").first.fill("Heavy")
    expect(page.locator("[data-pane=preview]")).to_contain_text("Heavy")
    journey.save()
    journey.picture("2-form")


def _table(journey: Journey) -> None:
    page = journey.page
    journey.go("/bundles/pallet-order")
    page.locator("#kind").select_option("decision")
    page.locator("#title").fill("Finance approves")
    page.locator("form:has(#kind) button").click()
    page.locator("td", has_text="<= 1000").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("> 2000")
    page.keyboard.press("Enter")
    # Between 1000 and 2000 no row matches: told with a case, and mended by one press.
    expect(page.locator("main")).to_contain_text("For amount = 1001 no row matches")
    journey.picture("3-gap")
    journey.button("Add the row").first.click()
    expect(page.locator("main")).not_to_contain_text("For amount = 1001 no row matches")
    page.locator('td[data-r="2"][data-c="1"]').click()
    page.keyboard.press("Enter")
    page.keyboard.type('"no"')
    page.keyboard.press("Enter")
    journey.save()
    journey.picture("4-table")


def _approval(journey: Journey) -> None:
    page = journey.page
    journey.go("/definitions/approval/pallet-order/design")
    journey.button("After").click()
    page.locator("summary", has_text="Who approves").click()
    page.get_by_label("Form of Who approves").select_option(label="A role")
    page.get_by_label("Who approves").last.fill("finance")
    page.get_by_label("Only if").last.fill('answer = "no"')
    page.keyboard.press("Tab")
    journey.save()
    journey.picture("5-approval")


def _process(journey: Journey) -> None:
    page = journey.page
    journey.go("/definitions/process/pallet-order/design")
    outline, panel = page.locator("#outline"), page.locator("#properties")
    # The table decides before anybody is asked.
    outline.get_by_text("Approval", exact=True).click()
    _further(panel, "On entering")
    journey.button("Add: On entering", "#properties").click()
    panel.get_by_label("Form of 1").last.select_option(label="Decide")
    panel.get_by_role("combobox", name="Decide").last.fill("finance-approves")
    panel.get_by_role("textbox", name="Result under").fill("answer")
    page.keyboard.press("Tab")
    # A fifth stage between work and its end.
    page.locator("[data-verb=add]").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Packing")
    dialog.get_by_role("button", name="Add").click()
    _further(panel, "Activities")
    journey.button("Add: Activities", "#properties").click()
    panel.get_by_label("Form of 1").select_option(label="Task")
    panel.get_by_role("textbox", name="Task *").fill("pack")
    _further(panel, "By whom", of="1")
    panel.get_by_label("Form of By whom").select_option(label="A role")
    panel.get_by_role("combobox", name="By whom").last.fill("warehouse")
    page.keyboard.press("Tab")
    _connect(journey, "Packing", "Closed")
    outline.get_by_text("Work", exact=True).click()
    panel.get_by_label("done leads to").select_option("packing")
    outline.get_by_text("Whole process", exact=True).click()
    journey.save()
    expect(page.locator(".ol-findings")).to_contain_text("Nothing is wrong with it.")
    journey.picture("6-process")


def _further(panel: Locator, name: str, of: str = "The definition") -> None:
    """One of the fields that need not be there."""
    adding = panel.locator("div", has=panel.page.get_by_label(f"Further fields of {of}")).last
    adding.get_by_role("combobox").select_option(label=name)
    adding.get_by_role("button", name="Add", exact=True).click()


def _connect(journey: Journey, source: str, target: str) -> None:
    page = journey.page
    page.locator("#outline").get_by_text(source, exact=True).click()
    journey.button("Add a transition", "#properties").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To").select_option(label=f"{target} ({target.lower()})")
    dialog.get_by_role("button", name="Connect").click()


def _play(journey: Journey) -> None:
    page = journey.page
    journey.go("/definitions/process/pallet-order/play")
    page.get_by_label("Subject").fill("Forty pallets")
    page.get_by_label("Amount").fill("2500")
    journey.button("Create the order").click()
    told = page.locator("main")
    expect(told).to_contain_text("Nothing leaves.")
    expect(told).to_contain_text("Amount 2,500 → no")
    expect(told).to_contain_text("Sales manager")
    journey.picture("7-play")
    for step, (who, deed) in enumerate(DEEDS, start=1):
        page.locator(f'button[name="play.who"][value="{who}"]').click()
        expect(page.locator(f'button[value="{who}"][aria-pressed="true"]')).to_be_visible()
        page.locator(".ol-play-deed[aria-expanded]").first.click()
        page.locator(f'button[value^="{deed}"]').first.click()
        expect(told).to_contain_text(f"{step} step")
    # What the bundle began with is no longer what happens: the walk takes its place.
    page.get_by_label("Id of the scenario").fill("first-order")
    journey.button("Save as a scenario").click()
    expect(told).to_contain_text("first-order")


def _publish(journey: Journey, comment: str) -> None:
    """Who wrote it may not publish it alone; bob may."""
    page = journey.page
    journey.as_("bob")
    journey.go("/bundles/pallet-order/publish")
    page.get_by_label("Why").fill(comment)
    journey.picture("8-publish")
    journey.button("Publish").click()
    page.wait_for_url("**/definitions?**")


def _order(journey: Journey, stage: str, *approvers: str) -> None:
    """An order of 1,500, whose approvers approve it one after the other."""
    page = journey.page
    journey.as_("alice")
    journey.go("/orders/new/pallet-order")
    page.locator('[name="subject"]').fill("Forty pallets")
    page.locator('[name="amount"]').fill("1500")
    page.locator('button.btn-primary[value="create"]').click()
    page.wait_for_url("**/orders/PO-*")
    order = page.url
    for login in approvers:
        journey.as_(login)
        journey.go("/tasks")
        page.locator("main tr[data-row] a[data-open]").first.click()
        journey.button("Approve").click()
        page.wait_for_url(lambda url: "/tasks/" not in url)
    journey.as_("alice")
    page.goto(order)
    expect(page.locator(".ol-way .chip.now")).to_contain_text(stage)


def _change(journey: Journey) -> None:
    page = journey.page
    journey.as_("ada")
    journey.go("/definitions/decision/finance-approves/design")
    page.locator("td", has_text="<= 1000").click()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type("<= 1600")
    page.keyboard.press("Enter")
    journey.save()
    journey.go("/definitions/decision/finance-approves/differences")
    expect(page.locator("main")).to_contain_text("<= 1000 → <= 1600")
    journey.picture("9-difference")
