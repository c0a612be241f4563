"""The approval page, by its forms."""

import httpx
import pytest

from scripts.sandbox.testing import Sandbox
from tests.sandbox.paying import PayPalApi, issue_in


@pytest.fixture
def page(paypal_api: PayPalApi, sandbox: Sandbox) -> str:
    """The address that the shop sends its buyer to."""
    (address,) = [link["href"] for link in paypal_api.create()["links"] if link["rel"] == "payer-action"]
    assert address.startswith(sandbox.config.paypal.public_url)
    return str(address)


def test_the_buyer_agrees_and_comes_back(page: str, browser: httpx.Client, paypal_api: PayPalApi) -> None:
    shown = browser.get(page)
    assert "20.00 USD" in shown.text
    assert "Order 1" in shown.text
    order_id = page.rpartition("=")[2]
    back = browser.post(page, data={"decision": "approve", "instrument": "balance"})
    assert back.status_code == 303
    assert back.headers["location"] == f"http://localhost:8080/back?a=1&token={order_id}&PayerID=SANDBOXBUYER1"
    assert browser.get(page).headers["location"] == back.headers["location"], "nothing more to approve"
    assert paypal_api.capture(order_id).status_code == 201


def test_the_buyer_turns_back(page: str, browser: httpx.Client, paypal_api: PayPalApi) -> None:
    order_id = page.rpartition("=")[2]
    back = browser.post(page, data={"decision": "cancel"})
    assert back.headers["location"] == f"http://localhost:8080/cancelled?token={order_id}"
    assert issue_in(paypal_api.capture(order_id)) == (422, "ORDER_NOT_APPROVED")
    assert paypal_api.events() == []


def test_a_card_that_is_declined(page: str, browser: httpx.Client, paypal_api: PayPalApi) -> None:
    browser.post(page, data={"decision": "approve", "instrument": "declined"})
    assert issue_in(paypal_api.capture(page.rpartition("=")[2])) == (422, "INSTRUMENT_DECLINED")
    assert browser.get(page).status_code == 200, "the page asks again"


def test_refusals(page: str, browser: httpx.Client, sandbox: Sandbox) -> None:
    assert browser.get(f"{sandbox.paypal_url}/checkoutnow?token=NONE").status_code == 404
    assert browser.post(page, data={"decision": "approve", "instrument": "gold"}).status_code == 400
    elsewhere = {"Origin": "http://evil.example"}
    assert browser.post(page, data={"decision": "approve"}, headers=elsewhere).status_code == 403
    assert browser.get(page, headers={"Host": "evil.example"}).status_code == 400
    assert "frame-ancestors 'none'" in browser.get(page).headers["content-security-policy"]
