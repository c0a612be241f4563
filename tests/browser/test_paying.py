"""The ways to pay: PayPal after a declined card, gift cards, cards that are kept."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Shopper
from tests.support.gifts import CODE
from tests.support.stack import RunningStack, wait_for

SPOONS = "olive-wood-spoons"  # $24.00, and shipping


def gift_card(stack: RunningStack, amount: int, email: str = "ada@example.com") -> str:
    """Staff issues one; its code."""
    staff = {"Authorization": f"Bearer {stack.token('staff@example.com', 'staff')}"}
    body = {"amount": {"amount": amount, "currency": "USD"}, "email": email}
    made = stack.api("POST", "/admin/gift-cards", json=body, headers=staff)
    assert made.status_code == 201, made.text
    content: dict[str, Any] = made.json()
    return str(content["code"])


def use(shopper: Shopper, code: str) -> None:
    """Enter the code of a gift card."""
    page = shopper.page
    field = page.get_by_label("Code of the gift card")
    if not field.is_visible():
        page.get_by_role("button", name=re.compile("^Use (a|another) gift card")).click()
    field.fill(code)
    shopper.button("Use it").click()


def test_a_declined_card_then_paypal(page: Page, shopper: Shopper) -> None:
    shopper.take(SPOONS)
    shopper.order()
    shopper.pay("Declined")
    expect(page.get_by_role("alert")).to_contain_text("Your bank declined this card")
    page.get_by_role("radio", name="PayPal").check()
    shopper.button("with PayPal").click()
    expect(shopper.heading("Pay with PayPal?")).to_be_visible()
    shopper.button("Cancel and go back").click()
    expect(page.get_by_label("Card number")).to_be_visible()
    assert "token=" not in page.url
    page.get_by_role("radio", name="PayPal").check()
    shopper.button("with PayPal").click()
    shopper.button("Complete purchase").click()
    shopper.sees_confirmation()


@pytest.mark.parametrize("page", ["phone", "desktop"], indirect=True)
def test_a_gift_card_and_a_card(page: Page, shopper: Shopper, stack: RunningStack) -> None:
    shopper.take(SPOONS)
    shopper.order()
    field = page.get_by_label("Code of the gift card")
    use(shopper, "ABCD-EFGH")
    expect(field).to_have_accessible_description(re.compile("Look for a slip in the code"))
    expect(field).to_be_focused()
    code = gift_card(stack, 1000)
    use(shopper, code.lower().replace("-", " "))
    cards = page.get_by_role("region", name="Gift cards")
    expect(cards.get_by_text("$10.00")).to_be_visible()
    left = page.get_by_role("region", name="Totals").get_by_text(re.compile(r"Left to pay"))
    expect(left).to_be_visible()
    cards.get_by_role("button", name="Take back").click()
    expect(cards.get_by_text("$10.00")).to_be_hidden()
    use(shopper, code)
    expect(cards.get_by_text("$10.00")).to_be_visible()
    shopper.pay("Pays")
    shopper.sees_confirmation()
    expect(page.get_by_role("region", name="Totals").get_by_text(f"Gift card ···· {code[-4:]}")).to_be_visible()


def test_a_gift_card_pays_all(page: Page, shopper: Shopper, stack: RunningStack) -> None:
    shopper.take(SPOONS)
    shopper.order()
    use(shopper, gift_card(stack, 10_000))
    shopper.sees_confirmation()


def test_a_card_is_kept_and_pays_again(page: Page, shopper: Shopper) -> None:
    page.goto("/account")
    shopper.sign_up("Ada")
    shopper.take(SPOONS)
    shopper.order()
    page.get_by_label("Save this card for the next time").check()
    shopper.pay("Pays")
    shopper.sees_confirmation()
    page.goto("/account/cards")
    cards = page.get_by_role("list", name="Your cards")
    expect(cards.get_by_text("Visa ···· 4242", exact=True)).to_be_visible()
    shopper.button("Add a card").click()
    shopper.pay("Asks the bank")
    expect(shopper.heading("Save this card?")).to_be_visible()
    shopper.button("Complete authentication").click()
    expect(page.get_by_text("The card is saved.")).to_be_visible()
    expect(cards.get_by_text("Visa ···· 3184", exact=True)).to_be_visible()
    assert "client_secret" not in page.url
    shopper.button("Delete Visa ···· 3184").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(cards.get_by_text("Visa ···· 3184", exact=True)).to_be_hidden()

    shopper.take(SPOONS)
    page.goto("/checkout")
    shopper.give_address()
    shopper.button("Place order").click()
    expect(page.get_by_role("radio", name="Visa ···· 4242")).to_be_checked()
    page.get_by_role("form", name="Saved card").get_by_role("button").click()
    shopper.sees_confirmation()


@pytest.mark.parametrize("page", ["phone", "desktop"], indirect=True)
def test_a_gift_card_is_bought(page: Page, shopper: Shopper, stack: RunningStack) -> None:
    page.goto("/products/gift-card")
    expect(page.get_by_text("Comes by email, as soon as it is paid")).to_be_visible()
    shopper.take("gift-card")
    page.goto("/checkout")
    shopper.give_address()
    expect(page.get_by_text("Nothing has to be sent: gift cards come by email.")).to_be_visible()
    shopper.button("Place order").click()
    expect(shopper.heading("Pay for your order")).to_be_visible()
    expect(page.get_by_role("region", name="Gift cards")).to_be_hidden()
    shopper.pay("Pays")
    shopper.sees_confirmation()
    expect(page.get_by_text("The codes of your gift cards were mailed to")).to_be_visible()

    def come() -> list[str]:
        lines = [line for mail in stack.mails(shopper.email) for line in mail.text.splitlines()]
        return [line for line in lines if CODE.fullmatch(line)]

    (code,) = wait_for(come, seconds=30, what="a mail with the code")
    expect(page.get_by_text(code)).to_be_hidden()
    shopper.take(SPOONS)
    shopper.order()
    use(shopper, code)
    expect(page.get_by_role("region", name="Gift cards").get_by_text("$25.00")).to_be_visible()
