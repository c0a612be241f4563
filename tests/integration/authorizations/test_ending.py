"""Whatever comes between an authorization and its end, and in whatever order: one capture or none, one end (semantics
6, 8, 9).
"""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce import orders, payments
from commerce.runtime import mongo, outbox
from commerce.runtime.clock import now
from commerce.runtime.errors import ShopError
from tests.integration.authorizations.test_capturing import intents, lapses_at
from tests.integration.payments.test_books import accounts
from tests.integration.test_crashes import recover
from tests.integration.test_interleavings import end, restore, wipe
from tests.support.killswitch import Killswitch, bury
from tests.support.query_shapes import looking
from tests.support.race import together
from tests.support.shop import Buyer, Shop
from tests.support.story import OrderStory
from tests.support.till import Till

TOTAL = 2499


def capture(payment_id: str) -> Callable[[], object]:
    return lambda: payments.capture_authorized(payment_id, orders.check_capturable, who="user_1")


def no_surprise(outcomes: list[Any]) -> None:
    assert all(not isinstance(found, Exception) or isinstance(found, ShopError) for found in outcomes), outcomes


def test_captured_by_many_at_once(shop: Shop, till: Till, authorized: Buyer) -> None:
    payment_id = till.payment_of(authorized)
    no_surprise(together([capture(payment_id)] * 5 + [lambda: shop.sweep(tell=False)]))
    shop.settle()
    assert shop.moved() == [("capture", TOTAL)]
    assert len(intents(shop, "succeeded")) == 1
    assert shop.bus.types().count("OrderPaid") == 1


@pytest.mark.parametrize("turn", range(4))
def test_captured_while_it_is_cancelled(shop: Shop, till: Till, authorized: Buyer, turn: int) -> None:
    """The provider decides which; what was captured goes back."""
    payment_id = till.payment_of(authorized)

    def cancel() -> None:
        shop.cancel(authorized)
        shop.bus.deliver()

    jobs = [capture(payment_id), cancel]
    no_surprise(together(jobs if turn % 2 else list(reversed(jobs))))
    shop.settle()
    assert shop.order(authorized)["status"] == "cancelled"
    assert shop.moved() in ([], [("capture", TOTAL), ("refund", -TOTAL)])
    taken = len(intents(shop, "succeeded"))
    assert (taken, len(intents(shop, "canceled"))) in {(1, 0), (0, 1)}
    assert taken == len(shop.moved()) / 2
    assert not set(accounts(shop)) & {"receivable", "revenue"} or shop.count("sales") == 1


def test_cancelled_when_the_capture_has_not_been_heard_of(shop: Shop, till: Till, authorized: Buyer) -> None:
    payment_id = till.payment_of(authorized)
    assert till.capture(payment_id).status == 200
    told = len(shop.bus.entries)
    shop.cancel(authorized)
    shop.bus.entries[told - 1 :] = reversed(shop.bus.entries[told - 1 :])
    shop.settle()
    assert shop.moved() == [("capture", TOTAL), ("refund", -TOTAL)]
    order = shop.order(authorized)
    assert (order["status"], order["paid"], order["refunded"]) == ("cancelled", order["paid"], order["paid"])
    assert order["paid"]["amount"] == TOTAL
    assert shop.all("sales") == shop.all("invoices") == []


def life(shop: Shop, buyer: Buyer, ending: str) -> list[dict[str, Any]]:
    """Declined, authorized, and ended at Stripe; none of it delivered."""
    from commerce.payments.gateways import stripe

    begun = shop.begin_payment(buyer).json
    shop.confirm_card(begun["client_secret"], "pm_card_chargeDeclined")
    shop.confirm_card(begun["client_secret"])
    ref = shop.one("payments")["provider_ref"]
    if ending == "captured":
        stripe.client().v1.payment_intents.capture(ref)
    elif ending == "lapsed":
        shop.sandbox.stripe_control("POST", f"/payment_intents/{ref}/lapse")
    wanted = ("payment_failed", "amount_capturable_updated", "succeeded", "canceled")
    return [e for e in shop.stripe_events() if e["type"] in {f"payment_intent.{name}" for name in wanted}]


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("ending", "known"), [("captured", '"confirmed"'), ("lapsed", '"voided"'), ("", '"confirmed"')]
)
def test_every_order_of_the_webhooks_ends_in_the_same_state(shop: Shop, buyer: Buyer, ending: str, known: str) -> None:
    events = life(shop, buyer, ending)
    assert len(events) == (3 if ending else 2)
    with looking():
        before = {c.name: list(mongo.database()[c.name].find()) for c in mongo.declared()}
    told, ends = list(shop.bus.entries), set()
    for arranged in itertools.permutations(events):
        for repeated in (arranged, [*arranged, *reversed(arranged)], [arranged[0], *arranged]):
            restore(before)
            shop.bus.entries[:] = told
            shop.bus.delivered = len(told)
            for happened in repeated:
                assert shop.webhook(happened)["statusCode"] == 200
                shop.bus.deliver()
            ends.add(end(shop))
    assert len(ends) == 1, ends
    assert known in ends.pop()


