"""From the cart to the order: codes, shipping to choose, what changes meanwhile, and one order whatever happens."""

import re
import uuid

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Shopper
from tests.e2e.shopping import Shop
from tests.support import rules
from tests.support.stack import RunningStack

SPOONS = "olive-wood-spoons"


def test_a_code_is_refused_with_its_reason_or_taken_and_explained(page: Page, shopper: Shopper) -> None:
    shopper.take(SPOONS)
    page.goto("/cart")
    field = page.get_by_label("Code")
    field.fill("nonsense")
    shopper.button("Use code").click()
    expect(field).to_have_accessible_description(re.compile("There is no such code"))
    expect(field).to_be_focused()
    field.fill("welcome10")
    field.press("Enter")
    summary = page.get_by_role("region", name="Summary")
    expect(summary.get_by_text("-$2.40").first).to_be_visible()
    expect(summary.get_by_text("$21.60").first).to_be_visible()
    summary.get_by_text("How is this made up?").click()
    expect(summary.get_by_text("by the code WELCOME10")).to_be_visible()
    summary.get_by_role("button", name="Take out").click()
    expect(page.get_by_label("Code")).to_have_value("")
    expect(summary.get_by_text("$24.00").first).to_be_visible()


def test_lines_are_noted_saved_and_taken_back(page: Page, shopper: Shopper) -> None:
    shopper.take(SPOONS, pieces=2)
    shopper.take("mint-tea")
    page.goto("/cart")
    shopper.button("Add a note for Green Tea").click()
    page.get_by_label("A note for Green Tea").fill("For a friend.")
    shopper.button("Keep the note").click()
    expect(page.get_by_text("“For a friend.”")).to_be_visible()
    shopper.button("Save for later Green Tea").click()
    saved = page.get_by_role("region", name="Saved for later")
    expect(saved.get_by_text("“For a friend.”")).to_be_visible()
    expect(page.get_by_label("Cart, 2 pieces")).to_be_visible()
    pieces = page.get_by_role("group", name="How many of Olive").get_by_label("Pieces")
    pieces.fill("4")
    pieces.press("Enter")
    expect(page.get_by_label("Cart, 4 pieces")).to_be_visible()
    saved.get_by_role("button", name="Move to cart").click()
    expect(page.get_by_label("Cart, 5 pieces")).to_be_visible()
    expect(saved).to_be_hidden()


def test_a_changed_price_is_told_in_the_cart(page: Page, shopper: Shopper, stack: RunningStack) -> None:
    sku = Shop(stack).stock(9, price=4200)
    shopper.take(sku.lower())
    stack.mongo.products.update_one({"variants.sku": sku}, {"$set": {"variants.$.prices.USD": 4300}})
    page.goto("/cart")
    told = page.get_by_text("The price was $42.00 and is $43.00 now.")
    expect(told).to_be_visible()
    shopper.button("All right").click()
    expect(told).to_be_hidden()
    expect(page.get_by_role("link", name="Go to checkout")).to_be_visible()


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_the_country_decides_the_fields_and_the_ways_of_shipping(
    page: Page, shopper: Shopper, stack: RunningStack
) -> None:
    shopper.take(SPOONS)
    page.goto("/checkout")
    ways = page.get_by_role("group", name="How does it come to you?")
    country = page.get_by_label("Country")
    country.select_option("US")
    page.get_by_label("State").select_option("NY")
    expect(page.get_by_label("ZIP code")).to_be_visible()
    expect(ways.get_by_role("radio", name="Express")).to_be_visible()
    country.select_option("GB")
    expect(page.get_by_label("Postcode")).to_be_visible()
    collect = ways.get_by_role("radio", name="Collect")
    expect(ways.get_by_text("Collect it at:")).to_be_visible()
    expect(collect).not_to_be_checked()
    shopper.give_address()  # in France
    expect(collect).to_be_hidden()
    page.get_by_label("Postal code").fill("7501")
    expect(page.get_by_label("Postal code")).to_have_accessible_description(re.compile("postal code", re.IGNORECASE))
    page.get_by_label("Postal code").fill("75011")
    ways.get_by_role("radio", name="Express").check()
    page.get_by_label("A note with the order").fill("Ring twice.")
    expect(page.get_by_text("Shipping · Express")).to_be_visible()
    shopper.button("Place order").click()
    expect(page.get_by_label("Card number")).to_be_visible()
    expect(page.get_by_text("Ring twice.")).to_be_visible()
    expect(page.get_by_text("Shipping · Express")).to_be_visible()
    expect(page.get_by_text("incl. 20 % TVA".replace("20 ", "20\u00a0"))).to_be_visible()


