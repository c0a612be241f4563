"""A guest at the shop's pages: from the stalls to the receipt."""

import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Shopper
from tests.support.stack import RunningStack, wait_for


@pytest.mark.parametrize("page", ["desktop", "phone"], indirect=True)
def test_a_guest_buys(page: Page, shopper: Shopper, stack: RunningStack, posts: list[Request]) -> None:
    page.goto("/")
    page.get_by_role("link", name="Kitchen").click()
    page.get_by_role("link", name="Clay Tagine").click()
    page.get_by_role("radio", name="Cobalt").check()
    expect(page.get_by_text("$44.00")).to_be_visible()
    shopper.button("Add to cart").click()
    page.get_by_role("link", name="Go to the cart").click()
    expect(page.get_by_text("Cobalt / Small", exact=True)).to_be_visible()

    order_id = shopper.order()
    shopper.pay("Pays")
    shopper.sees_confirmation()

    expect(page.get_by_label("Cart, empty")).to_be_visible()
    assert stack.mongo.orders.find_one({"_id": order_id})["status"] == "confirmed"  # type: ignore[index]
    assert wait_for(lambda: stack.mails(shopper.email), what="the receipt")
    assert all(re.fullmatch(r"[0-9a-f-]{36}", sent.headers.get("idempotency-key", "")) for sent in posts), posts


def test_the_link_in_the_mail_opens_the_order(page: Page, shopper: Shopper, stack: RunningStack) -> None:
    shopper.take("olive-wood-spoons")
    shopper.order()
    shopper.pay("Pays")
    shopper.sees_confirmation()
    mail = wait_for(lambda: stack.mails(shopper.email), what="the receipt")[0]
    link = re.search(r"https?://\S+/orders/\S+#token=[\w.-]+", mail.text)
    assert link, mail.text

    other = page.context.browser.new_context().new_page()  # type: ignore[union-attr]
    other.goto(link[0])
    expect(other.get_by_role("heading", name="Thank you!")).to_be_visible()
    assert "token" not in other.url  # it is remembered, not shown
    other.reload()
    expect(other.get_by_role("heading", name="Thank you!")).to_be_visible()
    stranger = page.context.browser.new_context().new_page()  # type: ignore[union-attr]
    stranger.goto(link[0].partition("#")[0])
    expect(stranger.get_by_role("heading", name="We can't find this order")).to_be_visible()
    other.context.close()
    stranger.context.close()


def test_a_declined_card_then_another(page: Page, shopper: Shopper) -> None:
    shopper.take("olive-wood-spoons")
    shopper.order()
    shopper.pay("Declined")
    expect(page.get_by_role("alert")).to_contain_text("Your bank declined this card")
    shopper.pay("Not enough money")
    expect(page.get_by_role("alert")).to_contain_text("There isn't enough money on this card")
    shopper.pay("Pays")
    shopper.sees_confirmation()


def test_the_bank_is_asked(page: Page, shopper: Shopper) -> None:
    shopper.take("olive-wood-spoons")
    shopper.order()
    shopper.pay("Asks the bank")
    shopper.button("Fail authentication").click()
    expect(page.get_by_role("alert")).to_contain_text("Your bank could not make sure that it's you")
    assert "client_secret" not in page.url
    shopper.pay("Asks the bank")
    shopper.button("Complete authentication").click()
    shopper.sees_confirmation()