@pytest.mark.parametrize("facts", list(itertools.permutations(["PaymentAuthorized", "PaymentSucceeded"])))
@pytest.mark.parametrize("times", [1, 2])
def test_our_own_news_in_any_order(shop: Shop, buyer: Buyer, facts: tuple[str, ...], times: int) -> None:
    shop.pay(buyer)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    ref = shop.one("payments")["provider_ref"]
    from commerce.payments.gateways import stripe

    stripe.client().v1.payment_intents.capture(ref)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    shop.bus.delivered = len(shop.bus.entries)
    entries = {entry["DetailType"]: entry for entry in shop.bus.entries}
    for kind in facts * times:
        assert shop.bus.deliver_one("orders.on_payment_event", entries[kind])
    shop.bus.deliver(times=2)
    shop.settle()
    assert shop.order(buyer)["payment_status"] == "paid"
    assert shop.count("sales") == shop.count("invoices") == 1


def test_the_end_of_an_authorization_is_heard_of_before_its_beginning(shop: Shop, buyer: Buyer) -> None:
    """Nothing is confirmed by what is void by then; the buyer pays again."""
    shop.pay(buyer)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    ref = shop.one("payments")["provider_ref"]
    shop.sandbox.stripe_control("POST", f"/payment_intents/{ref}/lapse")
    for happened in shop.stripe_events():
        shop.webhook(happened)
    entries = {entry["DetailType"]: entry for entry in shop.bus.entries}
    for kind in ("PaymentVoided", "PaymentAuthorized", "PaymentVoided"):
        assert shop.bus.deliver_one("orders.on_payment_event", entries[kind])
    shop.bus.delivered = len(shop.bus.entries)
    assert (shop.order(buyer)["status"], shop.order(buyer)["on_hold"]) == ("pending", False)
    shop.pay(buyer)
    shop.settle()
    assert shop.order(buyer)["payment_status"] == "authorized"
    assert [payment["status"] for payment in shop.all("payments")] == ["voided", "authorized"]


class Story(OrderStory):
    """A purchase on authorization whose steps can come in any order. Each does what is possible when it comes."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop, Buyer())
        shop.stock("LAMP", 3)
        shop.ready_order(self.buyer, ("LAMP", 1))
        begun = shop.begin_payment(self.buyer).json
        self.secret, self.payment_id = begun["client_secret"], begun["id"]

    def agree(self) -> None:
        self.show_card(self.secret, "pm_card_visa")

    def decline(self) -> None:
        self.show_card(self.secret, "pm_card_chargeDeclined")

    def capture(self) -> None:
        assert Till(self.shop).capture(self.payment_id).status in {200, 409}

    def choose_paypal(self) -> None:
        assert self.shop.begin_payment(self.buyer, "paypal").status in {201, 409}

    def sweep(self) -> None:
        self.shop.sweep(tell=False)

    def nearly_lapses(self) -> None:
        lapses_at(self.shop, now() + timedelta(hours=1))
        self.shop.sweep(tell=False)

    def lapse(self) -> None:
        known = intents(self.shop, "amount_capturable_updated")
        ended = {one["id"] for what in ("succeeded", "canceled") for one in intents(self.shop, what)}
        for intent in {one["id"] for one in known} - ended:
            self.shop.sandbox.stripe_control("POST", f"/payment_intents/{intent}/lapse")


STEPS = (
    "agree", "decline", "webhook", "capture", "choose_paypal", "sweep", "nearly_lapses", "lapse", "poll", "expire",
    "cancel", "deliver", "deliver_all_twice",
)  # fmt: skip


@pytest.mark.timeout(240)
def test_any_interleaving_keeps_the_books(shop: Shop) -> None:
    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(STEPS), min_size=4, max_size=12).map(lambda steps: ["agree", *steps]))
    def tell(steps: list[str]) -> None:
        wipe(shop)
        story = Story(shop)
        for step in steps:
            getattr(story, step)()
        end(shop)
        shop.sweep()
        end(shop)
        order, money = shop.order(story.buyer), [kind for kind, _ in shop.moved()]
        taken, void = len(intents(shop, "succeeded")), len(intents(shop, "canceled"))
        assert money.count("capture") == taken <= 1
        if order["status"] == "confirmed":
            assert "refund" not in money, "a good order keeps its money"
            assert (order["payment_status"], taken) in {("authorized", 0), ("paid", 1), ("unpaid", 0)}
            assert order["on_hold"] == (order["payment_status"] == "unpaid")
        else:
            assert money in ([], ["capture", "refund"])
            assert taken or void or order["status"] == "pending", "nothing is held for an order that is over"
        assert shop.count("invoices", kind="invoice") == shop.count("sales")

    tell()


@pytest.fixture
def _relay_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not published is old enough for the relay."""
    monkeypatch.setattr(outbox, "RELAY_AFTER", -timedelta(seconds=1))


