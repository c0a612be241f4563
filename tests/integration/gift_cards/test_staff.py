"""Staff issues cards, finds them, stops them; the code is told to them once and to whom it is for."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commerce.runtime.settings import settings
from tests.support import gifts
from tests.support.api import Answer
from tests.support.shop import Buyer, Shop
from tests.support.staff import Staff


def ask(shop: Shop, body: Any, **headers: str) -> Answer:
    return Staff(shop.sandbox).ask("payments.issue_gift_card", "POST", "/admin/gift-cards", body, **headers)


def written(shop: Shop, form: str = "Text") -> str:
    """What the first mail says."""
    return str(shop.post.emails[0]["Content"]["Simple"]["Body"][form]["Data"])


def cards(shop: Shop, query: str = "") -> Any:
    listed = Staff(shop.sandbox).ask("payments.list_gift_cards", "GET", f"/admin/gift-cards{query}")
    assert listed.status == 200, listed.text
    return listed.json


def test_issued_and_mailed(shop: Shop) -> None:
    until = (datetime.now(UTC) + timedelta(days=365)).replace(microsecond=0)
    card = gifts.issue(
        shop, 5000, email="Grace@Example.com", message="Happy <b>birthday</b>!", expires_at=until.isoformat()
    )
    assert (card["status"], card["balance"]["amount"], card["recipient"]) == ("active", 5000, "grace@example.com")
    assert card["code"].endswith(card["last4"])
    shop.settle()
    assert (shop.post.recipients(), shop.post.subjects()) == (["grace@example.com"], ["A gift card of $50.00 for you"])
    text, html = (written(shop, form) for form in ("Text", "Html"))
    assert card["code"] in text
    assert card["code"] in html
    assert "Happy <b>birthday</b>!" in text
    assert "Happy &lt;b&gt;birthday&lt;/b&gt;!" in html
    assert str(until.year) in text
    assert gifts.balance(card["code"]).json == {
        "last4": card["last4"],
        "balance": {"amount": 5000, "currency": "USD"},
        "expires_at": card["expires_at"],
    }


def test_the_code_is_kept_nowhere(shop: Shop) -> None:
    """Not in a document, an event, a message, an idempotency record, nor any part of it but the last signs."""
    card = gifts.issue(shop, 5000)
    buyer = Buyer()
    shop.stock("LAMP", 3)
    shop.ready_order(buyer, ("LAMP", 1))
    gifts.pay(buyer, card["code"], Idempotency_Key="pay")
    shop.settle()
    everything = json.dumps([shop.snapshot(), shop.bus.entries], default=str)
    assert card["id"] in everything
    for part in (card["code"], card["code"].replace("-", ""), card["code"][:9], card["code"][5:14]):
        assert part not in everything


def test_the_same_key_is_told_the_same_code(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"amount": {"amount": 2000, "currency": "EUR"}, "email": "ada@example.com"}
    first = ask(shop, body, Idempotency_Key="issue")
    monkeypatch.setenv("SIGNING_KEYS", "a-new-key,test-signing-key")
    settings.cache_clear()
    again = ask(shop, body, Idempotency_Key="issue")
    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json
    assert gifts.balance(first.json["code"]).status == 200, "a new key finds it too"
    shop.settle()
    assert first.json["code"] in written(shop), "and mails the code that it was made with"
    assert shop.count("gift_cards") == len(shop.post.emails) == 1
    assert ask(shop, body | {"message": "x"}, Idempotency_Key="issue").json["code"] == "idempotency_key_reused"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": {"amount": 0, "currency": "USD"}}, "amount.amount"),
        ({"amount": {"amount": -1, "currency": "USD"}}, "amount.amount"),
        ({"amount": {"amount": 1_000_001, "currency": "USD"}}, "amount.amount"),
        ({"amount": {"amount": 1000, "currency": "GBP"}}, "amount.currency"),
        ({"amount": {"amount": 1000, "currency": "XXX"}}, "amount.currency"),
        ({"amount": {"amount": 10.5, "currency": "USD"}}, "amount.amount"),
        ({"amount": {"amount": True, "currency": "USD"}}, "amount.amount"),
        ({"email": "nobody"}, "email"),
        ({"message": "x" * 501}, "message"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2099-01-01T00:00:00"}, "expires_at"),
        ({"code": "AAAA"}, "code"),
    ],
)
def test_bad_input_is_told_by_field(shop: Shop, change: dict[str, Any], field: str) -> None:
    body = {"amount": {"amount": 1000, "currency": "USD"}, "email": "ada@example.com"} | change
    refused = ask(shop, body)
    assert refused.status == 422, refused.text
    assert refused.json["errors"][0]["field"] == field
    assert shop.count("gift_cards") == 0


def test_found_by_what_people_know(shop: Shop) -> None:
    made = [gifts.issue(shop, 1000 + number, email=f"{name}@example.com") for number, name in enumerate("aabab")]
    gifts.issue(shop, 3000, currency="JPY")
    assert [card["id"] for card in cards(shop, "?email=A@example.com")["items"]] == [
        made[number]["id"] for number in (3, 1, 0)
    ]
    (found,) = cards(shop, f"?last4={made[2]['last4'].lower()}&email=b@example.com")["items"]
    assert found == {name: value for name, value in made[2].items() if name != "code"}
    assert [card["issued"]["amount"] for card in cards(shop, "?currency=jpy")["items"]] == [3000]
    page = cards(shop, "?limit=2")
    walked = [card["id"] for card in page["items"]]
    while page["next_cursor"]:
        gifts.issue(shop, 1)  # What comes meanwhile is newer.
        page = cards(shop, f"?limit=2&cursor={page['next_cursor']}")
        walked += [card["id"] for card in page["items"]]
    assert walked[1:] == [card["id"] for card in reversed(made)]
    page = cards(shop, "?limit=2")["next_cursor"]
    other = Staff(shop.sandbox).ask("payments.list_gift_cards", "GET", f"/admin/gift-cards?currency=USD&cursor={page}")
    assert (other.status, other.json["code"]) == (400, "invalid_cursor")


def test_looked_at_and_stopped(shop: Shop) -> None:
    card = gifts.issue(shop, 5000)
    buyer = Buyer()
    shop.stock("LAMP", 3)
    shop.ready_order(buyer, ("LAMP", 1))
    gifts.pay(buyer, card["code"])
    staff, path = Staff(shop.sandbox), f"/admin/gift-cards/{card['id']}"
    detail = staff.ask("payments.get_gift_card", "GET", path).json
    assert [(moved["kind"], moved["amount"]["amount"]) for moved in detail["movements"]] == [
        ("issued", 5000),
        ("spent", -2499),
    ]
    assert detail["movements"][1]["order_id"] == buyer.order_id
    for reason in ("stolen", "again"):
        stopped = staff.ask("payments.disable_gift_card", "POST", f"{path}/disable", {"reason": reason})
        assert (stopped.json["status"], stopped.json["disabled_why"]) == ("disabled", "stolen")
    assert shop.cancel(buyer).status == 200
    shop.settle()
    detail = staff.ask("payments.get_gift_card", "GET", path).json
    assert (detail["balance"]["amount"], detail["status"]) == (5000, "disabled"), "what comes back stays there"
    told = [(entry["action"], entry["who"] == card["created_by"]) for entry in shop.all("audit", subject=card["id"])]
    assert told == [("gift_card.issued", True), ("gift_card.disabled", True)]
    for operation, method, where in (
        ("get_gift_card", "GET", "/admin/gift-cards/gc_none"),
        ("disable_gift_card", "POST", "/admin/gift-cards/gc_none/disable"),
    ):
        body = {"reason": "x"} if method == "POST" else None
        assert staff.ask(f"payments.{operation}", method, where, body).status == 404


def test_customers_issue_none(shop: Shop) -> None:
    customer = Staff(shop.sandbox, "eve@example.com", "customer")
    body = {"amount": {"amount": 1000, "currency": "USD"}, "email": "eve@example.com"}
    assert customer.ask("payments.issue_gift_card", "POST", "/admin/gift-cards", body).status == 403
    assert customer.ask("payments.list_gift_cards", "GET", "/admin/gift-cards").status == 403
