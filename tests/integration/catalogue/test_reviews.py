"""Reviews: by buyers, once, shown when staff has read them, counted exactly."""

from functools import partial
from typing import Any

import pytest

from commerce.catalog import reviews
from commerce.catalog.reviews import Moderation
from tests.support import race
from tests.support.api import Answer, call
from tests.support.shop import Buyer, Shop
from tests.support.staff import Staff


@pytest.fixture
def staff(shop: Shop) -> Staff:
    return Staff(shop.sandbox)


def reader(shop: Shop, name: str, *, buys: bool = True) -> Staff:
    """Someone who has bought a lamp, or not."""
    person = Staff(shop.sandbox, f"{name}@example.com", "customer")
    if buys:
        token = shop.sandbox.session_token(person.email, "customer")
        shop.buy(Buyer(email=person.email, token=token), ("LAMP", 1))
    return person


def review(person: Staff, rating: int, **more: Any) -> Answer:
    body = {"rating": rating} | {key: value for key, value in more.items() if key != "key"}
    headers = {"Idempotency_Key": more["key"]} if "key" in more else {}
    return person.ask("products.create_review", "POST", "/products/lamp/reviews", body, **headers)


def moderate(staff: Staff, review_id: str, decision: str, if_match: str = "*") -> Answer:
    path = f"/admin/reviews/{review_id}/moderation"
    return staff.ask("products.moderate_review", "POST", path, {"decision": decision}, If_Match=if_match)


def shown() -> Any:
    return call("products.list_reviews", "GET", "/products/lamp/reviews").json


def test_only_buyers_review_and_only_once(shop: Shop) -> None:
    shop.stock("LAMP", 9)
    stranger = reader(shop, "eve", buys=False)
    assert (review(stranger, 1).status, review(stranger, 1).json["code"]) == (403, "not_a_buyer")
    ada = reader(shop, "ada")
    made = review(ada, 5, title="Bright", author="Ada", key="once")
    assert (made.status, made.json["status"]) == (201, "pending")
    assert review(ada, 5, title="Bright", author="Ada", key="once").json["id"] == made.json["id"]
    assert review(ada, 1).json["code"] == "already_reviewed"
    assert review(ada, 6).status == 422
    assert call("products.create_review", "POST", "/products/lamp/reviews", body={"rating": 5}).status == 401
    assert shown()["items"] == [], "nobody has read it"


def test_an_order_that_was_not_paid_is_no_purchase(shop: Shop) -> None:
    shop.stock("LAMP", 9)
    person = Staff(shop.sandbox, "ada@example.com", "customer")
    token = shop.sandbox.session_token(person.email, "customer")
    shop.ready_order(Buyer(email=person.email, token=token), ("LAMP", 1))
    assert review(person, 5).status == 403


def test_what_is_published_is_shown_and_counted(shop: Shop, staff: Staff) -> None:
    shop.stock("LAMP", 9)
    for name, rating in (("ada", 5), ("bob", 4), ("cyd", 1)):
        review(reader(shop, name), rating, title=name)
    waiting = staff.ask("products.list_admin_reviews", "GET", "/admin/reviews?status=pending").json["items"]
    assert [row["title"] for row in waiting] == ["cyd", "bob", "ada"]
    cyd, bob, ada = (row["id"] for row in waiting)
    assert moderate(staff, ada, "publish", 'W/"1"').json["status"] == "published"
    assert moderate(staff, ada, "publish", 'W/"1"').status == 412
    moderate(staff, ada, "publish")
    moderate(staff, bob, "publish")
    moderate(staff, cyd, "reject")
    assert [row["title"] for row in shown()["items"]] == ["bob", "ada"]
    assert shown()["summary"] == {"average": 4.5, "count": 2, "stars": {"1": 0, "2": 0, "3": 0, "4": 1, "5": 1}}
    assert "user_id" not in str(shown())
    product = call("products.get_product", "GET", "/products/lamp").json
    assert product["rating"] == {"average": 4.5, "count": 2}
    assert len(call("products.list_products", "GET", "/products?min_rating=4").json["items"]) == 1
    moderate(staff, ada, "reject")
    assert shown()["summary"]["count"] == 1
    assert call("products.get_product", "GET", "/products/lamp").json["rating"] == {"average": 4.0, "count": 1}


def test_decisions_at_once_count_exactly(shop: Shop, staff: Staff) -> None:
    shop.stock("LAMP", 9)
    ids = [review(reader(shop, f"p{n}"), n % 5 + 1).json["id"] for n in range(6)]
    publish = Moderation(decision="publish")
    ended = race.together([partial(reviews.moderate, id_, publish, version=None, who="user_staff") for id_ in ids * 2])
    assert not [outcome for outcome in ended if isinstance(outcome, Exception)]
    product = shop.one("products", slug="lamp")["_id"]
    standing, listing = shop.one("standings", _id=product), shop.one("listings", _id=product)
    ratings = [n % 5 + 1 for n in range(6)]
    assert (standing["rating_count"], standing["rating_sum"]) == (6, sum(ratings))
    assert (listing["rating_count"], listing["rating_sum"]) == (6, sum(ratings))
    assert {int(star): count for star, count in standing["stars"].items()} == {1: 2, 2: 1, 3: 1, 4: 1, 5: 1}
