"""The last piece: who gets it, and what everyone else is told."""

from collections import Counter

from tests.e2e.shopping import Shop, is_problem, together


def test_more_than_there_is(shop: Shop) -> None:
    sku = shop.stock(3)
    buyer = shop.buyer()

    cart = buyer.fill((sku, 4))

    assert [(p["code"], p["available"], p["blocking"]) for p in cart["problems"]] == [("insufficient_stock", 3, True)]
    problem = is_problem(buyer.try_to_place(), 409, "cart_has_problems")
    assert problem["problems"][0]["available"] == 3
    line = f"/carts/{cart['id']}/lines/{cart['lines'][0]['line_id']}"
    buyer.cart = buyer.get("PATCH", line, {"quantity": 3})
    buyer.place()
    assert shop.level(sku) == (3, 3, 0)


def test_sold_out_between_the_quote_and_the_order(shop: Shop) -> None:
    sku = shop.stock(1)
    late, quick = shop.buyers(2, sku)
    quick.place()

    problem = is_problem(late.try_to_place(), 409, "cart_has_problems")

    assert problem["problems"][0]["message"] == "Sold out."
    assert shop.level(sku) == (1, 1, 0)
    quick.get("POST", f"/orders/{quick.order['id']}/cancel", {})
    late.place()


def test_fifty_buyers_race_for_ten_pieces(shop: Shop) -> None:
    sku = shop.stock(10)
    buyers = shop.buyers(50, sku)

    answers = together([buyer.try_to_place for buyer in buyers])

    assert Counter(answer.status_code for answer in answers) == {201: 10, 409: 40}
    for answer in answers:
        if answer.status_code == 409:
            problem = answer.json()
            # Whoever reads the cart after the last piece has gone hears of it there.
            assert problem["code"] in {"insufficient_stock", "cart_has_problems"}, problem
            told = problem.get("problems") or problem["errors"]
            assert [reason["code"] for reason in told] == ["insufficient_stock"], problem
    assert len({answer.json()["number"] for answer in answers if answer.status_code == 201}) == 10
    assert shop.level(sku) == (10, 10, 0)
    assert shop.count("orders", {"lines.sku": sku}) == 10


def test_three_for_the_last_piece_of_eight_things(shop: Shop) -> None:
    """All who are for the same piece come at once, and so are in the functions at once: the edge lets four through."""
    for sku in [shop.stock(1) for _ in range(8)]:
        answers = together([buyer.try_to_place for buyer in shop.buyers(3, sku)])
        assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 2}, [a.text for a in answers]
        assert shop.level(sku) == (1, 1, 0)


def test_a_third_unpaid_order_is_refused(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    buyer.place(sku)
    buyer.place(sku)
    buyer.fill(sku)
    is_problem(buyer.try_to_place(), 409, "too_many_unpaid_orders")
    assert shop.level(sku) == (5, 2, 3)
