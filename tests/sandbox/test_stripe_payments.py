"""PaymentIntents from creation to their end, through the official SDK."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import stripe

from scripts.sandbox.config import DEFAULT_STRIPE_PUBLISHABLE_KEY, DEFAULT_STRIPE_SECRET_KEY
from scripts.sandbox.testing import Sandbox

Pay = Callable[..., stripe.PaymentIntent]
RETURN = "http://localhost:8080/thanks"


def event_types(client: stripe.StripeClient) -> list[str]:
    return [event.type for event in reversed(client.v1.events.list({"limit": 100}).data)]


def test_purchase_in_two_steps(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 1999, "currency": "EUR", "metadata": {"order_id": "ord_1"}, "description": "Order 1"}
    )
    assert (intent.status, intent.currency, intent.payment_method) == ("requires_payment_method", "eur", None)
    assert intent.client_secret is not None
    assert intent.client_secret.startswith(f"{intent.id}_secret_")
    assert intent.automatic_payment_methods is not None
    assert intent.automatic_payment_methods.enabled

    paid = client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa", "return_url": RETURN})
    assert (paid.status, paid.amount_received, paid.last_payment_error) == ("succeeded", 1999, None)

    seen = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge.balance_transaction"]})
    charge = seen.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.paid, charge.captured, charge.amount, charge.payment_intent) == (True, True, 1999, intent.id)
    assert charge.metadata.to_dict() == {"order_id": "ord_1"}
    assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
    assert charge.balance_transaction.net == charge.balance_transaction.amount - charge.balance_transaction.fee
    assert event_types(client) == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


@pytest.mark.parametrize(
    ("token", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
    ],
)
def test_decline_then_another_card(client: stripe.StripeClient, token: str, code: str, decline_code: str) -> None:
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "usd"})
    with pytest.raises(stripe.CardError) as declined:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": token, "return_url": RETURN})
    assert (declined.value.http_status, declined.value.code) == (402, code)
    body: Any = declined.value.json_body
    assert body["error"]["decline_code"] == decline_code
    assert body["error"]["payment_intent"]["status"] == "requires_payment_method"

    seen = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert (seen.status, seen.payment_method, seen.amount_received) == ("requires_payment_method", None, 0)
    assert seen.last_payment_error is not None
    assert (seen.last_payment_error.code, seen.last_payment_error.type) == (code, "card_error")
    assert isinstance(seen.latest_charge, stripe.Charge)
    assert seen.latest_charge.status == "failed"
    assert "payment_intent.payment_failed" in event_types(client)

    paid = client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa", "return_url": RETURN})
    assert (paid.status, paid.last_payment_error) == ("succeeded", None)


def test_a_paid_intent_stays_paid(client: stripe.StripeClient, pay: Pay) -> None:
    paid = pay()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.cancel(paid.id)
    assert (refused.value.http_status, refused.value.code) == (400, "payment_intent_unexpected_state")
    assert "status of succeeded" in str(refused.value)
    with pytest.raises(stripe.InvalidRequestError, match="already succeeded"):
        client.v1.payment_intents.confirm(paid.id, {"payment_method": "pm_card_visa", "return_url": RETURN})
    with pytest.raises(stripe.InvalidRequestError, match="amount could not be updated"):
        client.v1.payment_intents.update(paid.id, {"amount": 100})
    assert client.v1.payment_intents.update(paid.id, {"metadata": {"late": "yes"}}).metadata["late"] == "yes"


def test_a_canceled_intent_takes_no_money(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "usd"})
    gone = client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (gone.status, gone.cancellation_reason) == ("canceled", "abandoned")
    assert gone.canceled_at is not None
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa", "return_url": RETURN})
    assert refused.value.code == "payment_intent_unexpected_state"
    with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
        client.v1.payment_intents.cancel(intent.id)
    assert event_types(client)[-1] == "payment_intent.canceled"


def test_manual_capture(client: stripe.StripeClient, pay: Pay) -> None:
    held = pay(capture_method="manual")
    assert (held.status, held.amount_capturable, held.amount_received) == ("requires_capture", 2000, 0)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.capture(held.id, {"amount_to_capture": 2001})
    taken = client.v1.payment_intents.capture(held.id, {"amount_to_capture": 1500})
    assert (taken.status, taken.amount_received) == ("succeeded", 1500)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.capture(held.id)
    assert refused.value.code == "payment_intent_unexpected_state"
    released = pay(capture_method="manual")
    assert client.v1.payment_intents.cancel(released.id).status == "canceled"


@pytest.mark.parametrize("success", [True, False])
def test_three_d_secure_in_the_browser(
    client: stripe.StripeClient, sandbox: Sandbox, browser: httpx.Client, success: bool
) -> None:
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "usd"})
    waiting = client.v1.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_authenticationRequired", "return_url": f"{RETURN}?order=1"}
    )
    assert waiting.status == "requires_action"
    assert waiting.next_action is not None
    assert waiting.next_action.type == "redirect_to_url"
    assert waiting.next_action.redirect_to_url is not None
    page = waiting.next_action.redirect_to_url.url
    assert page is not None
    shown = browser.get(page)
    assert shown.status_code == 200
    assert "$20.00" in shown.text
    assert "3184" in shown.text

    back = browser.post(page, data={"outcome": "complete" if success else "fail"})
    address = httpx.URL(back.headers["location"])
    assert back.status_code == 303
    assert str(address).startswith(f"{RETURN}?order=1&")
    assert address.params["payment_intent"] == intent.id
    assert address.params["payment_intent_client_secret"] == intent.client_secret
    assert address.params["redirect_status"] == ("succeeded" if success else "failed")

    seen = client.v1.payment_intents.retrieve(intent.id)
    assert seen.next_action is None
    if success:
        assert seen.status == "succeeded"
    else:
        assert seen.status == "requires_payment_method"
        assert seen.last_payment_error is not None
        assert seen.last_payment_error.code == "payment_intent_authentication_failure"
    assert event_types(client)[1] == "payment_intent.requires_action"
    # Pressing a button twice changes nothing.
    browser.post(page, data={"outcome": "complete"})
    assert client.v1.payment_intents.retrieve(intent.id).status == seen.status


def test_three_d_secure_page_guards(client: stripe.StripeClient, browser: httpx.Client, pay: Pay) -> None:
    waiting = pay("pm_card_threeDSecure2Required")
    assert waiting.next_action is not None
    assert waiting.next_action.redirect_to_url is not None
    page = str(waiting.next_action.redirect_to_url.url)
    assert browser.get(page.split("?", maxsplit=1)[0]).status_code == 404
    strange = browser.post(page, data={"outcome": "complete"}, headers={"Origin": "https://evil.example"})
    assert strange.status_code == 403
    client.v1.payment_intents.cancel(waiting.id)
    assert "redirect_status=failed" in browser.get(page).headers["location"]


def test_authentication_then_decline(client: stripe.StripeClient, sandbox: Sandbox, pay: Pay) -> None:
    waiting = pay("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
    assert waiting.status == "requires_action"
    sandbox.stripe_control("POST", f"/payment_intents/{waiting.id}/authenticate", {"outcome": "complete"})
    seen = client.v1.payment_intents.retrieve(waiting.id)
    assert seen.status == "requires_payment_method"
    assert seen.last_payment_error is not None
    assert seen.last_payment_error.decline_code == "insufficient_funds"


def test_off_session_needs_authentication(pay: Pay) -> None:
    with pytest.raises(stripe.CardError) as declined:
        pay("pm_card_authenticationRequired", off_session=True)
    assert declined.value.code == "authentication_required"


@pytest.mark.parametrize("outcome", ["succeeded", "failed"])
def test_slow_settlement(client: stripe.StripeClient, sandbox: Sandbox, pay: Pay, outcome: str) -> None:
    sandbox.stripe_control("POST", "/settlement", {"seconds": None, "outcome": outcome})
    slow = pay()
    assert slow.status == "processing"
    with pytest.raises(stripe.InvalidRequestError, match="status of processing"):
        client.v1.payment_intents.cancel(slow.id)
    sandbox.stripe_control("POST", f"/payment_intents/{slow.id}/settle", {"outcome": outcome})
    settled = client.v1.payment_intents.retrieve(slow.id)
    assert settled.status == ("succeeded" if outcome == "succeeded" else "requires_payment_method")
    assert "payment_intent.processing" in event_types(client)
    assert pay().status == "succeeded"


def test_automatic_methods_want_a_return_url(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError, match="return_url"):
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    own = client.v1.payment_intents.create(
        {
            "amount": 2000,
            "currency": "usd",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )
    assert client.v1.payment_intents.confirm(own.id, {"payment_method": "pm_card_visa"}).status == "succeeded"


def test_saved_card_of_a_customer(client: stripe.StripeClient, pay: Pay) -> None:
    customer = client.v1.customers.create({"email": "ada@example.com", "name": "Ada"})
    first = pay(customer=customer.id, setup_future_usage="off_session")
    saved = client.v1.customers.payment_methods.list(customer.id).data
    assert [method.id for method in saved] == [first.payment_method]
    assert pay(saved[0].id, customer=customer.id, off_session=True).status == "succeeded"
    client.v1.payment_methods.detach(saved[0].id)
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        pay(saved[0].id, customer=customer.id)


def test_customers(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"email": "ada@example.com", "metadata": {"user_id": "user_1", "x": "y"}})
    changed = client.v1.customers.update(customer.id, {"name": "Ada", "metadata": {"x": ""}})
    assert changed.name == "Ada"
    assert changed.to_dict()["metadata"] == {"user_id": "user_1"}
    assert [found.id for found in client.v1.customers.list({"email": "ada@example.com"}).data] == [customer.id]
    assert client.v1.customers.list({"email": "eve@example.com"}).data == []
    assert client.v1.customers.delete(customer.id).deleted
    assert client.v1.customers.retrieve(customer.id).deleted
    with pytest.raises(stripe.InvalidRequestError) as gone:
        client.v1.payment_intents.create({"amount": 2000, "currency": "usd", "customer": customer.id})
    assert gone.value.code == "resource_missing"
    with pytest.raises(stripe.InvalidRequestError) as wrong:
        client.v1.customers.create({"email": "nonsense"})
    assert wrong.value.code == "email_invalid"


def test_browser_pays_with_the_publishable_key(
    client: stripe.StripeClient, sandbox: Sandbox, browser: httpx.Client
) -> None:
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "usd", "metadata": {"inner": "secret"}})
    headers = {"Authorization": f"Bearer {DEFAULT_STRIPE_PUBLISHABLE_KEY}", "Origin": sandbox.origin}
    path = f"{sandbox.stripe_url}/v1/payment_intents/{intent.id}"
    card = {"number": "4242 4242 4242 4242", "exp_month": "12", "exp_year": "34", "cvc": "123"}
    form = {f"payment_method_data[card][{name}]": value for name, value in card.items()}
    form |= {"payment_method_data[type]": "card", "return_url": RETURN, "client_secret": str(intent.client_secret)}

    assert browser.get(path, headers=headers).json()["error"]["code"] == "parameter_missing"
    wrong = browser.get(path, headers=headers, params={"client_secret": f"{intent.id}_secret_no"})
    assert wrong.status_code == 400
    assert wrong.json()["error"]["param"] == "client_secret"
    seen = browser.get(path, headers=headers, params={"client_secret": str(intent.client_secret)}).json()
    assert seen["amount"] == 2000
    assert not {"metadata", "customer", "latest_charge", "amount_received"} & set(seen)

    paid = browser.post(f"{path}/confirm", headers=headers, data=form)
    assert paid.json()["status"] == "succeeded"
    assert "metadata" not in paid.json()
    assert paid.headers["access-control-allow-origin"] == sandbox.origin
    for method, url in (("GET", "/v1/charges"), ("POST", "/v1/refunds"), ("POST", f"/v1/payment_intents/{intent.id}")):
        refused = browser.request(method, sandbox.stripe_url + url, headers=headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "secret_key_required")


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({"number": "4000000000000002"}, "card_declined"),
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"number": "4111111111111111"}, "card_declined"),
        ({"exp_year": "2020"}, "invalid_expiry_year"),
        ({"exp_month": "13"}, "invalid_expiry_month"),
        ({"cvc": "12"}, "invalid_cvc"),
    ],
)
def test_card_entry(
    client: stripe.StripeClient, sandbox: Sandbox, browser: httpx.Client, card: dict[str, str], code: str
) -> None:
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "usd"})
    given = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2034", "cvc": "123", **card}
    form = {f"payment_method_data[card][{name}]": value for name, value in given.items()}
    form |= {"payment_method_data[type]": "card", "client_secret": str(intent.client_secret), "return_url": RETURN}
    answer = browser.post(
        f"{sandbox.stripe_url}/v1/payment_intents/{intent.id}/confirm",
        data={**form, "key": DEFAULT_STRIPE_PUBLISHABLE_KEY},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (402, code)
    assert "424242" not in answer.text.replace("4242424242424242", "424242") or card.get("number") is None


def test_payment_method_for_later_confirmation(
    client: stripe.StripeClient, sandbox: Sandbox, browser: httpx.Client
) -> None:
    form = {"type": "card", "card[number]": "5555555555554444", "card[exp_month]": "1", "card[exp_year]": "2040"}
    made = browser.post(
        f"{sandbox.stripe_url}/v1/payment_methods", data=form, auth=(DEFAULT_STRIPE_PUBLISHABLE_KEY, "")
    )
    assert made.json()["card"]["brand"] == "mastercard"
    assert "5555555555554444" not in made.text
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "usd", "payment_method": made.json()["id"]})
    assert intent.status == "requires_confirmation"
    assert client.v1.payment_intents.confirm(intent.id, {"return_url": RETURN}).status == "succeeded"
    raw = browser.post(f"{sandbox.stripe_url}/v1/payment_methods", data=form, auth=(DEFAULT_STRIPE_SECRET_KEY, ""))
    assert raw.status_code == 402
    assert "unsafe" in raw.json()["error"]["message"]


def test_preflight_of_the_browser(sandbox: Sandbox, browser: httpx.Client) -> None:
    answer = browser.options(
        f"{sandbox.stripe_url}/v1/payment_intents/pi_1/confirm",
        headers={
            "Origin": sandbox.origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization",
        },
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-headers"] == "authorization"
    assert "access-control-allow-credentials" not in answer.headers


def test_disputes(client: stripe.StripeClient, sandbox: Sandbox, pay: Pay) -> None:
    paid = pay("pm_card_createDispute")
    dispute = client.v1.disputes.list({"payment_intent": paid.id}).data[0]
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "fraudulent", 2000)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": paid.id})
    assert refused.value.code == "charge_disputed"
    sandbox.stripe_control("POST", f"/disputes/{dispute.id}/close", {"outcome": "won"})
    assert event_types(client)[-2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]


def test_a_card_is_saved_without_a_payment(client: stripe.StripeClient, sandbox: Sandbox) -> None:
    customer = client.v1.customers.create({"metadata": {"user_id": "user_1"}})
    intent = client.v1.setup_intents.create({"customer": customer.id, "usage": "on_session"})
    assert (intent.status, intent.customer, intent.usage) == ("requires_payment_method", customer.id, "on_session")
    with pytest.raises(stripe.CardError) as declined:
        client.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined", "return_url": RETURN})
    assert declined.value.code == "card_declined"
    done = client.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa", "return_url": RETURN})
    assert done.status == "succeeded"
    (kept,) = client.v1.customers.payment_methods.list(customer.id).data
    assert kept.id == done.payment_method
    with pytest.raises(stripe.InvalidRequestError) as again:
        client.v1.setup_intents.cancel(intent.id)
    assert again.value.code == "setup_intent_unexpected_state"
    assert event_types(client)[-2:] == ["payment_method.attached", "setup_intent.succeeded"]


@pytest.mark.parametrize(("outcome", "status"), [("complete", "succeeded"), ("fail", "requires_payment_method")])
def test_the_bank_is_asked_before_a_card_is_saved(
    client: stripe.StripeClient, sandbox: Sandbox, outcome: str, status: str
) -> None:
    customer = client.v1.customers.create()
    intent = client.v1.setup_intents.create({"customer": customer.id})
    card = {"payment_method": "pm_card_threeDSecure2Required", "return_url": RETURN}
    asked: Any = client.v1.setup_intents.confirm(intent.id, card).to_dict()  # type: ignore[arg-type]
    assert asked["status"] == "requires_action"
    page = asked["next_action"]["redirect_to_url"]["url"]
    assert "Save this card?" in httpx.get(page).text
    back = httpx.post(page, data={"outcome": outcome})
    assert f"setup_intent={intent.id}" in back.headers["location"]
    assert client.v1.setup_intents.retrieve(intent.id).status == status
    assert len(client.v1.customers.payment_methods.list(customer.id).data) == (outcome == "complete")
