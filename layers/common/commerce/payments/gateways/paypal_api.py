"""PayPal's REST API on the wire: access tokens, request ids, faults. ADR 9 says why without its SDK."""

import base64
import json
import time
from functools import lru_cache
from typing import Any

import certifi
import urllib3
from urllib3.exceptions import HTTPError

from commerce.runtime.errors import ProviderUnavailable
from commerce.runtime.observability import logger
from commerce.runtime.settings import settings

CONNECT_SECONDS, READ_SECONDS = 3, 8
TOKEN_MARGIN_SECONDS = 60
_BUSY = 409  # PREVIOUS_REQUEST_IN_PROGRESS
_UNAUTHORIZED = 401

type Json = dict[str, Any]

_tokens: dict[tuple[str, str, str], tuple[str, float]] = {}  # by base, id and secret: a rotated secret is a new entry


class Refusal(Exception):
    """PayPal understood and said no. `issue` is its own code for why."""

    def __init__(self, status: int, issue: str) -> None:
        super().__init__(issue)
        self.status, self.issue = status, issue


@lru_cache(maxsize=1)
def _pool() -> urllib3.PoolManager:
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    return urllib3.PoolManager(num_pools=2, maxsize=4, timeout=timeout, retries=False, ca_certs=certifi.where())


def send(method: str, url: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
    """One HTTP exchange, status and body. Redirects are not followed.

    Raises:
        urllib3.exceptions.HTTPError: no answer came.
    """
    answer = _pool().request(method, url, body=body, headers=headers)
    return answer.status, answer.data


def ask(method: str, path: str, body: Json | bytes | None = None, *, request_id: str = "") -> Json:
    """One call of the API; with a request id, or where nothing is changed, it may be made again and is when its answer
    is lost.

    Raises:
        Refusal: 4xx.
        ProviderUnavailable: no answer, 429, 5xx, or the first request of this id is still under way.
    """
    content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
    headers = {"Content-Type": "application/json", "Prefer": "return=representation"}
    if request_id:
        headers["PayPal-Request-Id"] = request_id
    status, answer = _exchange(method, path, content, headers)
    if status == _UNAUTHORIZED:  # The token was withdrawn, or the clock is wrong: once more with a fresh one.
        _tokens.clear()
        status, answer = _exchange(method, path, content, headers)
    document = _read(answer)
    if status < 400:
        return document
    issue = str(next((detail.get("issue") for detail in document.get("details") or []), document.get("name") or ""))
    if status in {_BUSY, 429} or status >= 500:
        logger.warning("PayPal is not well", extra={"status": status, "paypal_issue": issue})
        raise ProviderUnavailable("PayPal does not answer for the moment.", retry_after=2 if status == _BUSY else 5)
    if status == _UNAUTHORIZED:
        logger.error("PayPal does not accept our credentials")
        raise ProviderUnavailable("PayPal can't be used for the moment.")
    logger.info("PayPal said no", extra={"paypal_issue": issue, "debug_id": document.get("debug_id")})
    raise Refusal(status, issue)


def _exchange(method: str, path: str, content: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
    token = _token()
    url = settings().paypal_base + path
    return _patiently(method, url, content, {**headers, "Authorization": f"Bearer {token}"})


def _patiently(method: str, url: str, content: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
    """Sends once more when the connection breaks: every request of ours may be repeated."""
    try:
        return send(method, url, content, headers)
    except HTTPError:
        try:
            return send(method, url, content, headers)
        except HTTPError as error:
            raise ProviderUnavailable("PayPal does not answer for the moment.") from error


def _token() -> str:
    """An access token that is good for a while yet."""
    base = settings().paypal_base
    key = (base, settings().need("paypal_client_id"), settings().secret("paypal_client_secret"))
    known = _tokens.get(key)
    if known and known[1] > time.monotonic():
        return known[0]
    credentials = base64.b64encode(f"{key[1]}:{key[2]}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/x-www-form-urlencoded"}
    status, answer = _patiently("POST", f"{base}/v1/oauth2/token", b"grant_type=client_credentials", headers)
    granted = _read(answer)
    if status != 200 or not granted.get("access_token"):
        logger.error("PayPal gives no access token", extra={"status": status, "reason": granted.get("error")})
        raise ProviderUnavailable("PayPal can't be used for the moment.")
    _tokens.clear()
    good_for = float(granted.get("expires_in") or 0) - TOKEN_MARGIN_SECONDS
    _tokens[key] = (str(granted["access_token"]), time.monotonic() + good_for)
    return str(granted["access_token"])


def _read(answer: bytes) -> Json:
    try:
        document = json.loads(answer or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
