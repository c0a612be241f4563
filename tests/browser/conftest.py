"""A browser at the deployed local stack, and a shopper's hands.

The stack is the one of the end-to-end tests (tests/support/deployed.py).
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect, sync_playwright

from scripts.stack.layout import ROOT
from tests.browser.chromium import launch
from tests.support.stack import RunningStack

SCREENS = {"phone": (390, 844), "desktop": (1280, 900)}
# A cold function of the emulator takes seconds when the computer is busy.
PATIENCE_MS = 30_000
PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        yield browser
        browser.close()


@pytest.fixture(params=["desktop"])
def page(request: pytest.FixtureRequest, browser: Browser, stack: RunningStack) -> Iterator[Page]:
    """A fresh visitor's page at the shop. Faults of the scripts, and server errors, fail the test.

    Parametrize it indirectly with "phone" for the small screen. A failed test leaves a screenshot in .local/browser.
    """
    width, height = SCREENS[request.param]
    small = request.param == "phone"
    context = browser.new_context(
        base_url=stack.facts["shop"],
        viewport={"width": width, "height": height},
        is_mobile=small,
        has_touch=small,
        locale="en-US",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("response", lambda got: faults.append(f"{got.status} {got.url}") if got.status >= 500 else None)
    failed_before = request.session.testsfailed
    yield page
    if faults or request.session.testsfailed > failed_before:
        folder = ROOT / ".local" / "browser"
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{re.sub(r'[^\w-]+', '-', request.node.name)}.png", full_page=True)
    context.close()
    assert not faults, faults


@dataclass(frozen=True)
class Shopper:
    """Someone at the shop's pages, who looks for things by what they are called."""

    page: Page
    email: str

    def button(self, name: str) -> Locator:
        """A button by its words."""
        return self.page.get_by_role("button", name=name)

    def heading(self, name: str) -> Locator:
        """A heading by its words."""
        return self.page.get_by_role("heading", name=name)

    def sign_up(self, first_name: str = "") -> None:
        """Make an account, from a page that asks who one is. Whoever leaves before it is known there has none."""
        self.page.get_by_role("main").get_by_role("button", name="Sign up").click()
        self.create_account(first_name)

    def create_account(self, first_name: str = "") -> None:
        """The same on the sign-in service's page."""
        page = self.page
        page.get_by_label("First name").fill(first_name)
        page.get_by_label("Email").fill(self.email)
        page.get_by_label("Password").fill(PASSWORD)
        self.button("Create account").click()
        expect(self.button("Your account")).to_be_visible()

    def sign_out(self) -> None:
        """By the menu of the account; the sign-in service has heard of it."""
        self.button("Your account").click()
        self.button("Sign out").click()
        expect(self.page.get_by_role("banner").get_by_role("button", name="Sign in")).to_be_visible()

    def sign_in(self) -> None:
        """Into the account that was made with `sign_up`, and back to the same page."""
        page = self.page
        page.get_by_role("banner").get_by_role("button", name="Sign in").click()
        page.get_by_label("Email").fill(self.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(self.button("Your account")).to_be_visible()

    def take(self, slug: str, pieces: int = 1) -> None:
        """Put so many pieces of a product into the cart, in whatever variant is shown first."""
        self.page.goto(f"/products/{slug}")
        for _ in range(pieces - 1):
            self.button("One more").click()
        self.button("Add to cart").click()
        expect(self.page.get_by_text("in your cart.")).to_be_visible()

    def give_address(self, country: str = "FR", postal_code: str = "75011", city: str = "Paris") -> None:
        """Fill the checkout's form; nobody else lives there, so no limit on unpaid orders is met."""
        page = self.page
        page.get_by_label("Email").fill(self.email)
        page.get_by_label("Country").select_option(country)
        page.get_by_label("Name").fill("Ada Lovelace")
        page.get_by_label("Street and number").fill(f"{uuid.uuid4().hex[:8]} rue des Lampes")
        page.get_by_label(re.compile("^Post")).fill(postal_code)
        page.get_by_label("City").fill(city)

    def order(self) -> str:
        """From the cart to the payment. Returns the order's id."""
        page = self.page
        page.goto("/cart")
        page.get_by_role("link", name="Go to checkout").click()
        self.give_address()
        self.button("Place order").click()
        expect(self.heading("Pay for your order")).to_be_visible()
        expect(page.get_by_label("Card number")).to_be_visible()
        return page.url.rpartition("/")[2]

    def pay(self, card: str) -> None:
        """Choose a test card by its label and pay with it."""
        self.page.get_by_role("complementary", name="Test cards").get_by_role("button", name=card).click()
        self.page.get_by_role("form", name="Card").get_by_role("button").click()

    def sees_confirmation(self) -> None:
        """The page tells by itself that the order is confirmed."""
        expect(self.heading("Thank you!")).to_be_visible()
        expect(self.page.get_by_text("paid and confirmed", exact=False).first).to_be_visible()


@pytest.fixture
def shopper(page: Page) -> Shopper:
    """Somebody new."""
    return Shopper(page, f"ada-{uuid.uuid4().hex[:10]}@example.com")


@pytest.fixture
def posts(page: Page) -> list[Request]:
    """Every POST that the page sends to the API, as it goes."""
    seen: list[Request] = []
    page.on("request", lambda sent: seen.append(sent) if sent.method == "POST" and "/api/" in sent.url else None)
    return seen
