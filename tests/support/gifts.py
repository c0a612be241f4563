"""Gift cards in tests: staff issues them, buyers pay with them."""

from typing import Any

from tests.support.api import Answer, call
from tests.support.shop import Buyer, Shop
from tests.support.staff import Staff

NO_CODE = "0000-0000-0000-0000-0000"  # Well spelt, and of no card.


def issue(shop: Shop, amount: int, *, currency: str = "USD", email: str = "ada@example.com", **more: Any) -> Any:
    """POST a gift card; answers it, with its code."""
    body = {"amount": {"amount": amount, "currency": currency}, "email": email, **more}
    made = Staff(shop.sandbox).ask("payments.issue_gift_card", "POST", "/admin/gift-cards", body)
    assert made.status == 201, made.text
    return made.json


def pay(buyer: Buyer, code: str, *, address: str = "203.0.113.7", **headers: str) -> Answer:
    """POST the code: the card pays for the order."""
    path, shown = f"/orders/{buyer.order_id}/gift-cards", buyer.headers(**headers)
    return call("payments.pay_by_gift_card", "POST", path, body={"code": code}, headers=shown, address=address)


def take_back(buyer: Buyer, payment_id: str) -> Answer:
    """DELETE what a card paid."""
    path = f"/orders/{buyer.order_id}/gift-cards/{payment_id}"
    return call("payments.take_back_gift_card", "DELETE", path, headers=buyer.headers())


def balance(code: str, *, address: str = "203.0.113.7") -> Answer:
    """POST the code: what is left."""
    path = "/gift-cards/balance"
    return call("payments.get_gift_card_balance", "POST", path, body={"code": code}, address=address)
