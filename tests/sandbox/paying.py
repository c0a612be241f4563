"""PayPal's API for tests: by the official SDK, and on the wire."""

from collections.abc import Mapping
from typing import Any, Self

import httpx
from paypalserversdk.configuration import Environment, Server
from paypalserversdk.http.auth.o_auth_2 import ClientCredentialsAuthCredentials
from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient

from scripts.sandbox.testing import Sandbox


def official_sdk(sandbox: Sandbox) -> PaypalServersdkClient:
    """The official SDK, talking to the sandbox."""
    known = sandbox.config.paypal
    client = PaypalServersdkClient(
        client_credentials_auth_credentials=ClientCredentialsAuthCredentials(
            o_auth_client_id=known.client_id, o_auth_client_secret=known.client_secret
        ),
        environment=Environment.SANDBOX,
    )
    # It offers no setting for another address.
    client.config.environments = {Environment.SANDBOX: {Server.DEFAULT: sandbox.paypal_url}}
    return client


class PayPalApi:
    """A merchant's back end that has signed in."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._http = httpx.Client(base_url=sandbox.paypal_url, trust_env=False, timeout=30)
        self.token = self.sign_in()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def sign_in(self) -> str:
        """A fresh access token."""
        known = self.sandbox.config.paypal
        body = {"grant_type": "client_credentials"}
        answer = self._http.post("/v1/oauth2/token", auth=(known.client_id, known.client_secret), data=body)
        return str(answer.json()["access_token"])

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """One call; header names with _ for -."""
        shown = {"Authorization": f"Bearer {self.token}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        return self._http.request(method, path, json=body, headers=shown)

    def get(self, path: str) -> dict[str, Any]:
        """What is there; fails the test when nothing is."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def create(self, value: str = "20.00", currency: str = "USD", **headers: str) -> dict[str, Any]:
        """An order that waits for its buyer."""
        answer = self.ask("POST", "/v2/checkout/orders", order(value, currency), **headers)
        assert answer.is_success, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def approved(self, instrument: str = "balance", value: str = "20.00", currency: str = "USD") -> str:
        """The id of an order whose buyer has agreed."""
        order_id = str(self.create(value, currency)["id"])
        self.sandbox.paypal_control("POST", f"/orders/{order_id}/approve", {"instrument": instrument})
        return order_id

    def capture(self, order_id: str, **headers: str) -> httpx.Response:
        """Takes the money of an order."""
        return self.ask("POST", f"/v2/checkout/orders/{order_id}/capture", {}, **headers)

    def paid(self, instrument: str = "balance", value: str = "20.00", currency: str = "USD") -> dict[str, Any]:
        """The capture of a new order."""
        answer = self.capture(self.approved(instrument, value, currency))
        assert answer.is_success, answer.text
        return capture_in(answer.json())

    def refund(self, capture_id: str, body: Mapping[str, Any] | None = None, **headers: str) -> httpx.Response:
        """Gives money back."""
        return self.ask("POST", f"/v2/payments/captures/{capture_id}/refund", body or {}, **headers)

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        """What has happened, newest first."""
        found: list[dict[str, Any]] = self.get("/v1/notifications/webhooks-events?page_size=300")["events"]
        return [event for event in found if not kind or event["event_type"] == kind]


def order(value: str = "20.00", currency: str = "USD") -> dict[str, Any]:
    """The body that makes an order."""
    unit = {"amount": {"currency_code": currency, "value": value}, "custom_id": "pay_1", "description": "Order 1"}
    context = {"return_url": "http://localhost:8080/back?a=1", "cancel_url": "http://localhost:8080/cancelled"}
    return {
        "intent": "CAPTURE",
        "purchase_units": [unit],
        "payment_source": {"paypal": {"experience_context": context}},
    }


def capture_in(found: Mapping[str, Any]) -> dict[str, Any]:
    """The one capture of an order."""
    (capture,) = found["purchase_units"][0]["payments"]["captures"]
    read: dict[str, Any] = capture
    return read


def issue_in(answer: httpx.Response) -> tuple[int, str]:
    """Why a call was refused: status and issue."""
    details = answer.json().get("details") or [{"issue": answer.json().get("name") or answer.json().get("error")}]
    return answer.status_code, str(details[0]["issue"])
