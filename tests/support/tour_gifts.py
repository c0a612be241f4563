"""The tour's station with gift cards: issued and mailed, used in parts, taken back, given back, stopped."""

from typing import Any

from tests.support import gifts
from tests.support.api import Answer
from tests.support.staff import Staff


def take(tour: Any) -> None:
    """Staff and two buyers. `tour` is the `Tour` of `tests.support.tour`."""
    shop, staff = tour.shop, Staff(tour.shop.sandbox)
    buyer = tour.buyer("joan", "LADLE")
    body = {"amount": {"amount": 1000, "currency": "USD"}, "email": "joan@example.com", "message": "Happy birthday!"}
    card = _ok(staff.ask("payments.issue_gift_card", "POST", "/admin/gift-cards", body, Idempotency_Key="gift-1"), 201)
    tour.settle()
    code = card.json["code"]
    _ok(gifts.balance(code))
    assert gifts.balance(gifts.NO_CODE).status == 422
    shop.ready_order(buyer, ("LADLE", 1))
    part = _ok(gifts.pay(buyer, code, Idempotency_Key="gift-pay-1")).json["gift_cards"][0]
    _ok(gifts.take_back(buyer, part["payment_id"]))
    _ok(gifts.pay(buyer, code, Idempotency_Key="gift-pay-2"))
    shop.pay(buyer)
    tour.settle()
    assert shop.order(buyer)["payment_status"] == "paid"
    late = tour.buyer("klara", "WHISK")
    shop.ready_order(late, ("WHISK", 1))
    other = gifts.issue(shop, 700, email="klara@example.com")
    _ok(gifts.pay(late, other["code"]))
    shop.expire_time(late)
    shop.run_expiry()
    tour.settle()
    assert shop.order(late)["payment_status"] == "refunded"
    _ok(staff.ask("payments.list_gift_cards", "GET", "/admin/gift-cards?email=klara@example.com"))
    path = f"/admin/gift-cards/{other['id']}"
    _ok(
        staff.ask("payments.disable_gift_card", "POST", f"{path}/disable", {"reason": "lost"}, Idempotency_Key="gift-2")
    )
    assert _ok(staff.ask("payments.get_gift_card", "GET", path)).json["balance"]["amount"] == 700


def _ok(answer: Answer, status: int = 200) -> Answer:
    assert answer.status == status, f"{answer.status}: {answer.text}"
    return answer