def test_a_changed_price_is_shown_and_agreed_to(page: Page, shopper: Shopper, stack: RunningStack) -> None:
    shopper.take("stone-mortar")
    page.goto("/checkout")
    shopper.give_address()
    expect(shopper.button("Place order")).to_be_visible()
    products, sku = stack.mongo.products, {"variants.sku": "MORTAR-GRANITE"}
    products.update_one(sku, {"$set": {"variants.$.prices.USD": 4300}})
    try:
        shopper.button("Place order").click()
        notice = page.get_by_text("Something has changed since you looked")
        expect(notice).to_be_visible()
        expect(page.get_by_text("$43.00 each instead of $42.00")).to_be_visible()
        shopper.button("Agree to $48.00").click()
        expect(notice).to_be_hidden()
        shopper.button("Place order · $48.00").click()
        expect(page.get_by_label("Card number")).to_be_visible()
    finally:
        products.update_one(sku, {"$set": {"variants.$.prices.USD": 4200}})
    shopper.button("Cancel this order").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the order").click()
    expect(shopper.heading("Order cancelled")).to_be_visible()
    shopper.button("Put it all back in the cart").click()
    expect(page.get_by_role("heading", name="Your cart")).to_be_visible()
    expect(page.get_by_text("Stone Mortar & Pestle").first).to_be_visible()


def test_faults_are_told_where_they_are(page: Page, shopper: Shopper) -> None:
    shopper.take("olive-wood-spoons")
    page.goto("/checkout")
    shopper.give_address()
    page.get_by_label("Email").fill("ada@nowhere")
    page.get_by_label("City").fill("")
    shopper.button("Continue").click()
    expect(page.get_by_label("Email")).to_be_focused()
    expect(page.get_by_label("Email")).to_have_accessible_description(re.compile("email address"))
    expect(page.get_by_label("City")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("City").fill("Paris")
    page.get_by_label("Email").fill("ada@exa_mple.com")  # only the API knows better
    expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")


def test_a_lost_answer_is_not_a_second_line(page: Page, shopper: Shopper, posts: list[Request]) -> None:
    page.goto("/products/olive-wood-spoons")
    lost: list[Request] = []

    def lose(route: Route, request: Request) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(request)
            route.fetch()  # it took effect
            route.abort()  # and nobody heard

    page.route("**/api/carts/*/lines", lose)
    shopper.button("Add to cart").click()
    expect(page.get_by_role("alert")).to_contain_text("We can't reach the shop")
    shopper.button("Try again").click()
    expect(page.get_by_text("in your cart.")).to_be_visible()
    expect(page.get_by_label("Cart, 1 piece")).to_be_visible()
    keys = [sent.headers["idempotency-key"] for sent in posts if sent.url.endswith("/lines")]
    assert len(keys) == 2
    assert len(set(keys)) == 1


@pytest.mark.parametrize("page", ["desktop", "phone"], indirect=True)
def test_what_was_paid_and_its_papers(page: Page, shopper: Shopper, stack: RunningStack) -> None:
    """Before the payment nothing is said of it; then the invoice, and after a cancellation the credit note."""
    shopper.take("olive-wood-spoons")
    order_id = shopper.order()
    expect(shopper.heading("Paid")).to_have_count(0)
    shopper.pay("Pays")
    shopper.sees_confirmation()
    expect(page.get_by_role("heading", name="Paid", exact=True)).to_be_visible()
    number = _saved(page, "Invoice")
    assert re.fullmatch(r"INV-\d{4}-\d{6}\.pdf", number)
    known = stack.mongo.invoices.find_one({"order_id": order_id})
    assert known
    assert known["number"] == number.removesuffix(".pdf")
    page.reload()
    assert _saved(page, "Invoice") == number, "the link is made when it is pressed"

    shopper.button("Cancel this order").click()
    shopper.button("Cancel the order").click()
    expect(shopper.heading("Order cancelled")).to_be_visible()
    wait_for(lambda: stack.mongo.invoices.find_one({"order_id": order_id, "kind": "credit_note"}), what="credit note")
    page.reload()
    expect(page.get_by_role("heading", name="Paid back", exact=True)).to_be_visible()
    assert re.fullmatch(r"CRN-\d{4}-\d{6}\.pdf", _saved(page, "Credit note"))


def _saved(page: Page, name: str) -> str:
    """Fetches a document; the name it is saved under."""
    with page.expect_download() as began:
        page.get_by_role("button", name=name).click()
    path = began.value.path()
    assert path.read_bytes().startswith(b"%PDF-")
    return began.value.suggested_filename
