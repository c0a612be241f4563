"""The pages for those who use a keyboard or have them read out."""

import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Shopper

LOOK = Path(__file__).with_name("look.js").read_text(encoding="utf-8")


def look(page: Page) -> None:
    """Fails with what is wrong on the page."""
    page.wait_for_timeout(150)  # colours that are just changing are of no interest
    found: dict[str, list[str]] = page.evaluate(LOOK)
    assert not found, page.url


@pytest.mark.parametrize("page", ["desktop", "phone"], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_in_order(page: Page, shopper: Shopper, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/")
    expect(page.get_by_role("listitem").filter(has_text="Goblet Drum")).to_be_visible()
    look(page)
    shopper.take("clay-tagine")
    look(page)
    page.goto("/cart")
    expect(page.get_by_role("link", name="Go to checkout")).to_be_visible()
    look(page)
    page.goto("/checkout")
    shopper.button("Continue").click()
    expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Country").select_option("GB")
    expect(page.get_by_role("radio").first).to_be_visible()
    look(page)
    shopper.order()
    shopper.pay("Declined")
    expect(page.get_by_role("alert")).to_be_visible()
    look(page)
    for path, title in (("/orders", "Your orders"), ("/nowhere", "Nothing here"), ("/cart", "Your cart is empty")):
        page.goto(path)
        expect(shopper.heading(title)).to_be_visible()
        look(page)


@pytest.mark.parametrize("page", ["desktop", "phone"], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_an_account_is_in_order(page: Page, shopper: Shopper, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/account/wishlist")
    expect(shopper.heading("Who are you?")).to_be_visible()
    look(page)
    shopper.sign_up("Ada")
    expect(shopper.heading("No wishes yet")).to_be_visible()
    look(page)
    menu = page.get_by_role("navigation", name="Your account").get_by_role("link")
    for index in range(menu.count() - 1):  # the last one leads to the orders
        menu.nth(index).click()
        expect(menu.nth(index)).to_have_attribute("aria-current", "page")
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        look(page)
    page.goto("/account/addresses")
    shopper.button("Save address").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()
    look(page)
    page.goto("/account/privacy")
    shopper.button("Delete my account").click()
    expect(page.get_by_label("Type DELETE")).to_be_visible()
    look(page)


def test_by_keyboard_alone(page: Page, shopper: Shopper) -> None:
    page.goto("/")
    expect(page.get_by_role("link", name="Goblet Drum")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.get_by_role("link", name="Goblet Drum").focus()
    page.keyboard.press("Enter")
    expect(shopper.heading("Goblet Drum")).to_be_focused()  # so that the new page is read out
    first, second = page.get_by_role("radio").nth(0), page.get_by_role("radio").nth(1)
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(second).to_be_checked()
    shopper.button("Add to cart").press("Enter")
    expect(page.get_by_text("in your cart.")).to_be_visible()


def test_an_order_by_keyboard_alone(page: Page, shopper: Shopper) -> None:
    shopper.take("olive-wood-spoons")
    page.goto("/cart")
    _tab_to(page.get_by_role("link", name="Go to checkout"))
    page.keyboard.press("Enter")
    expect(shopper.heading("Checkout")).to_be_focused()
    _tab_to(page.get_by_label("Email"))
    page.keyboard.type(shopper.email)
    _tab_to(page.get_by_label("Country"))
    page.keyboard.type("France")
    for label, text in (("Name", "Ada"), ("Street", uuid.uuid4().hex), ("Postal code", "75011"), ("City", "Paris")):
        _tab_to(page.get_by_label(label))
        page.keyboard.type(text)
    usual, express = page.get_by_role("radio", name="Standard"), page.get_by_role("radio", name="Express")
    expect(usual).to_be_checked()
    _tab_to(usual)
    page.keyboard.press("ArrowDown")
    expect(express).to_be_checked()
    place = shopper.button("Place order")
    expect(place).to_be_visible()
    expect(page.get_by_text("Shipping · Express")).to_be_visible()
    _tab_to(place)
    page.keyboard.press("Enter")
    expect(shopper.heading("Pay for your order")).to_be_focused()


def _tab_to(wanted: Locator) -> None:
    """Tab, as often as it takes."""
    expect(wanted).to_be_visible()
    for _ in range(40):
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
        wanted.page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {wanted}")
