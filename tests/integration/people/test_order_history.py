"""My orders, narrowed: by state, by day, by how their number begins."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commerce.runtime import mongo
from tests.support.person import Customer
from tests.support.shop import Buyer, Shop


def ordered(shop: Shop, ada: Customer, *days_ago: int) -> list[dict[str, Any]]:
    """Orders of so many days ago; every second one is cancelled."""
    shop.stock("MUG", 50)
    made = []
    for number, days in enumerate(days_ago):
        buyer = Buyer(email=ada.email, token=ada.token)
        order = shop.ready_order(buyer, ("MUG", 1)).json
        if number % 2:
            assert shop.cancel(buyer).status == 200
        else:
            shop.pay(buyer)
            shop.webhooks()
        at = datetime.now(UTC) - timedelta(days=days)
        mongo.database()["orders"].update_one({"_id": order["id"]}, {"$set": {"placed_at": at}})
        made.append(order | {"day": at.date().isoformat()})
    return made


def found(ada: Customer, query: str) -> list[str]:
    """The ids on all pages of two."""
    ids: list[str] = []
    cursor = ""
    while True:
        page = ada.ask("orders.list_my_orders", "GET", f"/me/orders?limit=2&{query}{cursor}")
        assert page.status == 200, page.text
        ids += [order["id"] for order in page.json["items"]]
        if not page.json["next_cursor"]:
            return ids
        cursor = f"&cursor={page.json['next_cursor']}"


def test_orders_are_found_by_state_day_and_number(shop: Shop) -> None:
    ada, eve = Customer(shop.sandbox), Customer(shop.sandbox, "eve@example.com")
    old, cancelled, newer, last = made = ordered(shop, ada, 30, 20, 10, 0)
    newest_first = [order["id"] for order in reversed(made)]
    assert found(ada, "") == newest_first
    assert found(ada, "status=confirmed") == [newer["id"], old["id"]]
    assert found(ada, f"from={cancelled['day']}") == newest_first[:3]
    assert found(ada, f"to={cancelled['day']}") == newest_first[2:]
    assert found(ada, f"from={newer['day']}&to={newer['day']}") == [newer["id"]]
    assert found(ada, f"from={cancelled['day']}&status=cancelled") == [last["id"], cancelled["id"]]
    spoken = old["number"].lower().replace("-", " ")
    for typed in (old["number"], spoken, spoken[:8]):
        assert found(ada, f"q={typed.replace(' ', '%20')}") == [old["id"]]
    assert found(ada, "q=-%20-") == newest_first
    assert found(ada, "to=9999-12-31") == newest_first
    assert found(eve, f"q={old['number']}") == []


@pytest.mark.parametrize("query", ["status=paid", "from=yesterday", "to=2026-02-30", "q=" + "x" * 41])
def test_a_filter_that_makes_no_sense_is_refused(shop: Shop, query: str) -> None:
    ada = Customer(shop.sandbox)
    refused = ada.ask("orders.list_my_orders", "GET", f"/me/orders?{query}")
    assert (refused.status, refused.json["code"]) == (400, "invalid_parameter")
    assert refused.json["errors"][0]["field"] == query.partition("=")[0]


def test_a_cursor_is_good_for_its_own_filters(shop: Shop) -> None:
    ada = Customer(shop.sandbox)
    ordered(shop, ada, 2, 1, 0)
    cursor = ada.ask("orders.list_my_orders", "GET", "/me/orders?limit=1").json["next_cursor"]
    other = ada.ask("orders.list_my_orders", "GET", f"/me/orders?limit=1&status=confirmed&cursor={cursor}")
    assert (other.status, other.json["code"]) == (400, "invalid_cursor")
