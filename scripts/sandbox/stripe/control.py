"""What tests and people order from the Stripe sandbox under /_sandbox/, beyond what every provider has."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from scripts.sandbox.control import guarded, read_json
from scripts.sandbox.store import Document, public
from scripts.sandbox.stripe import confirmation, disputes, refunds
from scripts.sandbox.stripe.account import Account
from scripts.sandbox.stripe.errors import StripeError
from scripts.sandbox.stripe.idempotency import IdempotencyKeys


def stripe_control_routes(account: Account, keys: IdempotencyKeys) -> list[Route]:
    """Routes of the Stripe port."""

    async def settlement(request: Request) -> Response:
        """The next `times` payments stay in processing for `seconds` (null: until settled by hand)."""
        given = await read_json(request)
        seconds = given.get("seconds")
        order = {
            "times": int(given.get("times", 1)),
            "seconds": None if seconds is None else float(seconds),
            "outcome": _outcome(given, "succeeded", "failed"),
        }
        account.store.set_setting(confirmation.SETTLEMENT, order)
        return JSONResponse(order)

    async def authenticate(request: Request) -> Response:
        given = await read_json(request)
        intent = _load("payment_intent", request)
        if intent["status"] != "requires_action":
            raise ValueError(f"the payment intent is {intent['status']}")
        with account.store.transaction():
            confirmation.authenticate(account, intent, success=_outcome(given, "complete", "fail") == "complete")
        return JSONResponse(public(_load("payment_intent", request)))

    async def settle(request: Request) -> Response:
        given = await read_json(request)
        intent = _load("payment_intent", request)
        if intent["status"] != "processing":
            raise ValueError(f"the payment intent is {intent['status']}")
        with account.store.transaction():
            confirmation.settle(account, intent, success=_outcome(given, "succeeded", "failed") == "succeeded")
        return JSONResponse(public(_load("payment_intent", request)))

    async def finish_refund(request: Request) -> Response:
        given = await read_json(request)
        with account.store.transaction():
            success = _outcome(given, "succeeded", "failed") == "succeeded"
            refund = refunds.finish(account, _load("refund", request), success=success)
        return JSONResponse(public(refund))

    async def dispute(request: Request) -> Response:
        given = await read_json(request)
        charge = account.find("charge", str(given["charge"]))
        if charge is None:
            raise ValueError("there is no such charge")
        with account.store.transaction():
            return JSONResponse(public(disputes.open_dispute(account, charge, str(given.get("reason", "fraudulent")))))

    async def close_dispute(request: Request) -> Response:
        outcome = _outcome(await read_json(request), "won", "lost")
        with account.store.transaction():
            return JSONResponse(public(disputes.close_dispute(account, _load("dispute", request), outcome)))

    async def expire_keys(request: Request) -> Response:
        """As if a day had gone by: every idempotency key is forgotten."""
        keys.forget(-1)
        return JSONResponse({"expired": True})

    def _load(kind: str, request: Request) -> Document:
        try:
            return account.load(kind, request.path_params["id"], "id")
        except StripeError as error:
            raise ValueError(str(error)) from None

    def post(path: str, handler: Callable[[Request], Awaitable[Response]]) -> Route:
        return Route(f"/_sandbox{path}", guarded(handler, account.config.stripe.public_url), methods=["POST"])

    return [
        post("/settlement", settlement),
        post("/payment_intents/{id}/authenticate", authenticate),
        post("/payment_intents/{id}/settle", settle),
        post("/refunds/{id}/finish", finish_refund),
        post("/disputes", dispute),
        post("/disputes/{id}/close", close_dispute),
        post("/idempotency/expire", expire_keys),
    ]


def _outcome(given: Document, *choices: str) -> str:
    outcome = given.get("outcome", choices[0])
    if outcome not in choices:
        raise ValueError(f"outcome is one of {choices}")
    return str(outcome)