def test_the_last_piece_goes_to_whoever_was_quicker(page: Page, shopper: Shopper, stack: RunningStack) -> None:
    shop = Shop(stack)
    scarce = shop.stock(1)
    shopper.take(SPOONS)
    shopper.take(scarce.lower())
    page.goto("/checkout")
    shopper.give_address()
    expect(shopper.button("Place order")).to_be_visible()
    shop.buyer().place(scarce)
    shopper.button("Place order").click()
    expect(page.get_by_text(f"{scarce.title()} is sold out.")).to_be_visible()
    expect(page.get_by_label("City")).to_have_value("Paris")
    shopper.button("See what needs your eye").click()
    mend = shopper.button("Take it out")
    expect(mend).to_be_focused()
    mend.press("Enter")
    expect(page.get_by_text("Something has changed")).to_be_hidden()
    shopper.button("Place order").click()
    expect(page.get_by_label("Card number")).to_be_visible()


def test_one_order_though_the_answer_was_lost_and_another_tab_is_open(
    page: Page, shopper: Shopper, stack: RunningStack, posts: list[Request]
) -> None:
    shopper.take(SPOONS)
    page.goto("/checkout")
    shopper.give_address()
    expect(shopper.button("Place order")).to_be_visible()
    other = page.context.new_page()
    other.goto("/checkout")
    expect(other.get_by_role("button", name="Place order")).to_be_visible()

    def lose(route: Route) -> None:
        route.fetch()  # it took effect
        route.abort()  # and nobody heard

    page.route("**/api/orders", lose)
    shopper.button("Place order").dblclick()
    expect(page.get_by_role("alert")).to_contain_text("We can't reach the shop")
    page.unroute("**/api/orders")
    page.reload()
    expect(page.get_by_label("Card number")).to_be_visible()
    order_id = page.url.rpartition("/")[2]
    keys = [sent.headers["idempotency-key"] for sent in posts if sent.url.endswith("/api/orders")]
    assert len(keys) == 2, "one that was lost, one that asked again"
    assert keys[0] == keys[1]
    other.get_by_role("button", name="Place order").click()
    expect(other.get_by_label("Card number")).to_be_visible()  # it was told the way by the first
    assert other.url.endswith(order_id)
    page.go_back()
    expect(page.get_by_label("Cart, empty")).to_be_visible()
    assert stack.mongo.orders.count_documents({"contact.email": shopper.email}) == 1


def test_an_order_with_nothing_to_pay_is_confirmed_at_once(page: Page, shopper: Shopper, stack: RunningStack) -> None:
    code = f"GIFT{uuid.uuid4().hex[:8].upper()}"
    with stack.in_process():
        rules.coupon(code, title="A present", basis_points=10_000)
    shopper.take(SPOONS)
    page.goto("/checkout")
    shopper.give_address(country="GB", postal_code="SW1Y 4JH", city="London")
    page.get_by_role("radio", name="Collect").check()
    page.get_by_label("Code", exact=False).last.fill(code)
    shopper.button("Use code").click()
    shopper.button("Place order · $0.00").click()
    expect(shopper.heading("Thank you!")).to_be_visible()
    expect(page.get_by_text("Your order is confirmed.")).to_be_visible()
    expect(page.get_by_text("7 Market Row")).to_be_visible()


def test_signing_in_brings_the_cart_along(page: Page, shopper: Shopper) -> None:
    page.goto("/orders")
    shopper.sign_up()
    shopper.take("mint-tea")
    shopper.sign_out()
    shopper.take(SPOONS)  # as anybody
    page.goto("/cart")
    shopper.sign_in()
    expect(page.get_by_text("Added to the cart of your account: Olive Wood Spoons")).to_be_visible()
    expect(page.get_by_label("Cart, 2 pieces")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("listitem").filter(has_text="Green Tea")).to_be_visible()
    shopper.button("All right").click()
    expect(page.get_by_text("Your cart came along")).to_be_hidden()
