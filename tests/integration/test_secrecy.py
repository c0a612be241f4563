"""No log, error or response holds a secret, a token, an address or a card (semantics 22)."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from commerce.runtime.settings import settings
from tests.support.api import call
from tests.support.bus import as_message, sqs_event
from tests.support.shop import Buyer, Shop

EMAIL = "ada.lovelace@private.example.com"


class Ear(logging.Handler):
    """Hears all that is logged, as text, extras included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {record.__dict__!r}")


@pytest.fixture
def ear(capsys: pytest.CaptureFixture[str]) -> Iterator[Ear]:
    """Everything the shop and its libraries log, at any level but the libraries' own debugging."""
    ear = Ear()
    loggers = [logging.getLogger(name) for name in ("", "test", "stripe", "pymongo", "botocore", "urllib3")]
    for logger in loggers:
        logger.addHandler(ear)
    yield ear
    for logger in loggers:
        logger.removeHandler(ear)


def secrets_of(shop: Shop, buyer: Buyer, payment: Any) -> dict[str, str]:
    """What must not be seen."""
    known = settings()
    return {
        "cart token": buyer.cart_token.partition(".")[2],
        "order token": buyer.order_token.partition(".")[2],
        "session": buyer.token,
        "client secret": payment["client_secret"],
        "signing key": known.signing_keys,
        "stripe key": known.stripe_secret_key,
        "webhook secret": known.stripe_webhook_secrets,
        "database": known.mongodb_uri,
        "email": EMAIL,
        "street": "12 St James",
        "card": "4242424242424242",
    }


def test_a_whole_life_of_orders_leaves_no_secret_in_the_logs(
    shop: Shop, ear: Ear, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.stock("LAMP", 9)
    guest = Buyer(email=EMAIL)
    shop.cart_with(guest, ("LAMP", 1))
    shop.place(guest, Idempotency_Key="k")
    payment = shop.begin_payment(guest).json
    shop.confirm_card(payment["client_secret"], "pm_card_chargeDeclined")
    shop.settle()
    shop.confirm_card(payment["client_secret"])
    shop.settle()
    shop.cancel(guest)
    shop.settle()
    troubles(shop, guest)
    person = Buyer(email=EMAIL, token=shop.sandbox.session_token(EMAIL))
    shop.buy(person, ("LAMP", 1))
    call("auth.get_session", "GET", "/auth/session", headers={"Authorization": f"Bearer {person.token}x"})
    out = capsys.readouterr()
    heard = "\n".join([*ear.lines, out.out, out.err])
    assert "POST /orders 201" in heard, "the ear hears"
    for buyer in (guest, person):
        for name, secret in secrets_of(shop, buyer, payment).items():
            assert not secret or secret not in heard, f"{name} in: " + next(
                line for line in heard.splitlines() if secret in line
            )


def troubles(shop: Shop, buyer: Buyer) -> None:
    """Everything that makes somebody log an error."""
    from botocore.exceptions import ClientError

    import notifications.send_email
    import orders.on_payment_event

    shop.place(buyer, quote="stale")
    call("carts.add_line", "POST", f"/carts/{buyer.cart_id}/lines", raw='{"sku": "' + EMAIL, headers=buyer.headers())
    body = {"contact": {"email": EMAIL, "card": "4242424242424242"}, "shipping_address": {"line1": "12 St James"}}
    call("carts.set_delivery", "PUT", f"/carts/{buyer.cart_id}/delivery", body=body, headers=buyer.headers())
    shop.webhook({"id": "evt_1", "data": {"object": {"email": EMAIL}}}, secret="whsec_wrong")
    poison = as_message({"Source": "souk.payments", "DetailType": "PaymentSucceeded", "Detail": json.dumps(
        {"metadata": {"event_id": "e", "schema_version": 1, "occurred_at": "2026-01-01T00:00:00Z"},
         "data": {"order_id": {"email": EMAIL}}})})  # fmt: skip
    orders.on_payment_event.handler(sqs_event([poison, EMAIL]), None)
    with pytest.MonkeyPatch.context() as patch:
        answer: Any = {"Error": {"Code": "MessageRejected", "Message": f"Email address is not verified: {EMAIL}"}}

        def refuse(**_: Any) -> None:
            raise ClientError(answer, "SendEmail")

        patch.setattr(shop.post, "send_email", refuse)
        other = Buyer(email=EMAIL)
        shop.buy(other, ("LAMP", 1))
        body_ = shop.post.handovers[-1][1]
        assert notifications.send_email.handler(sqs_event([body_]), None)["batchItemFailures"]


def test_an_unforeseen_fault_tells_the_caller_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, ear: Ear, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"secret {settings().signing_keys} of {EMAIL}")

    monkeypatch.setattr("commerce.carts.store.CARTS.open", broken)
    answer = call("carts.get_cart", "GET", "/carts/cart_1", headers={"X-Correlation-Id": "find-me-1234"})
    assert answer.status == 500
    assert answer.json["code"] == "internal_error"
    assert answer.json["correlation_id"] == "find-me-1234"
    out = capsys.readouterr()
    heard = "\n".join([*ear.lines, out.out, out.err])
    for text in (answer.text, heard):
        assert settings().signing_keys not in text
        assert EMAIL not in text
    assert "RuntimeError" in heard
    assert "changing.py" in heard, "the log says where"


def test_answers_hold_no_token_but_to_whom_it_was_given(shop: Shop) -> None:
    shop.stock("LAMP", 9)
    buyer = Buyer(email=EMAIL)
    shop.cart_with(buyer, ("LAMP", 1))
    shop.place(buyer)
    secret = shop.begin_payment(buyer).json["client_secret"]
    payment = shop.all("payments")[0]
    texts = [
        shop.cart(buyer).text,
        json.dumps(shop.order(buyer)),
        call("payments.get_payment", "GET", f"/payments/{payment['_id']}", headers=buyer.headers()).text,
        json.dumps(shop.bus.entries),
        str(shop.snapshot()),
    ]
    for text in texts:
        for word in (secret, buyer.order_token, buyer.cart_token, settings().stripe_secret_key):
            assert word not in text
