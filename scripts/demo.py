"""Buys something from a running shop, as a guest, over HTTP, and tells each step.

    python -m scripts.demo [--decline-first] [--stack FILE]

The addresses come from the stack's description (`.local/stack.json`, or the file that SOUK_STACK names).
"""

import argparse
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

STACK = Path(os.environ.get("SOUK_STACK", ".local/stack.json"))
CONFIRMED_WITHIN_SECONDS = 60
CARDS = {"good": "pm_card_visa", "declined": "pm_card_chargeDeclined"}


class DemoFailed(Exception):
    """The shop did not do what it should; the message says what it answered."""


class Guest:
    """Someone without an account."""

    def __init__(self, stack: dict[str, Any]) -> None:
        self.stack = stack
        self.shop = httpx.Client(base_url=f"{stack['api']}/", timeout=35)
        self.email = f"guest-{uuid4().hex[:8]}@example.com"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request; a POST carries an Idempotency-Key, as it should."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if method == "POST":
            sent["Idempotency-Key"] = str(uuid4())
        answer = self.shop.request(method, path, json=body, headers=sent)
        if answer.is_error:
            raise DemoFailed(f"{method} /{path} answered {answer.status_code}: {answer.text}")
        return answer.json()

    def choose(self) -> tuple[str, str]:
        """The title and SKU of goods that are in stock: what there is most of, since lists may be 30 s old."""
        offered = [product for product in self.ask("GET", "products?limit=100")["items"] if product["in_stock"]]
        for product in random.sample(offered, len(offered)):
            page = self.ask("GET", f"products/{product['slug']}")
            variant = max(page["variants"], key=lambda v: v["available"] if v["price"] else 0)
            if page["kind"] == "goods" and variant["available"] > 1 and variant["price"]:
                name = f"{page['title']} ({variant['title']})" if variant["title"] else page["title"]
                return f"{name} for {money(variant['price'])}", variant["sku"]
        raise DemoFailed("nothing is in stock; `make seed` fills the catalogue")

    def fill_cart(self, sku: str) -> tuple[dict[str, Any], str]:
        """A cart with one piece that knows where it goes; the cart and its secret token."""
        made = self.ask("POST", "carts", {})
        token, path = made["token"], f"carts/{made['id']}"
        self.ask("POST", f"{path}/lines", {"sku": sku, "quantity": 1}, X_Cart_Token=token)
        delivery = {
            "contact": {"email": self.email},
            "shipping_address": {
                "name": f"Guest {self.email[6:14]}",
                "line1": "1 Market Square",
                "city": "Springfield",
                "region": "IL",
                "postal_code": "62701",
                "country": "US",
            },
        }
        return self.ask("PUT", f"{path}/delivery", delivery, X_Cart_Token=token), token

    def confirm(self, payment: dict[str, Any], card: str) -> str:
        """What the browser does: gives the card to Stripe, not to us. Answers the payment's state there."""
        secret = payment["client_secret"]
        answer = httpx.post(
            f"{self.stack['stripe']}/v1/payment_intents/{secret.split('_secret_')[0]}/confirm",
            data={
                "payment_method": CARDS[card],
                "client_secret": secret,
                "return_url": f"{self.stack['shop']}/checkout",
            },
            headers={"Authorization": f"Bearer {payment['publishable_key']}"},
            timeout=30,
        )
        content = answer.json()
        return str(content.get("status") or content["error"].get("decline_code") or content["error"]["type"])

    def wait_until_confirmed(self, order_id: str, token: str) -> None:
        """The webhook and the events do their work."""
        until = time.monotonic() + CONFIRMED_WITHIN_SECONDS
        while True:
            order = self.ask("GET", f"orders/{order_id}", X_Order_Token=token)
            if order["status"] == "confirmed":
                return
            if time.monotonic() > until:
                raise DemoFailed(f"the order is still {order['status']} after {CONFIRMED_WITHIN_SECONDS} s")
            time.sleep(0.3)


def money(value: dict[str, Any]) -> str:
    """An amount for the terminal; the demo catalogue is in a currency of two decimals."""
    return f"{value['currency']} {value['amount'] / 100:.2f}"


def buy(stack: dict[str, Any], *, decline_first: bool) -> None:
    """The whole purchase.

    Raises:
        DemoFailed: a step did not work.
    """
    guest = Guest(stack)
    began = time.monotonic()
    name, sku = guest.choose()
    print(f"  choose     {name}")
    cart, token = guest.fill_cart(sku)
    print(f"  cart       {cart['id']}, in all {money(cart['totals']['total'])} with shipping")
    wanted = {"cart_id": cart["id"], "quote_hash": cart["quote"]["hash"]}
    order = guest.ask("POST", "orders", wanted, X_Cart_Token=token)
    print(f"  order      {order['number']}, to be paid by {order['pay_by']}")
    payment = guest.ask("POST", f"orders/{order['id']}/payments", {"provider": "stripe"}, X_Order_Token=order["token"])
    if decline_first:
        print(f"  pay        with a bad card: {guest.confirm(payment, 'declined')}")
    print(f"  pay        with a good card: {guest.confirm(payment, 'good')}")
    guest.wait_until_confirmed(order["id"], order["token"])
    print(f"  confirmed  after {time.monotonic() - began:.1f} s")
    print(f"  look       {stack['shop']}/orders/{order['id']}#token={order['token']}")


def main(arguments: list[str] | None = None) -> int:
    """Buys; 1 when it did not work."""
    parser = argparse.ArgumentParser(prog="python -m scripts.demo", description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--stack", type=Path, default=STACK)
    parser.add_argument("--decline-first", action="store_true", help="try a card that is declined before a good one")
    wanted = parser.parse_args(arguments)
    try:
        stack = json.loads(wanted.stack.read_text())
    except (OSError, ValueError):
        print(f"no running shop is described in {wanted.stack}: run `make up` first", file=sys.stderr)
        return 1
    try:
        buy(stack, decline_first=wanted.decline_first)
    except (DemoFailed, httpx.HTTPError) as error:
        print(f"the purchase failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