def fresh(shop: Shop) -> tuple[Buyer, str]:
    """An order that is confirmed by an authorization."""
    wipe(shop)
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    shop.pay(buyer)
    shop.settle()
    return buyer, str(shop.one("payments")["_id"])


def captured_by_staff(shop: Shop) -> tuple[Buyer, Callable[[], object]]:
    buyer, payment_id = fresh(shop)
    return buyer, capture(payment_id)


def captured_by_itself(shop: Shop) -> tuple[Buyer, Callable[[], object]]:
    buyer, _ = fresh(shop)
    lapses_at(shop, now())
    return buyer, lambda: shop.sweep(tell=False)


@pytest.mark.timeout(240)
@pytest.mark.usefixtures("_relay_at_once")
@pytest.mark.parametrize("prepare", [captured_by_staff, captured_by_itself])
def test_killed_at_any_step_of_the_capture(
    shop: Shop, killswitch: Killswitch, prepare: Callable[[Shop], tuple[Buyer, Callable[[], object]]]
) -> None:
    _, work = prepare(shop)
    with killswitch.armed():
        work()
    steps = killswitch.steps
    assert steps >= 6
    for step in range(1, steps + 1):
        buyer, work = prepare(shop)
        assert not killswitch.survives(step, work)
        name = killswitch.names[-1]
        bury()
        work()
        recover(shop)
        assert shop.order(buyer)["payment_status"] == "paid", name
        assert shop.moved() == [("capture", TOTAL)], name
        assert len(intents(shop, "succeeded")) == 1, name
        assert shop.count("sales") == shop.count("invoices") == 1, name


@pytest.mark.timeout(240)
@pytest.mark.usefixtures("_relay_at_once")
def test_killed_at_any_step_of_letting_it_go(shop: Shop, killswitch: Killswitch) -> None:
    def prepare() -> tuple[Buyer, Callable[[], object]]:
        buyer, _ = fresh(shop)
        shop.cancel(buyer)
        entry = shop.bus.entries[-1]
        return buyer, lambda: shop.bus.deliver_one("payments.on_order_event", entry)

    _, work = prepare()
    with killswitch.armed():
        work()
    for step in range(1, killswitch.steps + 1):
        buyer, work = prepare()
        assert not killswitch.survives(step, work)
        name = killswitch.names[-1]
        bury()
        work()
        recover(shop)
        assert (shop.order(buyer)["status"], shop.one("payments")["status"]) == ("cancelled", "voided"), name
        assert shop.moved() == [], name
        assert len(intents(shop, "canceled")) == 1, name


@pytest.mark.parametrize("after_effect", [False, True])
@pytest.mark.parametrize("fault", [{"action": "drop", "times": 2}, {"action": "error"}])
def test_stripe_is_away_for_the_capture(
    shop: Shop, till: Till, authorized: Buyer, fault: dict[str, Any], after_effect: bool
) -> None:
    where = {"path": "*/capture", "method": "POST", "after_effect": after_effect}
    shop.sandbox.stripe_control("POST", "/faults", fault | where)
    payment_id = till.payment_of(authorized)
    assert till.capture(payment_id).status in {200, 503}
    assert till.capture(payment_id).json["status"] == "paid"
    shop.settle()
    assert shop.moved() == [("capture", TOTAL)]
    assert shop.order(authorized)["payment_status"] == "paid"
