"""PayPal's webhook takes what PayPal signed for this shop, lately enough, and nothing else."""

import base64
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from urllib3.exceptions import MaxRetryError

import payments.paypal_webhook
from commerce.payments.gateways import paypal_api, paypal_signatures
from commerce.runtime.settings import settings
from scripts.sandbox.paypal.certificates import SIGNER, Issued, issue, signed_text
from tests.support.api import LambdaContext
from tests.support.shop import Buyer, Shop

ELSEWHERE = (
    "https://evil.example/v1/notifications/certs/CERT-1",
    "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
    "https://evilpaypal.com/v1/notifications/certs/CERT-1",
    "http://api.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
    "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
    "https://evil@api.paypal.com/v1/notifications/certs/CERT-1",
    "https://www.paypal.com/open/redirect?to=evil",
    "https://api.paypal.com/v1/notifications/certs/../../x?y=1",
    "ftp://api.paypal.com/v1/notifications/certs/CERT-1",
    "https://[::1/",
    "/v1/notifications/certs/CERT-1",
)


@pytest.fixture(autouse=True)
def _no_key_is_known() -> Iterator[None]:
    """Each test begins as a cold start does."""
    paypal_signatures._keys.clear()
    yield
    paypal_signatures._keys.clear()


@pytest.fixture
def message(shop: Shop, buyer: Buyer) -> dict[str, Any]:
    """The news of a payment that was captured, not delivered yet: a request to the function URL."""
    begun = shop.begin_payment(buyer, "paypal").json
    order_ref = shop.agree(begun)
    paypal_api.ask("POST", f"/v2/checkout/orders/{order_ref}/capture", {})  # by whoever
    return shop.paypal_message(shop.paypal_events()[-1])


def post(message: dict[str, Any], **headers: str | None) -> dict[str, Any]:
    """The request, with other headers (_ for -), or without those that are None."""
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    shown = {name: value for name, value in (message["headers"] | changed).items() if value is not None}
    return payments.paypal_webhook.handler(message | {"headers": shown}, LambdaContext())


def code(answer: dict[str, Any]) -> tuple[int, str]:
    body = json.loads(answer["body"])
    return answer["statusCode"], str(body.get("code") or body.get("outcome"))


def resigned(message: dict[str, Any], by: Issued, **changes: str) -> dict[str, str]:
    """Headers as somebody else would sign them."""
    shown = message["headers"] | {name.replace("_", "-"): value for name, value in changes.items()}
    text = signed_text(
        shown["PAYPAL-TRANSMISSION-ID"],
        shown["PAYPAL-TRANSMISSION-TIME"],
        settings().paypal_webhook_id,
        zlib.crc32(message["body"].encode()),
    )
    assert isinstance(by.key, rsa.RSAPrivateKey)
    signature = by.key.sign(text, padding.PKCS1v15(), hashes.SHA256())
    signed: dict[str, str] = shown | {"PAYPAL-TRANSMISSION-SIG": base64.b64encode(signature).decode()}
    return signed


def moment(**ago: float) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_what_paypal_signed_is_taken_once_also_in_base64(shop: Shop, message: dict[str, Any]) -> None:
    encoded = base64.b64encode(message["body"].encode()).decode()
    first = payments.paypal_webhook.handler(message | {"body": encoded, "isBase64Encoded": True}, LambdaContext())
    assert code(first) == (200, "applied")
    assert code(post(message)) == (200, "duplicate")
    shop.bus.deliver()
    assert shop.count("ledger", kind="capture") == 1
    assert shop.one("orders")["status"] == "confirmed"


@pytest.mark.parametrize(
    "change",
    [
        {"PAYPAL_TRANSMISSION_ID": None}, {"PAYPAL_TRANSMISSION_TIME": None}, {"PAYPAL_TRANSMISSION_SIG": None},
        {"PAYPAL_CERT_URL": None}, {"PAYPAL_AUTH_ALGO": None}, {"PAYPAL_AUTH_ALGO": "SHA1withRSA"},
        {"PAYPAL_TRANSMISSION_ID": "another"}, {"PAYPAL_TRANSMISSION_SIG": "AAAA"}, {"PAYPAL_TRANSMISSION_SIG": "no!"},
        {"PAYPAL_TRANSMISSION_SIG": "é"}, {"PAYPAL_TRANSMISSION_TIME": "yesterday"},
        {"PAYPAL_TRANSMISSION_TIME": "2026-01-01T00:00:00"}, {"PAYPAL_TRANSMISSION_TIME": moment(minutes=1)},
    ],
)  # fmt: skip
def test_what_paypal_did_not_sign_is_refused(
    shop: Shop, message: dict[str, Any], change: dict[str, str | None]
) -> None:
    before = shop.snapshot()
    assert code(post(message, **change)) == (400, "bad_signature")
    assert shop.snapshot() == before


