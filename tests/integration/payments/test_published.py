"""What Stripe and PayPal publish of their objects is read (https://docs.stripe.com/api, Customer Disputes v1,
Transaction Search v1): fields as their references have them, of things that are not ours.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import stripe as sdk

from commerce.payments.gateways import paypal, stripe
from tests.support.shop import Shop

PUBLISHED = json.loads((Path(__file__).parent / "published.json").read_text())


@pytest.mark.parametrize("event", PUBLISHED, ids=lambda event: event["type"])
def test_events_as_published_are_read_kept_and_mean_nothing_to_us(shop: Shop, event: dict[str, Any]) -> None:
    answer = shop.webhook(event)
    assert answer["statusCode"] == 200, answer
    (kept,) = shop.all("provider_events")
    assert (kept["_id"], kept["type"]) == (f"stripe:{event['id']}", event["type"])
    assert shop.bus.types() == []


def test_a_dispute_of_stripes() -> None:
    taken = {"id": "txn_1", "amount": -1000, "fee": 1500, "currency": "usd", "type": "adjustment"}
    lost = {"status": "lost", "balance_transactions": [taken], "payment_intent": "pi_1"}
    body = PUBLISHED[2]["data"]["object"] | lost
    said = stripe._dispute(sdk.Dispute.construct_from(body, "sk"))
    assert (said.status, said.amount, said.withdrawn, said.reinstated) == ("lost", 1000, 1000, 0)
    assert (said.fee, said.fee_currency, said.payment_ref) == (1500, "USD", "pi_1")
    assert said.evidence_due_at is not None
    inquiry = stripe._dispute(sdk.Dispute.construct_from(PUBLISHED[2]["data"]["object"], "sk"))
    assert (inquiry.status, inquiry.withdrawn, inquiry.fee) == ("needs_response", 0, 0)


@pytest.mark.parametrize(
    ("kind", "source", "amount", "expected"),
    [
        ("charge", "ch_1", 1000, "capture"),
        ("payment", "py_1", 1000, "capture"),
        ("refund", "re_1", -1000, "refund"),
        ("refund_failure", "re_1", 1000, "refund_failed"),
        ("adjustment", "du_1", -1000, "dispute"),
        ("adjustment", "dp_1", 1000, "dispute_reinstated"),
        ("payout", "po_1", -1000, None),
        ("stripe_fee", None, -5, None),
        ("adjustment", None, 5, None),
    ],
)
def test_balance_transactions_of_stripes(kind: str, source: str | None, amount: int, expected: str | None) -> None:
    entry = {"id": "txn_1", "type": kind, "source": source, "amount": amount, "fee": 59, "currency": "usd", "net": 0}
    movement = stripe._movement(entry)
    assert (movement.kind if movement else None) == expected
    if movement:
        assert (movement.object_ref, movement.amount, movement.fee) == (source, amount, 59)


def test_a_dispute_of_paypals() -> None:
    body: dict[str, Any] = {
        "dispute_id": "PP-D-4012",
        "create_time": "2019-04-11T04:18:00.000Z",
        "update_time": "2019-04-21T04:19:08.000Z",
        "disputed_transactions": [
            {
                "seller_transaction_id": "3BC38643YC807283D",
                "create_time": "2019-04-11T04:16:58.000Z",
                "transaction_status": "REVERSED",
                "gross_amount": {"currency_code": "USD", "value": "192.00"},
                "buyer": {"name": "Lupe Justin"},
                "seller": {"email": "merchant@example.com", "merchant_id": "5U29WL78XSAEL", "name": "Lesley Paul"},
            }
        ],
        "reason": "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED",
        "status": "RESOLVED",
        "dispute_amount": {"currency_code": "USD", "value": "96.00"},
        "dispute_outcome": {
            "outcome_code": "RESOLVED_BUYER_FAVOUR",
            "amount_refunded": {"currency_code": "USD", "value": "96.00"},
        },
        "dispute_life_cycle_stage": "CHARGEBACK",
        "dispute_channel": "INTERNAL",
        "messages": [],
    }
    said = paypal._dispute(body)
    assert (said.ref, said.payment_ref, said.status) == ("PP-D-4012", "3BC38643YC807283D", "lost")
    assert (said.amount, said.currency, said.withdrawn, said.evidence_due_at) == (9600, "USD", 0, None)
    assert paypal._dispute(body | {"status": "UNDER_REVIEW"}).status == "under_review"
    assert paypal._dispute(body | {"dispute_outcome": {"outcome_code": "CANCELED_BY_BUYER"}}).status == "won"


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("T0006", "465.00", "capture"),
        ("T0013", "20.00", "capture"),
        ("T0006", "-465.00", None),
        ("T1107", "-5.00", "refund"),
        ("T1106", "-5.00", "refund"),
        ("T0400", "-5.00", None),
        ("T2001", "-5.00", None),
    ],
)
def test_transactions_of_paypals(code: str, value: str, expected: str | None) -> None:
    info = {
        "paypal_account_id": "6STWC2LSUYYYE",
        "transaction_id": "5TY05013RG002845M",
        "transaction_event_code": code,
        "transaction_initiation_date": "2014-07-11T04:03:52+0000",
        "transaction_updated_date": "2014-07-11T04:03:52+0000",
        "transaction_amount": {"currency_code": "USD", "value": value},
        "fee_amount": {"currency_code": "USD", "value": "-13.79"},
        "transaction_status": "S",
        "invoice_id": "Invoice-005",
        "protection_eligibility": "01",
    }
    movement = paypal._movement(info)
    assert (movement.kind if movement else None) == expected
    if movement:
        assert (movement.object_ref, movement.fee) == ("5TY05013RG002845M", 1379)
    assert paypal._movement(info | {"transaction_status": "P"}) is None, "not done yet"
