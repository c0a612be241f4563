"""PayPal, killed at any step and tried again: one order, one capture, one refund (semantics 8)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from commerce.payments.gateways import paypal_signatures
from commerce.runtime import outbox
from tests.integration.test_crashes import recover
from tests.integration.test_interleavings import wipe
from tests.support.killswitch import Killswitch, bury
from tests.support.shop import Buyer, Shop

type Prepared = tuple[Buyer, Callable[[], object]]


@pytest.fixture(autouse=True)
def _relay_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not published is old enough for the relay."""
    monkeypatch.setattr(outbox, "RELAY_AFTER", -timedelta(seconds=1))


def fresh(shop: Shop) -> Buyer:
    wipe(shop)
    shop.paypal_events()  # An access token is there already, or the first run would have more steps than the others.
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    return buyer


def beginning(shop: Shop) -> Prepared:
    buyer = fresh(shop)
    return buyer, lambda: shop.begin_payment(buyer, "paypal", Idempotency_Key="pay")


def switching(shop: Shop) -> Prepared:
    """From a card to PayPal."""
    buyer = fresh(shop)
    shop.begin_payment(buyer)
    return buyer, lambda: shop.begin_payment(buyer, "paypal", Idempotency_Key="pay")


def capturing(shop: Shop) -> Prepared:
    buyer = fresh(shop)
    begun = shop.begin_payment(buyer, "paypal").json
    shop.agree(begun)
    return buyer, lambda: shop.capture(buyer, begun["id"])


def hearing(shop: Shop) -> Prepared:
    """The webhook that has the capture made."""
    buyer = fresh(shop)
    shop.agree(shop.begin_payment(buyer, "paypal").json)
    (approved,) = shop.paypal_events()
    message = shop.paypal_message(approved)
    paypal_signatures._keys.clear()  # a cold start, which fetches the certificate
    import payments.paypal_webhook

    return buyer, lambda: payments.paypal_webhook.handler(message, None)


def sweeping(shop: Shop) -> Prepared:
    buyer = fresh(shop)
    shop.agree(shop.begin_payment(buyer, "paypal").json)
    return buyer, lambda: shop.sweep(tell=False)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("prepare", [beginning, switching, capturing, hearing, sweeping])
def test_killed_on_the_way_to_the_money(
    shop: Shop, killswitch: Killswitch, prepare: Callable[[Shop], Prepared]
) -> None:
    """Whatever was lost: the buyer comes back, agrees, and pays once."""
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
        begun = shop.begin_payment(buyer, "paypal", Idempotency_Key="pay")
        if begun.status == 201 and begun.json["approval_url"]:
            shop.agree(begun.json)
            assert shop.capture(buyer, begun.json["id"]).status == 200, name
        recover(shop)
        assert shop.order(buyer)["status"] == "confirmed", name
        assert shop.count("ledger", kind="capture") == 1, name
        kinds = [event["event_type"] for event in shop.paypal_events()]
        assert kinds.count("PAYMENT.CAPTURE.COMPLETED") == 1, name
        assert shop.count("messages") == 1, name


def cancelling(shop: Shop) -> Prepared:
    """A cancelled order that was paid: the consumer gives the money back."""
    buyer = fresh(shop)
    shop.pay_by_paypal(buyer)
    shop.bus.deliver()
    shop.cancel(buyer)
    entry = shop.bus.entries[-1]
    return buyer, lambda: shop.bus.deliver_one("payments.on_order_event", entry)


def refunding(shop: Shop) -> Prepared:
    """The same by the sweep, which finds the money without an order."""
    buyer = fresh(shop)
    shop.pay_by_paypal(buyer)
    shop.cancel(buyer)
    shop.bus.delivered = len(shop.bus.entries)
    return buyer, lambda: shop.sweep(tell=False)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("prepare", [cancelling, refunding])
def test_killed_on_the_way_back(shop: Shop, killswitch: Killswitch, prepare: Callable[[Shop], Prepared]) -> None:
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
        assert shop.one("payments")["status"] == "refunded", name
        assert [kind for kind, _ in shop.moved()] == ["capture", "refund"], name
        kinds = [event["event_type"] for event in shop.paypal_events()]
        assert kinds.count("PAYMENT.CAPTURE.REFUNDED") == 1, name
        assert shop.order(buyer)["status"] == "cancelled"