def test_another_body_is_refused(shop: Shop, message: dict[str, Any]) -> None:
    for body in (message["body"].replace("24.99", "99.99"), message["body"] + " ", ""):
        assert code(post(message | {"body": body})) == (400, "bad_signature")


def test_what_was_signed_for_another_webhook_is_refused(shop: Shop, message: dict[str, Any]) -> None:
    other = shop.paypal_message(shop.paypal_events()[-1], webhook_id="WHOTHER")
    assert code(post(other)) == (400, "bad_signature")


@pytest.mark.parametrize(("ago", "good"), [(timedelta(days=3, hours=2), True), (timedelta(days=5), False),
                                           (timedelta(minutes=-4), True), (timedelta(minutes=-6), False)])  # fmt: skip
def test_the_time_is_within_what_paypal_repeats(
    shop: Shop, message: dict[str, Any], monkeypatch: pytest.MonkeyPatch, ago: timedelta, good: bool
) -> None:
    """PayPal repeats for three days, always with the first time and signature."""
    import time_machine

    sent = datetime.fromisoformat(message["headers"]["PAYPAL-TRANSMISSION-TIME"])
    with time_machine.travel(sent + ago, tick=True):
        assert code(post(message)) == ((200, "applied") if good else (400, "bad_signature"))
    shop.bus.deliver()


