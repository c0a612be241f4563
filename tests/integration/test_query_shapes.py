"""The watcher that holds every query to an index does catch one without; on a real server the planner agrees."""

import os

import pytest

from commerce.orders.store import ORDERS
from commerce.runtime import mongo
from commerce.runtime.clock import now
from commerce.runtime.mongo import Index
from tests.support.query_shapes import Watcher, serves, shape_of
from tests.support.shop import Buyer, Shop


def index(*keys: str, **options: object) -> Index:
    """An index by its keys; `-key` is descending."""
    pairs = tuple((key.removeprefix("-"), -1 if key.startswith("-") else 1) for key in keys)
    return Index(pairs, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("declared", "where", "sort", "good"),
    [
        (index("a"), {"a": 1}, [], True),
        (index("a"), {"b": 1}, [], False),
        (index("a"), {"a": 1, "b": 1}, [], False),
        (index("a", unique=True), {"a": 1, "b": 1}, [], True),
        (index("a", "b"), {"b": 1}, [], False),
        (index("a", "b"), {"a": {"$gt": 1}, "b": 1}, [], False),
        (index("a", "b"), {"a": 1, "b": {"$lte": 1}}, [("b", 1)], True),
        (index("a", "-b"), {"a": 1}, [("b", 1)], True),
        (index("a", "b"), {"a": 1}, [("c", 1)], False),
        (index("a", "b", "c"), {"a": 1}, [("c", 1)], False),
        (index("a"), {"$or": [{"a": 1}, {"b": 1}]}, [], False),
        (index("a", partial={"open": True}), {"a": 1}, [], False),
        (index("a", partial={"open": True}), {"a": 1, "open": True}, [], True),
        (index("a"), {}, [], False),
    ],
)
def test_which_index_serves_which_query(
    declared: Index, where: dict[str, object], sort: list[tuple[str, int]], good: bool
) -> None:
    assert serves(declared, shape_of(where, sort), where) is good


@pytest.mark.parametrize("shape", ["find", "sorted", "update", "aggregate", "bulk"])
def test_a_query_without_an_index_is_caught(shop: Shop, watcher: Watcher, shape: str) -> None:
    from pymongo import UpdateOne

    orders = mongo.database()["orders"]
    if shape == "find":
        list(orders.find({"contact.phone": "+442079460958"}))
    elif shape == "sorted":
        list(orders.find({"user_id": "u"}).sort("placed_at", 1))
    elif shape == "update":
        orders.update_many({"currency": "USD"}, {"$set": {"x": 1}})
    elif shape == "aggregate":
        list(orders.aggregate([{"$match": {"currency": "USD"}}]))
    else:
        change = UpdateOne({"currency": "USD"}, {"$set": {"x": 1}}, namespace=f"{mongo.database().name}.orders")
        mongo.client().bulk_write([change])
    caught = watcher.end()
    watcher.begin()
    assert len(caught) == 1
    assert caught[0].startswith("orders:")


def test_queries_of_the_shop_itself_are_not(shop: Shop, watcher: Watcher) -> None:
    shop.stock("MUG", 3)
    shop.buy(Buyer(), ("MUG", 1))
    ORDERS.due(now(), 10)
    ORDERS.unanswered(now(), 10)
    assert watcher.round_trips > 20
    assert watcher.end() == []


@pytest.mark.real_mongo
@pytest.mark.skipif("SOUK_TEST_MONGODB_URI" not in os.environ, reason="the local engine's planner is another one")
def test_the_planner_of_a_real_server_uses_the_indexes(shop: Shop) -> None:
    moment = now()
    asked: list[tuple[str, dict[str, object], dict[str, int]]] = [
        ("orders", {"status": "pending", "payment_id": "", "pay_by": {"$lte": moment}}, {"pay_by": 1}),
        ("orders", {"status": "expiring", "payment_id": "", "expiring_since": {"$lte": moment}}, {"expiring_since": 1}),
        ("orders", {"user_id": "u", "_id": {"$lt": "ord_1"}}, {"_id": -1}),
        ("orders", {"slots": {"$in": ["a:0", "a:1"]}}, {}),
        ("payments", {"order_id": "ord_1", "open": True}, {}),
        ("payments", {"order_id": "ord_1"}, {"_id": 1}),
        ("payments", {"provider_ref": "pi_1"}, {}),
        ("outbox", {"waiting": True, "occurred_at": {"$lt": moment}}, {"occurred_at": 1}),
        ("listings", {"facets": "category:cat_1", "_id": {"$lt": "prod_1"}}, {"_id": -1}),
        ("products", {"variants.sku": {"$in": ["A", "B"]}}, {}),
    ]
    for collection, where, sort in asked:
        command = {"find": collection, "filter": where, "sort": sort}
        plan = str(
            mongo.database().command("explain", command, verbosity="queryPlanner")["queryPlanner"]["winningPlan"]
        )
        assert "COLLSCAN" not in plan, (collection, where, plan)
        assert "'SORT'" not in plan, (collection, where, plan)
