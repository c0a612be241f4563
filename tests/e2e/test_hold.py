"""Staff makes an order wait, and lets it go on."""

from tests.e2e.shopping import Shop, is_problem


def test_an_order_on_hold_takes_no_payment(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer, staff = shop.buyer(), shop.staff()
    order = buyer.place(sku)
    hold, release = (f"/admin/orders/{order['id']}/{verb}" for verb in ("hold", "release"))

    held = staff.get("POST", hold, {"reason": "looks odd"})
    assert held["on_hold"] is True
    is_problem(staff.ask("POST", hold, {"reason": "again"}), 409, "order_state")
    is_problem(buyer.ask("POST", f"/orders/{order['id']}/payments", {}), 409, "order_state")
    assert "looks odd" not in str(buyer.look()), "the reason is not for the buyer"

    assert staff.get("POST", release)["on_hold"] is False
    is_problem(staff.ask("POST", release), 409, "order_state")
    buyer.pay()
    buyer.wait_until("confirmed")
    assert shop.facts_about(order["id"])[:3] == ["OrderPlaced", "OrderHeld", "OrderReleased"]


def test_a_reason_is_wanted(shop: Shop) -> None:
    order = shop.buyer().place(shop.stock(5))
    for body in ({}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 501}):
        problem = is_problem(
            shop.staff().ask("POST", f"/admin/orders/{order['id']}/hold", body), 422, "validation_failed"
        )
        assert [reason["field"] for reason in problem["errors"]] == ["reason"]


def test_an_order_that_is_not_there(shop: Shop) -> None:
    is_problem(shop.staff().ask("POST", "/admin/orders/ord_x/hold", {"reason": "odd"}), 404, "not_found")
    is_problem(shop.staff().ask("POST", "/admin/orders/ord_x/release"), 404, "not_found")
