"""Who is forgotten leaves no note, and is counted no longer."""

from commerce import carts, orders
from commerce.runtime.people import Person
from tests.integration.carts.test_per_customer import limit, of_skus
from tests.integration.test_time_limits import at
from tests.support import rules
from tests.support.pricing import codes, enter
from tests.support.shop import Buyer, Shop


def test_notes_and_counts_go_with_the_person(shop: Shop) -> None:
    shop.stock("OUD", 9)
    limit(shop, "OUD", 5)
    paid, ended = Buyer(), Buyer()
    for buyer in (paid, ended):
        cart = shop.cart_with(buyer, ("OUD", 1)).json
        shop.change_line(buyer, cart["lines"][0]["line_id"], note="For dear Bob")
        shop.wish(buyer, "Ring at Bob's.")
        assert shop.place(buyer).status == 201
    shop.pay(paid)
    shop.settle()
    shop.cancel(ended)
    shop.settle()
    assert of_skus(shop) == [1]
    ada = orders.references(Person(user_id="user_ada", emails=("ada@example.com",)))
    assert "For dear Bob" in str(orders.personal_data(ada))
    with at(31 * 24 * 3600):
        assert orders.erase(ada)
        assert carts.erase(ada)
    assert shop.all("quotas") == []
    assert "Bob" not in str([*shop.all("orders"), *shop.all("carts")])


def test_a_code_that_is_used_up_stays_so(shop: Shop) -> None:
    """What all customers have together is nobody's: only what is counted of the person goes with them."""
    shop.stock("OUD", 9)
    rules.coupon("FIRST", limit=1, limit_per_customer=1)
    ada, eve = Buyer(), Buyer(email="eve@example.com")
    shop.cart_with(ada, ("OUD", 1))
    assert enter(ada, "FIRST").status == 200
    shop.deliver_to(ada)
    assert shop.place(ada).status == 201
    shop.pay(ada)
    shop.settle()
    assert len(shop.all("quotas")) == 3, "the code's, its per customer, and how many orders there were"
    with at(31 * 24 * 3600):
        assert orders.erase(orders.references(Person(user_id="user_ada", emails=("ada@example.com",))))
        (left,) = shop.all("quotas")
        assert left["used"] == 1
        assert left["_id"].count("|") == 1, "no hash of a person"
        shop.cart_with(eve, ("OUD", 1))
        assert codes(enter(eve, "FIRST")) == [("code", "coupon_exhausted")]
