"""Refunds: never above the capture, whole or in parts, at once or later; reversals and disputes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from scripts.sandbox.testing import Sandbox
from tests.sandbox.paying import PayPalApi, capture_in, issue_in


def usd(value: str) -> dict[str, dict[str, str]]:
    return {"amount": {"currency_code": "USD", "value": value}}


def status_of(api: PayPalApi, capture_id: str) -> str:
    return str(api.get(f"/v2/payments/captures/{capture_id}")["status"])


def test_the_whole(paypal_api: PayPalApi) -> None:
    capture = paypal_api.paid(value="1500", currency="JPY")
    answer = paypal_api.refund(capture["id"], {"custom_id": "ref_1"}, Prefer="return=representation")
    assert answer.status_code == 201
    assert answer.json()["amount"] == {"currency_code": "JPY", "value": "1500"}
    assert status_of(paypal_api, capture["id"]) == "REFUNDED"
    assert issue_in(paypal_api.refund(capture["id"])) == (422, "CAPTURE_FULLY_REFUNDED")
    told = paypal_api.events("PAYMENT.CAPTURE.REFUNDED")[0]
    assert (told["resource_type"], told["resource"]["custom_id"]) == ("refund", "ref_1")
    up = next(link["href"] for link in told["resource"]["links"] if link["rel"] == "up")
    assert up.endswith(f"/v2/payments/captures/{capture['id']}")


def test_parts_stop_at_the_capture(paypal_api: PayPalApi) -> None:
    capture_id = paypal_api.paid()["id"]
    assert paypal_api.refund(capture_id, usd("15.00")).status_code == 201
    assert status_of(paypal_api, capture_id) == "PARTIALLY_REFUNDED"
    assert issue_in(paypal_api.refund(capture_id, usd("5.01"))) == (422, "REFUND_AMOUNT_EXCEEDED")
    other = {"amount": {"currency_code": "EUR", "value": "1.00"}}
    assert issue_in(paypal_api.refund(capture_id, other)) == (422, "REFUND_CAPTURE_CURRENCY_MISMATCH")
    assert paypal_api.refund(capture_id).status_code == 201
    assert status_of(paypal_api, capture_id) == "REFUNDED"


def test_many_at_once(paypal_api: PayPalApi) -> None:
    capture_id = paypal_api.paid()["id"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: paypal_api.refund(capture_id, usd("3.00")), range(12)))
    assert sum(answer.status_code == 201 for answer in answers) == 6


def test_the_same_request_twice(paypal_api: PayPalApi) -> None:
    capture_id = paypal_api.paid()["id"]
    made = [paypal_api.refund(capture_id, usd("3.00"), PayPal_Request_Id="ref_1").json()["id"] for _ in range(2)]
    assert made[0] == made[1]
    assert len(paypal_api.events("PAYMENT.CAPTURE.REFUNDED")) == 1


@pytest.mark.parametrize(
    ("outcome", "status"), [("completed", "COMPLETED"), ("failed", "FAILED"), ("cancelled", "CANCELLED")]
)
def test_a_refund_that_takes_its_time(paypal_api: PayPalApi, sandbox: Sandbox, outcome: str, status: str) -> None:
    capture_id = paypal_api.paid()["id"]
    sandbox.paypal_control("POST", "/refunds/slow")
    made = paypal_api.refund(capture_id).json()
    assert (made["status"], status_of(paypal_api, capture_id)) == ("PENDING", "COMPLETED")
    assert issue_in(paypal_api.refund(capture_id, usd("1.00")))[0] == 422, "it is spoken for"
    sandbox.paypal_control("POST", f"/refunds/{made['id']}/finish", {"outcome": outcome})
    assert paypal_api.get(f"/v2/payments/refunds/{made['id']}")["status"] == status
    if status != "COMPLETED":
        assert paypal_api.refund(capture_id).json()["status"] == "COMPLETED", "it is there again"


def test_nothing_to_give_back(paypal_api: PayPalApi) -> None:
    assert paypal_api.refund("NONE").status_code == 404
    for instrument in ("pending", "declined_later"):
        status, issue = issue_in(paypal_api.refund(paypal_api.paid(instrument)["id"]))
        assert (status, issue) == (422, "REFUND_NOT_PERMITTED_DUE_TO_CAPTURE_STATUS")


def test_paypal_takes_it_back(paypal_api: PayPalApi, sandbox: Sandbox) -> None:
    capture = paypal_api.paid()
    sandbox.paypal_control("POST", f"/captures/{capture['id']}/reverse")
    told = paypal_api.events()[0]
    assert (told["event_type"], told["resource"]["amount"]["value"]) == ("PAYMENT.CAPTURE.REVERSED", "-20.00")
    order_id = capture["links"][2]["href"].rpartition("/")[2]
    found = paypal_api.get(f"/v2/checkout/orders/{order_id}")
    assert capture_in(found)["status"] == "REFUNDED"
    assert found["purchase_units"][0]["payments"]["refunds"][0]["id"] == told["resource"]["id"]


def test_a_dispute(paypal_api: PayPalApi, sandbox: Sandbox) -> None:
    capture = paypal_api.paid()
    opened = sandbox.paypal_control("POST", "/disputes", {"capture": capture["id"]})
    sandbox.paypal_control("POST", f"/disputes/{opened['id']}/close", {"outcome": "RESOLVED_SELLER_FAVOUR"})
    assert [event["event_type"] for event in paypal_api.events()[:2]] == [
        "CUSTOMER.DISPUTE.RESOLVED", "CUSTOMER.DISPUTE.CREATED",
    ]  # fmt: skip
    found = paypal_api.get(f"/v1/customer/disputes/{opened['dispute_id']}")
    assert found["disputed_transactions"][0]["seller_transaction_id"] == capture["id"]


@pytest.mark.parametrize("hold", [True, False])
def test_a_dispute_that_is_lost_is_told_of_twice(paypal_api: PayPalApi, sandbox: Sandbox, hold: bool) -> None:
    """As the dispute's money, and as a reversal of the capture; nothing can be refunded meanwhile, or after."""
    capture = paypal_api.paid()
    opened = sandbox.paypal_control("POST", "/disputes", {"capture": capture["id"], "hold": hold})
    assert issue_in(paypal_api.refund(capture["id"])) == (422, "TRANSACTION_DISPUTED")
    sandbox.paypal_control("POST", f"/disputes/{opened['id']}/close", {"outcome": "RESOLVED_BUYER_FAVOUR"})
    assert [event["event_type"] for event in paypal_api.events()[:2]] == [
        "CUSTOMER.DISPUTE.RESOLVED", "PAYMENT.CAPTURE.REVERSED",
    ]  # fmt: skip
    found = paypal_api.get(f"/v1/customer/disputes/{opened['dispute_id']}")
    assert [(move["type"], move["amount"]["value"]) for move in found["money_movements"]] == [("DEBIT", "20.00")]
    assert issue_in(paypal_api.refund(capture["id"])) == (422, "CAPTURE_FULLY_REFUNDED")
