"""Saved for later, notes, and lines that remember what they were."""

from typing import Any

import pytest

from commerce.carts.model import MAX_SAVED
from commerce.runtime import mongo
from tests.support.api import Answer, call
from tests.support.carting import filled, line_id, make, person, pieces
from tests.support.shop import Buyer, Shop
from tests.support.staff import Staff


def wish(buyer: Buyer, note: Any, **headers: str) -> Answer:
    """PATCH the cart."""
    path = f"/carts/{buyer.cart_id}"
    return call("carts.update_cart", "PATCH", path, body={"note": note}, headers=buyer.headers(**headers))


def archive(shop: Shop, sku: str) -> None:
    """The product is not sold any more."""
    staff = Staff(shop.sandbox)
    product = shop.one("products", slug=sku.lower())["_id"]
    answer = staff.ask("products.archive_product", "POST", f"/admin/products/{product}/archive", If_Match="*")
    assert answer.status == 200, answer.text


def test_a_saved_line_is_no_part_of_what_is_ordered(shop: Shop) -> None:
    shop.stock("LAMP", 5, price=1000)
    shop.stock("MUG", 0, price=300)
    buyer = Buyer()
    cart = shop.cart_with(buyer, ("LAMP", 2), ("MUG", 1)).json
    assert [problem["code"] for problem in cart["problems"]] == ["insufficient_stock"]
    mug = line_id(cart, "MUG")
    cart = shop.change_line(buyer, mug, saved=True).json
    assert (pieces(cart), pieces(cart, "saved")) == ({"LAMP": 2}, {"MUG": 1})
    assert cart["problems"] == []
    assert cart["totals"]["items"]["amount"] == 2000
    assert cart["saved"][0]["line_id"] == mug
    assert cart["saved"][0]["unit_price"]["amount"] == 300
    placed = shop.place(buyer)
    assert [line["sku"] for line in placed.json["lines"]] == ["LAMP"]
    assert shop.level("MUG")["reserved"] == 0


def test_there_and_back_again(shop: Shop) -> None:
    shop.stock("LAMP", 50)
    buyer = filled(shop, Buyer(), ("LAMP", 2))
    lamp = line_id(shop.cart(buyer).json, "LAMP")
    for saved in (True, True, False, False, True):
        cart = shop.change_line(buyer, lamp, saved=saved).json
        assert pieces(cart, "saved" if saved else "lines") == {"LAMP": 2}
        assert pieces(cart, "lines" if saved else "saved") == {}
    cart = shop.change_line(buyer, lamp, quantity=7, note="For Bob").json
    assert (cart["saved"][0]["quantity"], cart["saved"][0]["note"]) == (7, "For Bob")
    cart = shop.add(buyer, "LAMP", 3).json
    assert (pieces(cart), pieces(cart, "saved")) == ({"LAMP": 3}, {"LAMP": 7})
    cart = shop.change_line(buyer, lamp, saved=False).json
    assert (pieces(cart), pieces(cart, "saved")) == ({"LAMP": 10}, {}), "one line per variant"
    assert cart["lines"][0]["note"] == "For Bob"


def test_a_saved_line_can_be_taken_out(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    buyer = filled(shop, Buyer(), ("LAMP", 2))
    lamp = line_id(shop.cart(buyer).json, "LAMP")
    shop.change_line(buyer, lamp, saved=True)
    path = f"/carts/{buyer.cart_id}/lines/{lamp}"
    left = call("carts.remove_line", "DELETE", path, headers=buyer.headers())
    assert left.json["saved"] == left.json["lines"] == []


def test_no_more_than_fits(shop: Shop) -> None:
    shop.stock("LAMP", 500)
    shop.stock("MUG", 5)
    buyer = filled(shop, Buyer(), ("LAMP", 60), ("MUG", 1))
    cart = shop.cart(buyer).json
    lamp, mug = line_id(cart, "LAMP"), line_id(cart, "MUG")
    shop.change_line(buyer, lamp, saved=True)
    other = line_id({"lines": shop.add(buyer, "LAMP", 60).json["lines"], "saved": []}, "LAMP")
    for line, saved in ((lamp, False), (other, True)):
        refused = shop.change_line(buyer, line, saved=saved)
        assert [error["code"] for error in refused.json["errors"]] == ["too_many_pieces"]
    many = [shop.one("carts")["saved"][0] | {"sku": f"S{n}", "line_id": f"l{n}"} for n in range(MAX_SAVED)]
    mongo.database()["carts"].update_one({"_id": buyer.cart_id}, {"$set": {"saved": many}})
    refused = shop.change_line(buyer, mug, saved=True)
    assert [error["code"] for error in refused.json["errors"]] == ["too_many_lines"]
    many = [shop.one("carts")["lines"][1] | {"sku": f"L{n}", "line_id": f"m{n}"} for n in range(50)]
    mongo.database()["carts"].update_one({"_id": buyer.cart_id}, {"$set": {"lines": many}})
    refused = shop.change_line(buyer, "l3", saved=False)
    assert [error["code"] for error in refused.json["errors"]] == ["too_many_lines"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"), ({"quantity": None}, "body"), ({"quantity": 0}, "quantity"), ({"quantity": -1}, "quantity"),
        ({"quantity": 10**9}, "quantity"), ({"quantity": 1.5}, "quantity"), ({"quantity": True}, "quantity"),
        ({"quantity": "1"}, "quantity"), ({"saved": "yes"}, "saved"), ({"saved": 1}, "saved"),
        ({"note": "x" * 501}, "note"), ({"note": "a\x00b"}, "note"), ({"note": 7}, "note"),
        ({"note": "a", "price": 1}, "price"),
    ],
)  # fmt: skip
def test_what_is_no_change_of_a_line(shop: Shop, body: dict[str, Any], field: str) -> None:
    shop.stock("LAMP", 5)
    buyer = filled(shop, Buyer(), ("LAMP", 2))
    before = shop.snapshot()
    refused = shop.change_line(buyer, line_id(shop.cart(buyer).json, "LAMP"), **body)
    assert (refused.status, refused.json["code"]) == (422, "validation_failed")
    assert field in {error["field"] for error in refused.json["errors"]}
    assert shop.snapshot() == before


