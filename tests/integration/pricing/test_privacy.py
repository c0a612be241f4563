"""Coupons that are for one person alone are told to that person, and go with them."""

from commerce import carts
from commerce.runtime.people import Person
from tests.support.desk import Desk
from tests.support.person import account, tell
from tests.support.shop import Shop


def people() -> None:
    """Those that coupons are for have accounts."""
    for number, name in enumerate(("ada", "eve")):
        tell(account(f"user_{name}", at=number + 1, email=f"{name}@example.com", first_name=name.title()))


ADA = Person(user_id="user_ada", emails=("ada@example.com", "ada@home.example.com"))


def test_they_are_told_and_go(desk: Desk, shop: Shop) -> None:
    people()
    desk.coupon(code="BY-ACCOUNT", user_id="user_ada")
    desk.coupon(code="BY-EMAIL", email="Ada@Home.example.com")
    desk.coupon(code="BY-BOTH", user_id="user_ada", email="ada@example.com")
    desk.coupon(code="FOR-EVE", user_id="user_eve", email="eve@example.com")
    desk.coupon(code="FOR-ALL")
    told = carts.personal_data(ADA)["coupons"]
    assert {coupon["code"] for coupon in told} == {"BY-ACCOUNT", "BY-EMAIL", "BY-BOTH"}
    assert [carts.erase(ADA) for _ in "ab"] == [True, True]
    assert carts.personal_data(ADA)["coupons"] == []
    assert {item["code"] for item in desk.listed("coupons")} == {"FOR-EVE", "FOR-ALL"}
    kept = {name: rows for name, rows in shop.snapshot().items() if name != "users"}  # which are others' to erase
    assert "ada" not in str(kept).casefold().replace("canada", "")


def test_the_trail_says_that_it_was_for_someone_but_not_for_whom(desk: Desk) -> None:
    people()
    made = desk.coupon(email="ada@example.com")
    desk.patch("coupons", made["id"], {"email": "eve@example.com", "user_id": "user_eve"})
    trail = desk.staff.ask("products.list_audit", "GET", f"/admin/audit?subject={made['id']}")
    assert [change["member"] for change in trail.json["items"][0]["changes"]] == ["user_id", "email"]
    assert not any(name in trail.text for name in ("ada@", "eve@", "user_eve"))
