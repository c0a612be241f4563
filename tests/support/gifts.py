"""Gift cards in tests: staff issues them, buyers pay with them."""

import re
from typing import Any

from commerce.catalog import intake
from commerce.catalog.drafts import ProductDraft, VariantDraft
from commerce.runtime import mongo
from tests.support.api import Answer, call
from tests.support.post import Post
from tests.support.query_shapes import looking
from tests.support.shop import Buyer, Shop
from tests.support.staff import Staff

CODE = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}")
NO_CODE = "0000-0000-0000-0000-0000"  # Well spelt, and of no card.


def offer(shop: Shop, *values: int, currency: str = "USD") -> None:
    """Gift cards of these values stand in the shop, under SKUs like GIFT-2500."""
    variants = [
        VariantDraft(sku=f"GIFT-{value}", option_values={"Value": f"{value // 100}"}, price=value) for value in values
    ]
    draft = ProductDraft(
        handle="gift-card", title="Gift card", kind="gift_card", currency=currency, options=["Value"], variants=variants
    )
    told = len(shop.bus.entries)
    intake.save([draft])
    del shop.bus.entries[told:]
    with looking():
        mongo.database()["outbox"].delete_many({"type": "ProductsChanged"})


def codes_in(post: Post, *, since: int = 0) -> list[str]:
    """The codes that mails have said, in their order; `since` so many mails."""
    texts = [str(mail["Content"]["Simple"]["Body"]["Text"]["Data"]) for mail in post.emails[since:]]
    return [line for text in texts for line in text.splitlines() if CODE.fullmatch(line)]


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
