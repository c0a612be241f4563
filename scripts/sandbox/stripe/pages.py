"""The 3-D Secure page: where a bank would ask its customer to approve a payment."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from scripts.sandbox.faults import is_cross_site
from scripts.sandbox.store import Document
from scripts.sandbox.stripe import confirmation, setup_intents
from scripts.sandbox.stripe.account import Account
from scripts.sandbox.stripe.currencies import format_amount
from scripts.sandbox.web import escape, page

NOTE = "Stripe sandbox: no bank is asked and no money moves."
BANK = "Sandbox Bank"


def _message(title: str, text: str, status: int = 200) -> Response:
    return page(title, BANK, f'<h1>{escape(title)}</h1><p class="soft">{escape(text)}</p>', note=NOTE, status=status)


def return_address(return_url: str, intent: Document) -> str:
    """`return_url` with what Stripe adds to it: payment_intent or setup_intent, its client secret, redirect_status."""
    parts = urlsplit(return_url)
    failed = intent["status"] in ("requires_payment_method", "canceled")
    added = urlencode(
        {
            intent["object"]: intent["id"],
            f"{intent['object']}_client_secret": intent["client_secret"],
            "redirect_status": "failed" if failed else "succeeded",
        }
    )
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


class ThreeDSecure:
    """The page and its two buttons."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def routes(self) -> list[Route]:
        """GET shows, POST decides."""
        return [
            Route("/3d_secure/{intent}", self.show, methods=["GET"]),
            Route("/3d_secure/{intent}", self.decide, methods=["POST"]),
        ]

    def _find(self, request: Request) -> Document | None:
        intent_id = request.path_params["intent"]
        intent = self.account.find("setup_intent" if intent_id.startswith("seti_") else "payment_intent", intent_id)
        if intent is None or request.query_params.get("client_secret") != intent["client_secret"]:
            return None
        return intent

    async def show(self, request: Request) -> Response:
        """Ask for approval, or go on where there is nothing to approve."""
        intent = self._find(request)
        if intent is None:
            return _message("Nothing to approve", "There is no such payment.", 404)
        if intent["status"] != "requires_action":
            if intent.get("_return_url"):
                return RedirectResponse(return_address(intent["_return_url"], intent), 303)
            return _message("Nothing to approve", "This payment waits for no approval. You can close this page.")
        method = self.account.load("payment_method", intent["payment_method"], "payment_method")
        shop, last4 = escape(self.account.config.shop_name), escape(method["card"]["last4"])
        saving = intent["object"] == "setup_intent"
        amount = "none: the card is saved" if saving else escape(format_amount(intent["amount"], intent["currency"]))
        content = f"""<h1>{"Save this card?" if saving else "Approve this payment?"}</h1>
<p class="soft">Your bank wants to know that it is you.</p>
<dl><dt>Shop</dt><dd>{shop}</dd><dt>Card</dt><dd>&bull;&bull;&bull;&bull; {last4}</dd>
<dt>Amount</dt><dd class="sum">{amount}</dd></dl>
<form method="post"><button name="outcome" value="complete">Complete authentication</button>
<button class="plain" name="outcome" value="fail">Fail authentication</button></form>"""
        return page("Approve this payment", BANK, content, note=NOTE)

    async def decide(self, request: Request) -> Response:
        """Carry out the choice and go back to the shop."""
        intent = self._find(request)
        if intent is None:
            return _message("Nothing to approve", "There is no such payment.", 404)
        if is_cross_site(request, self.account.config.stripe.public_url):
            return _message("Not from here", "Only the bank's own page can approve a payment.", 403)
        outcome = dict(parse_qsl((await request.body()).decode())).get("outcome")
        if outcome not in ("complete", "fail"):
            return _message("Unclear", "The outcome is complete or fail.", 400)
        if intent["status"] == "requires_action":
            with self.account.store.transaction():
                module = setup_intents if intent["object"] == "setup_intent" else confirmation
                module.authenticate(self.account, intent, success=outcome == "complete")
        if intent.get("_return_url"):
            return RedirectResponse(return_address(intent["_return_url"], intent), 303)
        return _message("Thank you", "You can close this page and go back to the shop.")
