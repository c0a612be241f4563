"""What tests and people order from the PayPal sandbox under /_sandbox/, beyond what every provider has."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from scripts.sandbox.control import Endpoint, control_routes, read_json
from scripts.sandbox.paypal import captures, disputes, orders
from scripts.sandbox.paypal.account import Account, raw
from scripts.sandbox.paypal.events import cert_url
from scripts.sandbox.paypal.idempotency import RequestIds
from scripts.sandbox.paypal.tokens import Tokens
from scripts.sandbox.store import Document, public


class PayPalControl:
    """The control endpoints of the PayPal port."""

    def __init__(self, account: Account, request_ids: RequestIds, tokens: Tokens) -> None:
        self.account = account
        self.request_ids = request_ids
        self.tokens = tokens

    def routes(self) -> list[Route]:
        """All of them."""
        table: list[tuple[str, str, Endpoint]] = [
            ("GET", "/certificate", self.certificate),
            ("GET", "/events/{id}/message", self.message),
            ("POST", "/orders/{id}/approve", self.approve),
            ("DELETE", "/orders/{id}", self.expire_order),
            ("POST", "/captures/{id}/settle", self.settle),
            ("POST", "/captures/{id}/reverse", self.reverse),
            ("POST", "/refunds/slow", self.slow_refunds),
            ("POST", "/refunds/{id}/finish", self.finish_refund),
            ("POST", "/disputes", self.dispute),
            ("POST", "/disputes/{id}/answer", self.answer_dispute),
            ("POST", "/disputes/{id}/close", self.close_dispute),
            ("POST", "/idempotency/expire", self.expire_keys),
            ("POST", "/tokens/revoke", self.revoke_tokens),
        ]
        return control_routes(table, self.account.config.paypal.public_url)

    async def certificate(self, _: Request) -> Response:
        """The address of the signing certificate, and the root to trust (DER in base64)."""
        return JSONResponse({"url": cert_url(self.account), "root": self.account.certificates.root})

    async def message(self, request: Request) -> Response:
        """An event as it would be delivered now, `{headers, body}`; signed for `webhook_id`, where one is named."""
        body = raw(self._load("event", request))
        endpoint = self.account.channel.endpoint
        ids = [request.query_params.get("webhook_id", "")] if "webhook_id" in request.query_params else endpoint.secrets
        headers = self.account.channel.sign(request.path_params["id"], body, 0, ids)
        return JSONResponse({"headers": headers, "body": body.decode()})

    async def approve(self, request: Request) -> Response:
        """The buyer agrees without a browser; `instrument` is one of orders.INSTRUMENTS."""
        given = await read_json(request)
        with self.account.store.transaction():
            order = self._load("order", request)
            orders.approve(self.account, order, str(given.get("instrument", "balance")))
        return JSONResponse(public(order))

    async def expire_order(self, request: Request) -> Response:
        """PayPal forgets an order that nobody approved, as it does after some hours."""
        self.account.store.delete("paypal.order", self._load("order", request)["id"])
        return JSONResponse({"forgotten": request.path_params["id"]})

    async def settle(self, request: Request) -> Response:
        """End a pending capture: `completed` or `denied`."""
        success = _outcome(await read_json(request), "completed", "denied") == "completed"
        with self.account.store.transaction():
            return JSONResponse(public(captures.settle(self.account, self._load("capture", request), success=success)))

    async def reverse(self, request: Request) -> Response:
        """PayPal takes the money of a capture back."""
        with self.account.store.transaction():
            return JSONResponse(public(captures.reverse(self.account, self._load("capture", request))))

    async def slow_refunds(self, request: Request) -> Response:
        """The next `times` refunds stay pending until finished."""
        order = {"times": int((await read_json(request)).get("times", 1))}
        self.account.store.set_setting(captures.SLOW_REFUNDS, order)
        return JSONResponse(order)

    async def finish_refund(self, request: Request) -> Response:
        """End a pending refund: `completed`, `failed` or `cancelled`."""
        outcome = _outcome(await read_json(request), "completed", "failed", "cancelled")
        with self.account.store.transaction():
            return JSONResponse(public(captures.finish(self.account, self._load("refund", request), outcome.upper())))

    async def dispute(self, request: Request) -> Response:
        """Let the buyer dispute a capture; with `hold` false, nothing is taken until it is lost."""
        given = await read_json(request)
        capture = self.account.find("capture", str(given["capture"]))
        if capture is None:
            raise ValueError("there is no such capture")
        with self.account.store.transaction():
            reason = str(given.get("reason", disputes.REASONS[0]))
            hold = bool(given.get("hold", True))
            return JSONResponse(public(disputes.open_dispute(self.account, capture, reason, hold=hold)))

    async def answer_dispute(self, request: Request) -> Response:
        """The seller has had their say."""
        with self.account.store.transaction():
            return JSONResponse(public(disputes.answer_dispute(self.account, self._load("dispute", request))))

    async def close_dispute(self, request: Request) -> Response:
        """Decide a dispute."""
        given = await read_json(request)
        with self.account.store.transaction():
            outcome = str(given.get("outcome", disputes.OUTCOMES[0]))
            return JSONResponse(public(disputes.close_dispute(self.account, self._load("dispute", request), outcome)))

    async def expire_keys(self, _: Request) -> Response:
        """As if weeks had gone by: every PayPal-Request-Id is forgotten."""
        self.request_ids.forget()
        return JSONResponse({"expired": True})

    async def revoke_tokens(self, _: Request) -> Response:
        """Access tokens that were given out are good no more."""
        self.tokens.revoke()
        return JSONResponse({"revoked": True})

    def _load(self, kind: str, request: Request) -> Document:
        found = self.account.find(kind, request.path_params["id"])
        if found is None:
            raise ValueError(f"there is no such {kind}")
        return found


def _outcome(given: Document, *choices: str) -> str:
    outcome = given.get("outcome", choices[0])
    if outcome not in choices:
        raise ValueError(f"outcome is one of {choices}")
    return str(outcome)