@pytest.mark.parametrize("url", ELSEWHERE)
def test_a_certificate_from_elsewhere_is_not_even_fetched(
    shop: Shop, message: dict[str, Any], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    def fetched(*_: Any) -> tuple[int, bytes]:
        raise AssertionError("fetched")

    monkeypatch.setattr(paypal_signatures, "send", fetched)
    assert code(post(message, PAYPAL_CERT_URL=url)) == (400, "bad_signature")


def test_paypals_own_hosts_are_asked(shop: Shop, message: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """In the cloud they are all there is; the certificate is fetched once and its key kept."""
    asked: list[str] = []
    own = settings().paypal_api_base + "/v1/notifications/certs/"
    chain = paypal_api.send("GET", message["headers"]["PAYPAL-CERT-URL"], None, {})

    def fetched(_method: str, url: str, *_: Any) -> tuple[int, bytes]:
        asked.append(url)
        return chain

    monkeypatch.setattr(paypal_signatures, "send", fetched)
    for host in ("api.paypal.com", "api.sandbox.paypal.com"):
        url = message["headers"]["PAYPAL-CERT-URL"].replace(own, f"https://{host}/v1/notifications/certs/")
        assert post(message, PAYPAL_CERT_URL=url)["statusCode"] == 200
        assert post(message, PAYPAL_CERT_URL=url)["statusCode"] == 200
    assert [url.partition("/v1")[0] for url in asked] == ["https://api.paypal.com", "https://api.sandbox.paypal.com"]


def chain_of(*certificates: Issued) -> tuple[int, bytes]:
    return 200, "".join(one.pem for one in certificates).encode()


@pytest.mark.parametrize("kind", ["self_signed", "other_root", "expired", "other_name", "no_ca", "garbage", "empty"])
def test_a_chain_that_leads_to_no_trusted_root_is_not_believed(
    shop: Shop, message: dict[str, Any], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Where our own check says nothing, PayPal is asked, and says that it never signed this."""
    root = issue("Evil Root", None, ca=True)
    began = datetime.now(UTC) - timedelta(days=30)
    leaf = {
        "self_signed": lambda: issue(SIGNER, None, ca=False),
        "expired": lambda: issue(SIGNER, root, ca=False, days=2, began=began),
        "other_name": lambda: issue("evil.example", root, ca=False),
        "no_ca": lambda: issue(SIGNER, issue(SIGNER, root, ca=False), ca=False),
    }.get(kind, lambda: issue(SIGNER, root, ca=False))()
    answer = {"garbage": (200, b"garbage"), "empty": (200, b"")}.get(kind, chain_of(leaf, root))
    monkeypatch.setattr(paypal_signatures, "send", lambda *_: answer)
    if kind != "other_root":  # The rest would be refused even if its root were trusted.
        from cryptography.hazmat.primitives.serialization import Encoding

        trusted = base64.b64encode(root.certificate.public_bytes(Encoding.DER)).decode()
        monkeypatch.setenv("PAYPAL_WEBHOOK_ROOT", trusted)
        settings.cache_clear()
    shown = resigned(message, leaf)
    assert code(post(message | {"headers": shown})) == (400, "bad_signature")
    assert paypal_signatures._keys == {}


def test_a_certificate_that_is_not_there_is_a_lie(
    shop: Shop, message: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody makes us ask PayPal by naming certificates that there are not."""
    monkeypatch.setattr(paypal_signatures, "ask", lambda *_: pytest.fail("asked"))
    url = f"{settings().paypal_api_base}/v1/notifications/certs/CERT-NONE"
    assert code(post(message, PAYPAL_CERT_URL=url)) == (400, "bad_signature")


@pytest.mark.parametrize("forged", [False, True])
def test_where_the_certificate_cannot_be_had_paypal_itself_is_asked(
    shop: Shop, message: dict[str, Any], monkeypatch: pytest.MonkeyPatch, forged: bool
) -> None:
    def away(*_: Any) -> tuple[int, bytes]:
        raise MaxRetryError(None, "", None)  # type: ignore[arg-type]

    monkeypatch.setattr(paypal_signatures, "send", away)
    if forged:
        message["body"] = message["body"].replace("24.99", "99.99")
    assert code(post(message)) == ((400, "bad_signature") if forged else (200, "applied"))
    shop.bus.deliver()


def test_neither_certificate_nor_paypal_to_be_had_it_comes_again(
    shop: Shop, message: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paypal_signatures, "send", lambda *_: (503, b""))
    shop.sandbox.paypal_control("POST", "/faults", {"action": "error", "path": "*/verify-webhook-signature"})
    assert post(message)["statusCode"] == 503
    assert post(message)["statusCode"] == 200
    shop.bus.deliver()


def test_size_and_kind_are_checked_before_the_signature(
    shop: Shop, message: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paypal_signatures, "verify", lambda *_: pytest.fail("verified"))
    for size in (262_145, 5 * 2**20):
        assert post(message | {"body": "x" * size})["statusCode"] == 413
    for kind in ("", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"):
        assert code(post(message, Content_Type=kind)) == (415, "unsupported_media_type")


def test_paypal_is_away_and_the_event_comes_again(shop: Shop, message: dict[str, Any]) -> None:
    fault = {"action": "error", "path": "/v2/checkout/orders/*", "method": "GET"}
    shop.sandbox.paypal_control("POST", "/faults", fault)
    assert post(message)["statusCode"] == 503
    assert shop.count("provider_events") == 0
    assert code(post(message)) == (200, "applied")
    shop.bus.deliver()


def test_a_webhook_that_comes_before_we_know_the_orders_id(shop: Shop, buyer: Buyer) -> None:
    """Killed between PayPal's answer and our note of it: the payment's id is in the event."""
    from commerce.runtime import mongo

    begun = shop.begin_payment(buyer, "paypal").json
    order_ref = shop.agree(begun)
    mongo.database()["payments"].update_one({"_id": begun["id"]}, {"$set": {"provider_ref": ""}})
    shop.webhooks()
    assert shop.one("payments")["provider_ref"] == order_ref
    shop.settle()


def signed_by_us(shop: Shop, body: str) -> dict[str, Any]:
    """A body that PayPal never sent, signed with a key that is trusted for this once."""
    leaf = issue(SIGNER, None, ca=False)
    url = f"{settings().paypal_api_base}/v1/notifications/certs/CERT-TEST"
    key = leaf.key.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    paypal_signatures._keys[url] = (key, float("inf"))
    headers = {
        "PAYPAL-TRANSMISSION-ID": "b1",
        "PAYPAL-TRANSMISSION-TIME": moment(),
        "PAYPAL-CERT-URL": url,
        "PAYPAL-AUTH-ALGO": "SHA256withRSA",
    }
    headers["Content-Type"] = "application/json; charset=utf-8"
    return {"headers": resigned({"headers": headers, "body": body}, leaf), "body": body, "isBase64Encoded": False}


PUBLISHED = json.loads((Path(__file__).parent / "published.json").read_text())


@pytest.mark.parametrize("event", PUBLISHED, ids=lambda event: event["event_type"])
def test_events_as_published_are_read_kept_and_mean_nothing_to_us(shop: Shop, event: dict[str, Any]) -> None:
    answer = payments.paypal_webhook.handler(signed_by_us(shop, json.dumps(event)), LambdaContext())
    assert code(answer) == (200, "ignored")
    (kept,) = shop.all("provider_events")
    assert (kept["_id"], kept["type"]) == (f"paypal:{event['id']}", event["event_type"])
    assert shop.bus.types() == []


@pytest.mark.parametrize("body", ["[]", "null", "7", '{"id": "WH-1"}', '{"id": "", "event_type": "X", "resource": {}}',
                                  '{"id": "WH-1", "event_type": "X", "resource": []}'])  # fmt: skip
def test_what_is_no_event_is_refused(shop: Shop, body: str) -> None:
    answer = payments.paypal_webhook.handler(signed_by_us(shop, body), LambdaContext())
    assert code(answer) == (400, "bad_request")
    assert shop.count("provider_events") == 0
