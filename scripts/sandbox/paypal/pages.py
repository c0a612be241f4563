"""The approval page: where PayPal asks the buyer."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from scripts.sandbox.faults import is_cross_site
from scripts.sandbox.paypal import orders
from scripts.sandbox.paypal.account import Account
from scripts.sandbox.paypal.amounts import for_people
from scripts.sandbox.store import Document
from scripts.sandbox.web import escape, page

NOTE = "PayPal sandbox: no bank is asked and no money moves."
BRAND = "PayPal sandbox"

# How each of orders.INSTRUMENTS looks to people.
LABELS = {
    "balance": "PayPal balance",
    "declined": "A card that is declined",
    "declined_later": "A bank that says no afterwards",
    "pending": "An eCheck, which takes days",
}


def _message(title: str, text: str, status: int = 200) -> Response:
    return page(title, BRAND, f'<h1>{escape(title)}</h1><p class="soft">{escape(text)}</p>', note=NOTE, status=status)


def return_address(address: str, order: Document, *, approved: bool) -> str:
    """The shop's address with what PayPal adds to it: token, and for an approval PayerID."""
    parts = urlsplit(address)
    added = {"token": order["id"]} | ({"PayerID": order["payer"]["payer_id"]} if approved else {})
    query = f"{parts.query}&{urlencode(added)}" if parts.query else urlencode(added)
    return urlunsplit(parts._replace(query=query))


class Approval:
    """The page and its buttons."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def routes(self) -> list[Route]:
        """GET shows, POST decides."""
        return [
            Route("/checkoutnow", self.show, methods=["GET"]),
            Route("/checkoutnow", self.decide, methods=["POST"]),
        ]

    def _find(self, request: Request) -> Document | None:
        return self.account.find("order", request.query_params.get("token", ""))

    async def show(self, request: Request) -> Response:
        """Ask for approval, or go back where there is nothing to approve."""
        order = self._find(request)
        if order is None:
            return _message("Nothing to approve", "There is no such order, or it has run out.", 404)
        if order["status"] not in orders.WAITING:
            return self._back(order, approved=True)
        unit = order["purchase_units"][0]
        shop = escape(order["_context"]["brand_name"] or self.account.config.shop_name)
        choices = "".join(
            f'<label class="choice"><input type="radio" name="instrument" value="{name}"'
            f"{' checked' if name == 'balance' else ''}> {escape(label)}</label>"
            for name, label in LABELS.items()
        )
        content = f"""<h1>Pay with PayPal?</h1>
<p class="soft">{escape(unit.get("description") or "You are buying something.")}</p>
<dl><dt>Shop</dt><dd>{shop}</dd><dt>Amount</dt><dd class="sum">{escape(for_people(unit["amount"]))}</dd></dl>
<form method="post"><fieldset><legend>Pay with</legend>{choices}</fieldset>
<button name="decision" value="approve">Complete purchase</button>
<button class="plain" name="decision" value="cancel">Cancel and go back to the shop</button></form>"""
        return page("Pay with PayPal", BRAND, content, note=NOTE)

    async def decide(self, request: Request) -> Response:
        """Carry out the choice and go back to the shop."""
        order = self._find(request)
        if order is None:
            return _message("Nothing to approve", "There is no such order, or it has run out.", 404)
        if is_cross_site(request, self.account.config.paypal.public_url):
            return _message("Not from here", "Only PayPal's own page can approve a payment.", 403)
        given = dict(parse_qsl((await request.body()).decode("latin-1")))
        if given.get("decision") == "cancel":
            return self._back(order, approved=False)
        instrument = given.get("instrument", "balance")
        if given.get("decision") != "approve" or instrument not in orders.INSTRUMENTS:
            return _message("Unclear", "The decision is approve or cancel.", 400)
        if order["status"] in orders.WAITING:
            with self.account.store.transaction():
                orders.approve(self.account, order, instrument)
        return self._back(order, approved=True)

    def _back(self, order: Document, *, approved: bool) -> Response:
        address = order["_context"]["return_url" if approved else "cancel_url"]
        if address:
            return RedirectResponse(return_address(address, order, approved=approved), 303)
        return _message("Thank you" if approved else "Cancelled", "You can close this page and go back to the shop.")
