"""Staff makes promotions: what each kind takes, codes that are there once, and what happens to those that were used."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce.pricing import promotion_admin, store
from commerce.pricing.promotion_input import NewPromotion
from tests.support.desk import COUPON, Desk, faults, raced
from tests.support.person import account, tell
from tests.support.race import NO_KEY
from tests.support.shop import Shop

FIXED = {"code": "FIVE", "title": "Five off", "kind": "fixed", "amounts": {"USD": 500, "JPY": 700}}
BUY = {"code": "B2G1", "title": "Three for two", "kind": "buy_x_get_y", "buy": 2, "get": 1}
FREE = {"code": "SHIPFREE", "title": "Free shipping", "kind": "free_shipping"}
BY_ITSELF = {"automatic": True, "title": "Ten per cent", "kind": "percent", "percent": 10}


def stored(shop: Shop, made: dict[str, Any]) -> dict[str, Any]:
    return shop.one("promotions", _id=made["id"])


@pytest.mark.parametrize(
    ("percent", "shown", "basis_points"),
    [("12.5", "12.5", 1250), (12.5, "12.5", 1250), (10, "10", 1000), ("0.01", "0.01", 1), (100, "100", 10_000),
     ("33.30", "33.3", 3330), (0.1, "0.1", 10)],
)  # fmt: skip
def test_a_percentage_is_a_decimal_without_a_loss(
    desk: Desk, shop: Shop, percent: Any, shown: str, basis_points: int
) -> None:
    made = desk.coupon(percent=percent)
    assert (made["percent"], stored(shop, made)["basis_points"]) == (shown, basis_points)
    assert desk.patch("coupons", made["id"], {"percent": "7.25"}).json["percent"] == "7.25"


@pytest.mark.parametrize(
    ("typed", "kept"), [("spring", "SPRING"), (" Spring 24 ", "SPRING24"), ("a-b_9", "A-B_9"), ("\tabc\n", "ABC")]
)
def test_a_code_is_kept_in_capitals_without_spaces(desk: Desk, typed: str, kept: str) -> None:
    assert desk.coupon(code=typed)["code"] == kept


def test_what_each_kind_has(desk: Desk) -> None:
    fixed, buy, free, itself = (desk.make("coupons", body) for body in (FIXED, BUY, FREE, BY_ITSELF))
    assert (fixed["percent"], fixed["amounts"], fixed["target"], fixed["buy"]) == (
        None,
        FIXED["amounts"],
        "order",
        None,
    )
    assert (buy["percent"], buy["buy"], buy["get"]) == ("100", 2, 1)
    assert (free["target"], free["percent"]) == ("shipping", None)
    assert (itself["code"], itself["automatic"], itself["stacks"], itself["active"]) == (None, True, True, True)


CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    # name: (body, field, code)
    "no code": ({"code": None}, "code", "code_missing"),
    "a code though it applies by itself": (COUPON | {"automatic": True}, "code", "automatic_has_no_code"),
    "a short code": ({"code": "AB"}, "code", "string_pattern_mismatch"),
    "an endless code": ({"code": "A" * 41}, "code", "string_pattern_mismatch"),
    "a code with other signs": ({"code": "50%OFF"}, "code", "string_pattern_mismatch"),
    "a code of letters that look like ours": ({"code": "ЅРRING"}, "code", "string_pattern_mismatch"),
    "a code that is a number": ({"code": 12345}, "code", "string_type"),
    "no title": ({"title": ""}, "title", "string_too_short"),
    "no percentage": ({"percent": None}, "percent", "required_for_kind"),
    "percentage 0": ({"percent": 0}, "percent", "greater_than"),
    "percentage below 0": ({"percent": -5}, "percent", "greater_than"),
    "percentage above 100": ({"percent": "100.01"}, "percent", "less_than_equal"),
    "percentage of three decimals": ({"percent": "12.345"}, "percent", "decimal_max_places"),
    "percentage in words": ({"percent": "ten"}, "percent", "decimal_parsing"),
    "percentage NaN": ({"percent": "NaN"}, "percent", "finite_number"),
    "percentage and amounts": ({"amounts": {"USD": 5}}, "amounts", "not_for_kind"),
    "percentage per piece": ({"per_piece": True}, "per_piece", "not_for_kind"),
    "percentage, buy two": ({"buy": 2}, "buy", "not_for_kind"),
    "fixed without amounts": (FIXED | {"amounts": {}}, "amounts", "required_for_kind"),
    "fixed with a percentage": (FIXED | {"percent": 5}, "percent", "not_for_kind"),
    "amount 0": (FIXED | {"amounts": {"USD": 0}}, "amounts.USD", "greater_than_equal"),
    "amount below 0": (FIXED | {"amounts": {"USD": -500}}, "amounts.USD", "greater_than_equal"),
    "amount with a fraction": (FIXED | {"amounts": {"USD": 5.5}}, "amounts.USD", "int_type"),
    "amount 10^30": (FIXED | {"amounts": {"USD": 10**30}}, "amounts.USD", "less_than_equal"),
    "amount in another currency": (FIXED | {"amounts": {"CHF": 500}}, "amounts.CHF", "unknown_currency"),
    "minimum in another currency": ({"minimums": {"CHF": 500}}, "minimums.CHF", "unknown_currency"),
    "per piece of the shipping": (FIXED | {"target": "shipping", "per_piece": True}, "per_piece", "not_for_target"),
    "buy nothing": (BUY | {"buy": None}, "buy", "required_for_kind"),
    "get nothing": (BUY | {"get": None}, "get", "required_for_kind"),
    "buy 0": (BUY | {"buy": 0}, "buy", "greater_than_equal"),
    "buy two, get the shipping": (BUY | {"target": "shipping"}, "target", "not_for_kind"),
    "free shipping of the order": (FREE | {"target": "order"}, "target", "not_for_kind"),
    "free shipping with a percentage": (FREE | {"percent": 50}, "percent", "not_for_kind"),
    "products, but none": ({"target": "products"}, "target_ids", "required_for_target"),
    "ids of nothing": ({"target_ids": ["prod_1"]}, "target_ids", "not_for_target"),
    "a product that is not there": (
        {"target": "products", "target_ids": ["prod_1"]}, "target_ids.0", "unknown_product",
    ),
    "a category that is not there": (
        {"target": "categories", "target_ids": ["cat_1"]}, "target_ids.0", "unknown_category",
    ),
    "too many targets": ({"target": "products", "target_ids": ["p"] * 251}, "target_ids", "too_long"),
    "limit 0": ({"limit": 0}, "limit", "greater_than_equal"),
    "limit per customer -1": ({"limit_per_customer": -1}, "limit_per_customer", "greater_than_equal"),
    "limit true": ({"limit": True}, "limit", "int_type"),
    "an end before its start": (
        {"starts_at": "2026-06-02T00:00:00Z", "ends_at": "2026-06-01T00:00:00Z"}, "ends_at", "ends_before_start",
    ),
    "an end at its start": (
        {"starts_at": "2026-06-01T00:00:00Z", "ends_at": "2026-06-01T02:00:00+02:00"}, "ends_at", "ends_before_start",
    ),
    "a time without a zone": ({"starts_at": "2026-06-01T00:00:00"}, "starts_at", "timezone_aware"),
    "a day that is none": ({"starts_at": "2026-02-30T00:00:00Z"}, "starts_at", "datetime_from_date_parsing"),
    "an address that is none": ({"email": "ada@"}, "email", "value_error"),
    "an unknown kind": ({"kind": "gift"}, "kind", "literal_error"),
    "an unknown member": ({"discount": 5}, "discount", "extra_forbidden"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_named(desk: Desk, shop: Shop, name: str) -> None:
    members, field, code = CASES[name]
    wanted = members if "kind" in members and "title" in members else COUPON | members
    before = shop.snapshot()
    assert (field, code) in faults(desk.post("coupons", {k: v for k, v in wanted.items() if v is not None}))
    assert shop.snapshot() == before


def test_everything_that_is_wrong_is_named_at_once(desk: Desk) -> None:
    wanted = {"title": "x", "kind": "fixed", "percent": 5, "minimums": {"CHF": 1}, "target": "products"}
    assert set(faults(desk.post("coupons", wanted))) == {
        ("code", "code_missing"),
        ("amounts", "required_for_kind"),
        ("percent", "not_for_kind"),
        ("target_ids", "required_for_target"),
        ("minimums.CHF", "unknown_currency"),
    }


def test_products_and_categories_are_known_whatever_their_state(desk: Desk, shop: Shop) -> None:
    category = desk.staff.ask("products.create_category", "POST", "/admin/categories", {"title": "Cups"}).json["id"]
    variants = [{"sku": "MUG", "prices": {"USD": 1000}}]
    draft = {"title": "Mug", "status": "draft", "variants": variants}
    product = desk.staff.ask("products.create_product", "POST", "/admin/products", draft).json["id"]
    made = desk.coupon(target="products", target_ids=[product, product])
    assert made["target_ids"] == [product]
    wrong = desk.patch("coupons", made["id"], {"target_ids": [product, "prod_none"]})
    assert faults(wrong) == [("target_ids.1", "unknown_product")]
    assert faults(desk.patch("coupons", made["id"], {"target": "categories"})) == [("target_ids.0", "unknown_category")]
    moved = desk.patch("coupons", made["id"], {"target": "categories", "target_ids": [category]})
    assert (moved.json["target"], moved.json["target_ids"]) == ("categories", [category])
    desk.staff.ask("products.delete_category", "DELETE", f"/admin/categories/{category}", If_Match="*")
    assert desk.patch("coupons", made["id"], {"active": False}).status == 200, "what it had before is not checked anew"


def test_a_coupon_for_an_account_wants_one_that_is_there(desk: Desk, shop: Shop) -> None:
    nobody = [("user_id", "unknown_user")]
    assert faults(desk.post("coupons", COUPON | {"user_id": "user_ada"}, Idempotency_Key="1")) == nobody
    assert shop.count("promotions") == 0
    tell(account("user_ada", at=1))
    made = desk.post("coupons", COUPON | {"user_id": "user_ada"}, Idempotency_Key="1").json
    assert made["user_id"] == "user_ada"
    assert faults(desk.patch("coupons", made["id"], {"user_id": "user_eve"})) == nobody
    assert desk.patch("coupons", made["id"], {"user_id": None}).json["user_id"] == ""


def test_a_patch_takes_back_what_it_gives_null_for(desk: Desk) -> None:
    made = desk.coupon(
        limit=5, starts_at="2026-06-01T00:00:00Z", ends_at="2026-07-01T00:00:00Z", email="Ada@Example.com"
    )
    assert made["email"] == "ada@example.com"
    changed = desk.patch("coupons", made["id"], {"limit": None, "starts_at": None, "email": None}).json
    assert (changed["limit"], changed["starts_at"], changed["ends_at"]) == (None, None, "2026-07-01T00:00:00.000Z")
    assert changed["email"] is None
    assert faults(desk.patch("coupons", made["id"], {"title": None})) == [("title", "required")]
    late = {"starts_at": "2026-08-01T00:00:00Z"}
    assert faults(desk.patch("coupons", made["id"], late)) == [("ends_at", "ends_before_start")]
    other = {"kind": "fixed", "percent": None, "amounts": {"USD": 300}}
    assert desk.patch("coupons", made["id"], other).json["amounts"] == {"USD": 300}
    itself = desk.patch("coupons", made["id"], {"automatic": True, "code": None}).json
    assert (itself["automatic"], itself["code"]) == (True, None)


def test_a_code_belongs_to_one_promotion(desk: Desk) -> None:
    first = desk.coupon()
    taken = desk.post("coupons", COUPON | {"code": "sPring"})
    assert (taken.status, taken.json["code"]) == (409, "code_taken")
    second = desk.coupon(code="AUTUMN")
    taken = desk.patch("coupons", second["id"], {"code": "spring"})
    assert (taken.status, taken.json["code"]) == (409, "code_taken")
    assert desk.patch("coupons", first["id"], {"code": "WINTER"}).json["code"] == "WINTER"
    assert desk.patch("coupons", second["id"], {"code": "spring"}).json["code"] == "SPRING", "it is free now"
    itself = [desk.make("coupons", BY_ITSELF)["code"] for _ in "ab"]
    assert itself == [None, None], "those without a code do not get in each other's way"


def making(**members: Any) -> Callable[[], object]:
    """A promotion that is yet to be made."""
    wanted = NewPromotion.model_validate(COUPON | members)
    return lambda: promotion_admin.create(wanted, who="user_1", once=NO_KEY)


def test_those_who_want_one_code_at_once(shop: Shop) -> None:
    assert raced([making(title=f"Spring {number}") for number in range(6)]) == [*["code_taken"] * 5, "done"]
    assert shop.count("promotions") == shop.count("audit") == 1


def test_many_are_made_at_once(shop: Shop) -> None:
    assert raced([making(code=f"C-{number:03}") for number in range(16)]) == ["done"] * 16
    assert shop.count("promotions") == shop.count("audit") == 16


def test_so_many_apply_by_themselves_and_no_more(desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce.pricing.promotion_admin.MAX_AUTOMATIC", 3)
    idle = desk.make("coupons", BY_ITSELF | {"active": False})
    jobs = [making(**BY_ITSELF, code=None) for _ in range(6)]
    assert raced(jobs) == [*["done"] * 3, *["too_many"] * 3]
    assert len(store.PROMOTIONS.automatic()) == 3
    refused = desk.patch("coupons", idle["id"], {"active": True})
    assert (refused.status, refused.json["code"]) == (409, "too_many")
    running = next(item for item in desk.listed("coupons") if item["active"])
    assert desk.patch("coupons", running["id"], {"title": "Renamed"}).status == 200
    desk.patch("coupons", running["id"], {"active": False})
    assert desk.patch("coupons", idle["id"], {"active": True}).status == 200


def test_staff_finds_them(desk: Desk) -> None:
    for number in range(4):
        desk.coupon(code=f"SALE-{number}", active=number % 2 == 0)
    desk.coupon(code="OTHER")
    desk.make("coupons", BY_ITSELF)

    def codes(query: str) -> list[str | None]:
        return [item["code"] for item in desk.listed("coupons", query)]

    assert codes("") == [None, "OTHER", "SALE-3", "SALE-2", "SALE-1", "SALE-0"]
    assert codes("?q=sale") == ["SALE-0", "SALE-1", "SALE-2", "SALE-3"]
    assert codes("?q=sale&active=true") == ["SALE-0", "SALE-2"]
    assert codes("?q=sale&automatic=false&active=false") == ["SALE-1", "SALE-3"]
    assert codes("?q=sale&automatic=true") == []
    assert codes("?active=false") == ["SALE-3", "SALE-1"]
    assert codes("?automatic=true") == [None]
    assert codes("?automatic=false&active=true") == ["OTHER", "SALE-2", "SALE-0"]
    page = desk.get("coupons", "?q=sale&limit=3").json
    rest = desk.get("coupons", f"?q=sale&limit=3&cursor={page['next_cursor']}").json
    assert [item["code"] for item in rest["items"]] == ["SALE-3"]
    assert desk.get("coupons", f"?q=other&cursor={page['next_cursor']}").status == 400