def test_notes_go_to_the_order(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    buyer = Buyer()
    cart = shop.cart_with(buyer, ("LAMP", 1)).json
    text = "Dear Ada,\r\n<b>happy</b> birthday 🎂\n\tBob"
    assert shop.change_line(buyer, cart["lines"][0]["line_id"], note=f"  {text}  ").status == 200
    noted = wish(buyer, "Ring twice, please.")
    assert noted.json["note"] == "Ring twice, please."
    placed = shop.place(buyer).json
    assert placed["note"] == "Ring twice, please."
    assert placed["lines"][0]["note"] == text.replace("\r\n", "\n")
    assert shop.order(buyer)["note"] == "Ring twice, please."


def test_what_is_no_note(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    buyer = filled(shop, Buyer(), ("LAMP", 1))
    for note in ("x" * 1001, "a\x1bb", None, 7, ["a"]):
        refused = wish(buyer, note)
        assert (refused.status, [error["field"] for error in refused.json["errors"]]) == (422, ["note"])
    assert wish(buyer, "x" * 1000).status == 200
    assert wish(buyer, "").json["note"] == ""
    assert wish(buyer, "late", If_Match='W/"1"').status == 412
    buyer.cart_token = ""
    assert wish(buyer, "not mine").status == 404


def test_a_product_that_is_gone_still_shows_what_it_was(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    shop.stock("MUG", 5)
    buyer = filled(shop, Buyer(), ("LAMP", 1), ("MUG", 1))
    cart = shop.cart(buyer).json
    was = cart["lines"][0]
    shop.change_line(buyer, cart["lines"][1]["line_id"], saved=True)
    archive(shop, "LAMP")
    archive(shop, "MUG")
    cart = shop.cart(buyer).json
    gone = cart["lines"][0]
    shown = ("product_id", "slug", "title", "variant_title", "image_url")
    assert {name: gone[name] for name in shown} == {name: was[name] for name in shown}
    assert gone["title"] == "Lamp"
    assert (gone["unit_price"], gone["available"]) == (None, 0)
    assert cart["saved"][0]["title"] == "Mug"
    assert [problem["code"] for problem in cart["problems"]] == ["unavailable"]


def test_what_a_person_has_saved_goes_on_in_their_next_cart(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    shop.stock("MUG", 5)
    ada = person(shop)
    cart = shop.cart_with(ada, ("LAMP", 1), ("MUG", 2)).json
    shop.change_line(ada, line_id(cart, "MUG"), saved=True)
    ordered = ada.cart_id
    assert shop.place(ada).status == 201
    assert shop.cart(ada).json["saved"] == []
    following = make(ada)
    assert following.status == 200
    assert following.json["id"] != ordered
    assert (pieces(following.json), pieces(following.json, "saved")) == ({}, {"MUG": 2})


@pytest.mark.parametrize("has_one", [False, True])
def test_also_when_they_signed_in_with_a_guests_cart(shop: Shop, has_one: bool) -> None:
    shop.stock("LAMP", 5)
    shop.stock("MUG", 5)
    guest, ada = Buyer(), person(shop)
    cart = shop.cart_with(guest, ("LAMP", 1), ("MUG", 2)).json
    shop.change_line(guest, line_id(cart, "MUG"), saved=True)
    if has_one:
        filled(shop, ada, ("MUG", 1))
    guest.token = ada.token
    assert shop.place(guest).status == 201
    mine = make(ada)
    assert (mine.status, pieces(mine.json, "saved")) == (200, {"MUG": 2})
    assert pieces(mine.json) == ({"MUG": 1} if has_one else {})


def test_a_guests_stays_where_it_is(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    shop.stock("MUG", 5)
    guest = Buyer()
    cart = shop.cart_with(guest, ("LAMP", 1), ("MUG", 2)).json
    shop.change_line(guest, line_id(cart, "MUG"), saved=True)
    shop.place(guest)
    assert pieces(shop.cart(guest).json, "saved") == {"MUG": 2}
    assert shop.count("carts") == 1
