"""Refunds: never above the charge, whole or in parts, at once or later."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest
import stripe

from scripts.sandbox.testing import Sandbox

Pay = Callable[..., stripe.PaymentIntent]


def charge_of(client: stripe.StripeClient, intent: stripe.PaymentIntent) -> stripe.Charge:
    assert isinstance(intent.latest_charge, str)
    return client.v1.charges.retrieve(intent.latest_charge)


def test_full_refund(client: stripe.StripeClient, pay: Pay) -> None:
    paid = pay()
    refund = client.v1.refunds.create({"payment_intent": paid.id, "reason": "requested_by_customer"})
    assert (refund.amount, refund.status, refund.payment_intent) == (2000, "succeeded", paid.id)
    charge = charge_of(client, paid)
    assert (charge.amount_refunded, charge.refunded) == (2000, True)
    assert client.v1.payment_intents.retrieve(paid.id).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError) as again:
        client.v1.refunds.create({"payment_intent": paid.id})
    assert (again.value.http_status, again.value.code) == (400, "charge_already_refunded")
    types = [event.type for event in client.v1.events.list({"limit": 2}).data]
    assert types == ["charge.refunded", "refund.created"]


def test_partial_refunds_stop_at_the_charge(client: stripe.StripeClient, pay: Pay) -> None:
    paid = pay()
    charge = charge_of(client, paid)
    client.v1.refunds.create({"charge": charge.id, "amount": 1500, "metadata": {"line": "1"}})
    assert not charge_of(client, paid).refunded
    with pytest.raises(stripe.InvalidRequestError, match=r"\(\$5.01\) is greater than unrefunded amount on charge"):
        client.v1.refunds.create({"charge": charge.id, "amount": 501})
    with pytest.raises(stripe.InvalidRequestError, match=r"\(\$20.01\) is greater than charge amount \(\$20.00\)"):
        client.v1.refunds.create({"charge": charge.id, "amount": 2001})
    rest = client.v1.refunds.create({"charge": charge.id})
    assert rest.amount == 500
    assert charge_of(client, paid).refunded
    listed = client.v1.refunds.list({"payment_intent": paid.id}).data
    assert [refund.amount for refund in listed] == [500, 1500]
    assert client.v1.refunds.retrieve(listed[1].id).to_dict()["metadata"] == {"line": "1"}


def test_concurrent_refunds(client: stripe.StripeClient, pay: Pay) -> None:
    paid = pay()

    def give_back(_: int) -> bool:
        try:
            client.v1.refunds.create({"payment_intent": paid.id, "amount": 300})
        except stripe.InvalidRequestError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(give_back, range(12))) == 6
    assert charge_of(client, paid).amount_refunded == 1800


@pytest.mark.parametrize(
    ("token", "status"), [("pm_card_pendingRefund", "succeeded"), ("pm_card_refundFail", "failed")]
)
def test_slow_refunds(client: stripe.StripeClient, sandbox: Sandbox, pay: Pay, token: str, status: str) -> None:
    refund = client.v1.refunds.create({"payment_intent": pay(token).id})
    assert refund.status == ("pending" if status == "succeeded" else "succeeded")
    deadline = monotonic() + 5
    while refund.status != status and monotonic() < deadline:
        sleep(0.05)
        refund = client.v1.refunds.retrieve(refund.id)
    latest = client.v1.events.list({"types": ["refund.updated"]}).data[0]
    assert refund.status == latest.data.object["status"] == status
    if status == "failed":
        assert refund.failure_reason == "expired_or_canceled_card"
        assert isinstance(refund.charge, str)
        assert client.v1.charges.retrieve(refund.charge).amount_refunded == 0


def test_nothing_to_refund(client: stripe.StripeClient, pay: Pay) -> None:
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.refunds.create({"charge": "ch_none"})
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": pay().id, "amount": 0})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"amount": 5})
