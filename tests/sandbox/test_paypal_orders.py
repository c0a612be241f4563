"""Orders: amounts by currency, approval, one capture, declines, pending money, request ids, faults."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from scripts.sandbox.testing import Sandbox
from tests.sandbox.paying import PayPalApi, capture_in, issue_in, order


def test_nobody_without_a_token(paypal_api: PayPalApi, sandbox: Sandbox) -> None:
    url = f"{sandbox.paypal_url}/v1/oauth2/token"
    for pair in (("other", "secret"), (sandbox.config.paypal.client_id, "wrong")):
        refused = httpx.post(url, auth=pair, data={"grant_type": "client_credentials"})
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    paypal_api.create()
    sandbox.paypal_control("POST", "/tokens/revoke")
    refused = paypal_api.ask("GET", "/v2/checkout/orders/X")
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")


@pytest.mark.parametrize(
    ("value", "currency", "issue"),
    [
        ("20.00", "USD", ""), ("0.01", "EUR", ""), ("500", "JPY", ""), ("1500", "HUF", ""), ("90", "TWD", ""),
        ("500.00", "JPY", "DECIMALS_NOT_SUPPORTED"), ("15.5", "HUF", "DECIMALS_NOT_SUPPORTED"),
        ("1.005", "USD", "DECIMAL_PRECISION"), ("0.00", "USD", "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ("-1.00", "USD", "CANNOT_BE_ZERO_OR_NEGATIVE"), ("1.00", "KWD", "CURRENCY_NOT_SUPPORTED"),
    ],
)  # fmt: skip
def test_amounts(paypal_api: PayPalApi, value: str, currency: str, issue: str) -> None:
    answer = paypal_api.ask("POST", "/v2/checkout/orders", order(value, currency))
    if issue:
        assert issue_in(answer) == (422, issue)
        return
    shown = paypal_api.get(f"/v2/checkout/orders/{answer.json()['id']}")
    assert shown["purchase_units"][0]["amount"] == {"currency_code": currency, "value": value}


@pytest.mark.parametrize(
    "change", [{"intent": "STEAL"}, {"purchase_units": []}, {"purchase_units": [{"amount": {"value": "x"}}]}]
)
def test_what_is_malformed(paypal_api: PayPalApi, change: dict[str, Any]) -> None:
    assert paypal_api.ask("POST", "/v2/checkout/orders", order() | change).status_code == 400


def test_one_capture_and_only_after_approval(paypal_api: PayPalApi, sandbox: Sandbox) -> None:
    made = paypal_api.create()
    assert made["status"] == "PAYER_ACTION_REQUIRED"
    assert {link["rel"] for link in made["links"]} == {"self", "payer-action", "capture"}
    assert issue_in(paypal_api.capture(made["id"])) == (422, "ORDER_NOT_APPROVED")
    sandbox.paypal_control("POST", f"/orders/{made['id']}/approve")
    assert paypal_api.get(f"/v2/checkout/orders/{made['id']}")["status"] == "APPROVED"
    taken = paypal_api.capture(made["id"])
    assert (taken.status_code, capture_in(taken.json())["status"]) == (201, "COMPLETED")
    assert issue_in(paypal_api.capture(made["id"])) == (422, "ORDER_ALREADY_CAPTURED")
    assert [event["event_type"] for event in paypal_api.events()] == [
        "PAYMENT.CAPTURE.COMPLETED", "CHECKOUT.ORDER.APPROVED",
    ]  # fmt: skip


def test_a_declined_instrument_makes_room_for_another(paypal_api: PayPalApi, sandbox: Sandbox) -> None:
    order_id = paypal_api.approved("declined")
    refused = paypal_api.capture(order_id, PayPal_Request_Id="try-1")
    assert issue_in(refused) == (422, "INSTRUMENT_DECLINED")
    assert "redirect" in {link["rel"] for link in refused.json()["links"]}
    assert issue_in(paypal_api.capture(order_id, PayPal_Request_Id="try-1")) == (422, "INSTRUMENT_DECLINED"), "repeated"
    assert issue_in(paypal_api.capture(order_id, PayPal_Request_Id="try-2")) == (422, "ORDER_NOT_APPROVED")
    sandbox.paypal_control("POST", f"/orders/{order_id}/approve")
    assert paypal_api.capture(order_id, PayPal_Request_Id="try-3").status_code == 201


def test_a_completed_order_may_hold_a_declined_capture(paypal_api: PayPalApi) -> None:
    order_id = paypal_api.approved("declined_later")
    taken = paypal_api.capture(order_id).json()
    assert (taken["status"], capture_in(taken)["status"]) == ("COMPLETED", "DECLINED")
    assert paypal_api.events()[0]["event_type"] == "PAYMENT.CAPTURE.DECLINED"


@pytest.mark.parametrize(
    ("outcome", "status", "event"),
    [("completed", "COMPLETED", "PAYMENT.CAPTURE.COMPLETED"), ("denied", "DECLINED", "PAYMENT.CAPTURE.DENIED")],
)
def test_money_that_takes_its_time(
    paypal_api: PayPalApi, sandbox: Sandbox, outcome: str, status: str, event: str
) -> None:
    capture = paypal_api.paid("pending")
    assert (capture["status"], capture["status_details"]) == ("PENDING", {"reason": "ECHECK"})
    assert paypal_api.events()[0]["event_type"] == "PAYMENT.CAPTURE.PENDING"
    sandbox.paypal_control("POST", f"/captures/{capture['id']}/settle", {"outcome": outcome})
    assert paypal_api.get(f"/v2/payments/captures/{capture['id']}")["status"] == status
    told = paypal_api.events()[0]
    assert (told["event_type"], told["resource"]["id"]) == (event, capture["id"])
    order_id = told["resource"]["supplementary_data"]["related_ids"]["order_id"]
    assert capture_in(paypal_api.get(f"/v2/checkout/orders/{order_id}"))["status"] == status


def test_a_repeated_request_is_answered_with_what_it_made(paypal_api: PayPalApi, sandbox: Sandbox) -> None:
    first = paypal_api.create(PayPal_Request_Id="same")
    sandbox.paypal_control("POST", f"/orders/{first['id']}/approve")
    again = paypal_api.create(PayPal_Request_Id="same")
    assert (again["id"], again["status"]) == (first["id"], "APPROVED"), "as it is by now"
    other = paypal_api.ask("POST", "/v2/checkout/orders", order("21.00"), PayPal_Request_Id="same")
    assert issue_in(other) == (422, "DUPLICATE_REQUEST_ID")
    taken = [paypal_api.capture(first["id"], PayPal_Request_Id="take") for _ in range(2)]
    assert [answer.status_code for answer in taken] == [201, 200]
    assert capture_in(taken[0].json())["id"] == capture_in(taken[1].json())["id"]
    sandbox.paypal_control("POST", "/idempotency/expire")
    assert paypal_api.create(PayPal_Request_Id="same")["id"] != first["id"]
    assert issue_in(paypal_api.capture(first["id"], PayPal_Request_Id="take")) == (422, "ORDER_ALREADY_CAPTURED")


def test_two_at_once(paypal_api: PayPalApi, sandbox: Sandbox) -> None:
    order_id = paypal_api.approved()
    sandbox.paypal_control("POST", "/faults", {"action": "late", "path": "*/capture", "seconds": 0.4})
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: paypal_api.capture(order_id, PayPal_Request_Id="take"), range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    busy = next(answer for answer in answers if answer.status_code == 409)
    assert issue_in(busy) == (409, "PREVIOUS_REQUEST_IN_PROGRESS")


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"action": "error"}, 500),
        ({"action": "error", "status": 429}, 429),
        ({"action": "error", "after_effect": True}, 500),
        ({"action": "drop"}, 0),
        ({"action": "drop", "after_effect": True}, 0),
    ],
)
def test_faults(paypal_api: PayPalApi, sandbox: Sandbox, fault: dict[str, Any], status: int) -> None:
    """Whatever goes wrong, the same request again ends well, and nothing is taken twice."""
    order_id = paypal_api.approved()
    sandbox.paypal_control("POST", "/faults", {**fault, "path": "*/capture", "method": "POST"})
    if status:
        assert paypal_api.capture(order_id, PayPal_Request_Id="take").status_code == status
    else:
        with pytest.raises(httpx.HTTPError):
            paypal_api.capture(order_id, PayPal_Request_Id="take")
    assert len(paypal_api.events("PAYMENT.CAPTURE.COMPLETED")) == int(fault.get("after_effect", False))
    assert paypal_api.capture(order_id, PayPal_Request_Id="take").is_success
    assert len(paypal_api.events("PAYMENT.CAPTURE.COMPLETED")) == 1


def test_an_order_that_ran_out(paypal_api: PayPalApi, sandbox: Sandbox) -> None:
    order_id = paypal_api.create()["id"]
    sandbox.paypal_control("DELETE", f"/orders/{order_id}")
    assert issue_in(paypal_api.ask("GET", f"/v2/checkout/orders/{order_id}")) == (404, "INVALID_RESOURCE_ID")
