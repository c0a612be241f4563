"""Whether PayPal sent a webhook: https://developer.paypal.com/api/rest/webhooks/rest/#link-verifythemessage.

Signed is `transmission id|time|webhook id|CRC32 of the raw body`, with a certificate whose address is in the request.
So the address must be PayPal's own, and the certificate must hang on a root that browsers trust. Where the certificate
can't be had for the moment, or its chain can't be followed, PayPal itself is asked.
"""

import base64
import json
import time
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import certifi
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from urllib3.exceptions import HTTPError

from commerce.payments.gateways.paypal_api import Refusal, ask, send
from commerce.runtime.clock import now
from commerce.runtime.observability import logger
from commerce.runtime.settings import settings

ALGORITHM = "SHA256withRSA"
CERTIFICATES = "/v1/notifications/certs/"
# PayPal repeats a delivery for three days, with the first one's time and signature; the event's id is what makes a
# replay harmless.
OLDEST, NEWEST = timedelta(days=4), timedelta(minutes=5)
KEY_SECONDS = 86_400
KEYS_KEPT = 16

_HEADERS = ("transmission-id", "transmission-time", "transmission-sig", "cert-url", "auth-algo")
_keys: dict[str, tuple[RSAPublicKey, float]] = {}  # by address


class _NoKey(Exception):
    """The certificate can't be had or trusted by us alone."""


def verify(raw: bytes, headers: Mapping[str, str]) -> None:
    """Returns where PayPal signed these bytes for our webhook, not too long ago.

    Args:
        raw: the body, as it came.
        headers: the request's, in lower case.

    Raises:
        ValueError: it did not, or says so in a way that can't be believed; the message says why, for the log.
        ProviderUnavailable: neither the certificate nor PayPal's own check can be had for the moment.
    """
    shown = {name: headers.get(f"paypal-{name}", "") for name in _HEADERS}
    if not all(shown.values()):
        raise ValueError("a header is missing")
    if shown["auth-algo"] != ALGORITHM:
        raise ValueError("another algorithm")
    _in_time(shown["transmission-time"])
    _address(shown["cert-url"])
    try:
        signature = base64.b64decode(shown["transmission-sig"], validate=True)
    except ValueError:
        raise ValueError("no base64") from None
    try:
        key = _key(shown["cert-url"])
    except _NoKey as reason:
        logger.warning("PayPal's certificate is of no use; asking PayPal", extra={"reason": str(reason)})
        _ask_paypal(raw, shown)
        return
    webhook_id = settings().need("paypal_webhook_id")
    signed = f"{shown['transmission-id']}|{shown['transmission-time']}|{webhook_id}|{zlib.crc32(raw)}"
    try:
        key.verify(signature, signed.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        raise ValueError("the signature is of something else") from None


def _in_time(text: str) -> None:
    try:
        age = now() - datetime.fromisoformat(text)
    except (ValueError, TypeError):  # TypeError: a time without a zone
        raise ValueError("no time") from None
    if not -NEWEST <= age <= OLDEST:
        raise ValueError("too old, or from the future")


def _address(url: str) -> None:
    """Only PayPal's own certificates; on the laptop those of the sandbox too."""
    local = settings().paypal_api_base
    if local and url.startswith(local + CERTIFICATES):
        return
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("no address") from None
    host = parts.hostname or ""
    good = parts.scheme == "https" and host.endswith(".paypal.com") and port in {None, 443} and "@" not in parts.netloc
    if not (good and parts.path.startswith(CERTIFICATES) and not (parts.query or parts.fragment)):
        raise ValueError("the certificate lies elsewhere")


def _key(url: str) -> RSAPublicKey:
    """The public key behind an address; kept for a day."""
    known = _keys.get(url)
    if known and known[1] > time.monotonic():
        return known[0]
    try:
        status, content = send("GET", url, None, {})
    except HTTPError as error:
        raise _NoKey(type(error).__name__) from None
    if 400 <= status < 500:
        raise ValueError("there is no such certificate")
    if status != 200:
        raise _NoKey(f"status {status}")
    key = _trusted(content)
    if len(_keys) >= KEYS_KEPT:
        _keys.clear()
    _keys[url] = (key, time.monotonic() + KEY_SECONDS)
    return key


def _trusted(content: bytes) -> RSAPublicKey:
    """The key of the first certificate, if the others lead from it to a root."""
    try:
        leaf, *between = x509.load_pem_x509_certificates(content)
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        name = next(n for n in names.get_values_for_type(x509.DNSName) if n.endswith(".paypal.com"))
        policy = PolicyBuilder().store(_roots()).time(now()).build_server_verifier(x509.DNSName(name))
        policy.verify(leaf, between)
    except (ValueError, x509.ExtensionNotFound, StopIteration, VerificationError) as error:
        raise _NoKey(f"{type(error).__name__}: {error}"[:200]) from None
    key = leaf.public_key()
    if not isinstance(key, RSAPublicKey):
        raise _NoKey("not a key of RSA")
    return key


def _roots() -> Store:
    return _store(settings().paypal_webhook_root)


@lru_cache(maxsize=1)
def _store(local_root: str) -> Store:
    """The roots that browsers trust; on the laptop the sandbox's root instead."""
    if local_root:
        return Store([x509.load_der_x509_certificate(base64.b64decode(local_root))])
    return Store(x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes()))


def _ask_paypal(raw: bytes, shown: Mapping[str, str]) -> None:
    """PayPal's own check. It wants the event as it was sent, to the byte."""
    members = {name.replace("-", "_"): value for name, value in shown.items()}
    question = json.dumps(members | {"webhook_id": settings().need("paypal_webhook_id")}).encode()
    body = question.removesuffix(b"}") + b', "webhook_event": ' + raw + b"}"
    try:
        said = ask("POST", "/v1/notifications/verify-webhook-signature", body)
    except Refusal as refusal:
        raise ValueError(f"PayPal can't read it: {refusal.issue}") from None
    if said.get("verification_status") != "SUCCESS":
        raise ValueError("PayPal says that it is not theirs")
