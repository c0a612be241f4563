"""PayPal's official SDK believes that it talks to PayPal: tokens, shapes, errors."""

from typing import Any

import pytest
from paypalserversdk.exceptions.error_exception import ErrorException
from paypalserversdk.models.amount_with_breakdown import AmountWithBreakdown
from paypalserversdk.models.checkout_payment_intent import CheckoutPaymentIntent
from paypalserversdk.models.money import Money
from paypalserversdk.models.order_request import OrderRequest
from paypalserversdk.models.purchase_unit_request import PurchaseUnitRequest
from paypalserversdk.models.refund_request import RefundRequest
from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient

from scripts.sandbox.testing import Sandbox


def wanted() -> OrderRequest:
    amount = AmountWithBreakdown(currency_code="USD", value="20.00")
    unit = PurchaseUnitRequest(amount=amount, custom_id="pay_1", invoice_id="inv-1")
    return OrderRequest(intent=CheckoutPaymentIntent.CAPTURE, purchase_units=[unit])


def test_from_the_order_to_the_refund(paypal: PaypalServersdkClient, sandbox: Sandbox) -> None:
    asked: dict[str, Any] = {"body": wanted(), "paypal_request_id": "one", "prefer": "return=representation"}
    made = paypal.orders.create_order(asked).body
    assert (made.status, made.purchase_units[0].custom_id) == ("CREATED", "pay_1")
    (approval,) = [link.href for link in made.links if link.rel == "approve"]
    assert approval == f"{sandbox.config.paypal.public_url}/checkoutnow?token={made.id}"

    sandbox.paypal_control("POST", f"/orders/{made.id}/approve")
    assert paypal.orders.get_order({"id": made.id}).body.status == "APPROVED"
    taken = paypal.orders.capture_order({"id": made.id, "paypal_request_id": "two"}).body
    (capture,) = taken.purchase_units[0].payments.captures
    assert (taken.status, capture.status, capture.amount.value) == ("COMPLETED", "COMPLETED", "20.00")
    assert taken.payer.email_address == "buyer@sandbox.example"
    shown = paypal.payments.get_captured_payment({"capture_id": capture.id}).body
    assert shown.supplementary_data.related_ids.order_id == made.id
    assert shown.seller_receivable_breakdown.paypal_fee.value == "1.19"

    part = RefundRequest(amount=Money(currency_code="USD", value="5.00"), custom_id="ref_1")
    refund = paypal.payments.refund_captured_payment({"capture_id": capture.id, "body": part}).body
    found = paypal.payments.get_refund({"refund_id": refund.id}).body
    assert (found.status, found.amount.value, found.custom_id) == ("COMPLETED", "5.00", "ref_1")
    after = paypal.orders.get_order({"id": made.id}).body.purchase_units[0].payments
    assert after.captures[0].status == "PARTIALLY_REFUNDED"
    assert [known.id for known in after.refunds] == [refund.id]


def test_errors_are_read_as_errors(paypal: PaypalServersdkClient) -> None:
    made = paypal.orders.create_order({"body": wanted()}).body
    with pytest.raises(ErrorException) as refused:
        paypal.orders.capture_order({"id": made.id})
    assert refused.value.response_code == 422
    assert refused.value.details[0].issue == "ORDER_NOT_APPROVED"
    with pytest.raises(ErrorException) as missing:
        paypal.orders.get_order({"id": "NONE"})
    assert (missing.value.response_code, missing.value.name) == (404, "RESOURCE_NOT_FOUND")
