"""Saved cards in tests: what a signed-in buyer asks of the shop, and what their browser does at Stripe."""

from typing import Any

from tests.support.api import Answer, call
from tests.support.shop import Buyer, Shop
from tests.support.tour import bearer, signed_in

PATH = "/me/payment-methods"


def person(shop: Shop, email: str = "grace@example.com") -> Buyer:
    """Someone who has signed in."""
    return Buyer(email=email, token=shop.sandbox.session_token(email))


def ask(buyer: Buyer, function: str, method: str, path: str = PATH, **headers: str) -> Answer:
    """One request about their cards."""
    shown = bearer(buyer.token) | {name.replace("_", "-"): value for name, value in headers.items()}
    authorizer = signed_in(buyer.token, method, path)
    return call(f"payments.{function}", method, path, headers=shown, authorizer=authorizer)


def cards(buyer: Buyer) -> Any:
    """GET what is saved."""
    listed = ask(buyer, "list_payment_methods", "GET")
    assert listed.status == 200, listed.text
    return listed.json["items"]


def pay(shop: Shop, buyer: Buyer, **body: Any) -> Answer:
    """POST a payment that says something of saved cards."""
    path = f"/orders/{buyer.order_id}/payments"
    return call("payments.create_payment", "POST", path, body={"provider": "stripe", **body}, headers=buyer.headers())


def confirm(shop: Shop, secret: str, method: str) -> dict[str, Any]:
    """The browser brings a card to Stripe: to a SetupIntent or a PaymentIntent."""
    intent = secret.partition("_secret_")[0]
    kind = "setup_intents" if intent.startswith("seti_") else "payment_intents"
    answer = shop.sandbox.http.post(
        f"{shop.sandbox.stripe_url}/v1/{kind}/{intent}/confirm",
        data={"payment_method": method, "client_secret": secret, "return_url": "http://localhost:8080/return"},
        headers={"Authorization": f"Bearer {shop.sandbox.config.stripe.publishable_key}"},
    )
    content: dict[str, Any] = answer.json()
    return content


def save(shop: Shop, buyer: Buyer, method: str = "pm_card_visa") -> dict[str, Any]:
    """Saves a card without a payment."""
    begun = ask(buyer, "add_payment_method", "POST")
    assert begun.status == 201, begun.text
    return confirm(shop, begun.json["client_secret"], method)
