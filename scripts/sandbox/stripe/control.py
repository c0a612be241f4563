"""What tests and people order from the Stripe sandbox under /_sandbox/, beyond what every provider has."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from scripts.sandbox.control import Endpoint, control_routes, read_json
from scripts.sandbox.store import Document, public
from scripts.sandbox.stripe import confirmation, disputes, payment_intents, refunds
from scripts.sandbox.stripe.account import Account
from scripts.sandbox.stripe.errors import StripeError
from scripts.sandbox.stripe.idempotency import IdempotencyKeys


class StripeControl:
    """The control endpoints of the Stripe port."""

    def __init__(self, account: Account, keys: IdempotencyKeys) -> None:
        self.account = account
        self.keys = keys

    def routes(self) -> list[Route]:
        """All of them."""
        table: list[tuple[str, str, Endpoint]] = [
            ("POST", "/settlement", self.settlement),
            ("POST", "/payment_intents/{id}/authenticate", self.authenticate),
            ("POST", "/payment_intents/{id}/settle", self.settle),
            ("POST", "/payment_intents/{id}/lapse", self.lapse),
            ("POST", "/refunds/{id}/finish", self.finish_refund),
            ("POST", "/disputes", self.dispute),
            ("POST", "/disputes/{id}/submit", self.submit_evidence),
            ("POST", "/disputes/{id}/close", self.close_dispute),
            ("POST", "/fraud_warnings", self.warn_of_fraud),
            ("POST", "/idempotency/expire", self.expire_keys),
        ]
        return control_routes(table, self.account.config.stripe.public_url)

    async def settlement(self, request: Request) -> Response:
        """The next `times` payments stay in processing for `seconds` (null: until settled by hand)."""
        given = await read_json(request)
        seconds = given.get("seconds")
        order = {
            "times": int(given.get("times", 1)),
            "seconds": None if seconds is None else float(seconds),
            "outcome": _outcome(given, "succeeded", "failed"),
        }
        self.account.store.set_setting(confirmation.SETTLEMENT, order)
        return JSONResponse(order)

    async def authenticate(self, request: Request) -> Response:
        """End 3-D Secure without a browser: `complete` or `fail`."""
        given = await read_json(request)
        intent = self._load("payment_intent", request)
        if intent["status"] != "requires_action":
            raise ValueError(f"the payment intent is {intent['status']}")
        with self.account.store.transaction():
            confirmation.authenticate(self.account, intent, success=_outcome(given, "complete", "fail") == "complete")
        return JSONResponse(public(self._load("payment_intent", request)))

    async def settle(self, request: Request) -> Response:
        """End `processing`: `succeeded` or `failed`."""
        given = await read_json(request)
        intent = self._load("payment_intent", request)
        if intent["status"] != "processing":
            raise ValueError(f"the payment intent is {intent['status']}")
        with self.account.store.transaction():
            confirmation.settle(self.account, intent, success=_outcome(given, "succeeded", "failed") == "succeeded")
        return JSONResponse(public(self._load("payment_intent", request)))

    async def lapse(self, request: Request) -> Response:
        """The bank holds an authorized amount no longer."""
        intent = self._load("payment_intent", request)
        if intent["status"] != "requires_capture":
            raise ValueError(f"the payment intent is {intent['status']}")
        with self.account.store.transaction():
            payment_intents.end(self.account, intent, "automatic")
        return JSONResponse(public(intent))

    async def finish_refund(self, request: Request) -> Response:
        """Say what became of a refund: `succeeded`, `failed` or `canceled`."""
        outcome = _outcome(await read_json(request), "succeeded", "failed", "canceled")
        with self.account.store.transaction():
            refund = refunds.finish(self.account, self._load("refund", request), outcome)
        return JSONResponse(public(refund))

    async def dispute(self, request: Request) -> Response:
        """Let the cardholder dispute a charge."""
        given = await read_json(request)
        charge = self._charge(given)
        with self.account.store.transaction():
            return JSONResponse(
                public(disputes.open_dispute(self.account, charge, str(given.get("reason", "fraudulent"))))
            )

    async def submit_evidence(self, request: Request) -> Response:
        """The merchant has had its say."""
        with self.account.store.transaction():
            return JSONResponse(public(disputes.submit_evidence(self.account, self._load("dispute", request))))

    async def warn_of_fraud(self, request: Request) -> Response:
        """Let the card's issuer suspect a charge."""
        given = await read_json(request)
        charge = self._charge(given)
        with self.account.store.transaction():
            kind = str(given.get("fraud_type", "unauthorized_use_of_card"))
            return JSONResponse(public(disputes.warn_of_fraud(self.account, charge, kind)))

    async def close_dispute(self, request: Request) -> Response:
        """Decide a dispute: `won` or `lost`."""
        outcome = _outcome(await read_json(request), "won", "lost")
        with self.account.store.transaction():
            return JSONResponse(public(disputes.close_dispute(self.account, self._load("dispute", request), outcome)))

    async def expire_keys(self, _: Request) -> Response:
        """As if a day had gone by: every idempotency key is forgotten."""
        self.keys.forget(-1)
        return JSONResponse({"expired": True})

    def _charge(self, given: Document) -> Document:
        charge = self.account.find("charge", str(given["charge"]))
        if charge is None:
            raise ValueError("there is no such charge")
        return charge

    def _load(self, kind: str, request: Request) -> Document:
        try:
            return self.account.load(kind, request.path_params["id"], "id")
        except StripeError as error:
            raise ValueError(str(error)) from None


def _outcome(given: Document, *choices: str) -> str:
    outcome = given.get("outcome", choices[0])
    if outcome not in choices:
        raise ValueError(f"outcome is one of {choices}")
    return str(outcome)
