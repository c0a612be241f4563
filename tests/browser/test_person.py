"""Someone with an account: signing up, buying, finding the order again."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Shopper


def test_sign_up_buy_and_look_back(page: Page, shopper: Shopper) -> None:
    shopper.take("olive-wood-spoons", pieces=2)  # as a guest still: it comes along
    page.goto("/orders")
    shopper.sign_up("Ada")
    expect(shopper.heading("No orders yet")).to_be_visible()
    assert "__clerk_db_jwt" not in page.url
    expect(page.get_by_label("Cart, 2 pieces")).to_be_visible()

    shopper.order()
    shopper.pay("Pays")
    shopper.sees_confirmation()

    shopper.button("Your account").click()
    page.get_by_role("link", name="Your orders").first.click()
    row = page.get_by_role("main").get_by_role("listitem").filter(has_text="Confirmed")
    expect(row).to_have_count(1)
    row.get_by_role("link").click()
    shopper.sees_confirmation()

    shopper.sign_out()
    page.reload()
    expect(shopper.heading("We can't find this order")).to_be_visible()
