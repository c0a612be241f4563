"""One person's traces, everywhere in the shop, and a search for what is left of them."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import time_machine

from commerce.runtime import cache, mongo
from commerce.runtime.clock import now
from tests.support.api import call
from tests.support.person import Customer
from tests.support.query_shapes import looking
from tests.support.shop import Buyer, Shop
from tests.support.staff import Staff
from tests.support.tour_people import advance
from tests.support.uploads import INVOICES, MEDIA, UPLOADS

EMAIL = "zenobia.quill@example.com"
NAME = "Zenobia Quill"
STREET = "7 Piddletrenthide Row"
PHONE = "+442079460958"
WORDS = "wobbles like Zenobia"
ADDRESS = {
    "name": NAME,
    "company": "Quill & Co",
    "line1": STREET,
    "city": "London",
    "postal_code": "EC1A 1BB",
    "country": "GB",
}
NEEDLES = ("zenobia", "quill", "piddletrenthide", "7946", "ec1a")
"""What tells of them, in small letters. `EC1A` and `7946` are in nobody else's data here."""


def everywhere(shop: Shop) -> Customer:
    """Someone who has done all that one can do here, and of whom all has been noted that can be."""
    shop.clerk.listen()
    quill = Customer(shop.sandbox, EMAIL)
    shop.clerk.call("PATCH", f"/users/{quill.id}", {"first_name": "Zenobia", "last_name": "Quill"})
    shop.clerk.deliver()
    shop.bus.deliver()
    for sku in ("TEAPOT", "KETTLE"):
        shop.stock(sku, 20)
    _keeps(quill)
    _buys(shop, quill)
    _writes(shop, quill)
    _is_dealt_with(shop, quill)
    quill.ask("export_data", "POST", "/me/export", Idempotency_Key="export")
    shop.settle()
    assert quill.ask("get_my_export", "GET", "/me/export").json["status"] == "ready"
    return quill


def _keeps(quill: Customer) -> None:
    quill.ask("update_profile", "PATCH", "/me", {"name": NAME, "time_zone": "Europe/London"})
    quill.ask("add_address", "POST", "/me/addresses", ADDRESS | {"phone": PHONE}, Idempotency_Key="address")
    quill.ask("add_wish", "PUT", "/me/wishlist/teapot")
    quill.ask("note_viewed", "PUT", "/me/recently-viewed", {"product_id": "teapot"})
    consent = {"kind": "marketing", "given": True, "text_version": "1", "source": "test"}
    quill.ask("say_consent", "PUT", "/me/consents", consent)


def _buys(shop: Shop, quill: Customer) -> None:
    """Paid, cancelled and left to expire; as a guest with the same email; and carts that never were ordered."""

    def order(token: str) -> Buyer:
        buyer = Buyer(email=EMAIL, token=token)
        shop.cart_with(buyer, ("TEAPOT", 1))
        body = {"contact": {"email": EMAIL, "phone": PHONE}, "shipping_address": ADDRESS}
        path = f"/carts/{buyer.cart_id}/delivery"
        assert call("carts.set_delivery", "PUT", path, body=body, headers=buyer.headers()).status == 200
        assert shop.place(buyer, Idempotency_Key=f"place-{buyer.cart_id}").status == 201
        return buyer

    paid = order(quill.token)
    shop.pay(paid)
    shop.settle()
    cancelled = order(quill.token)
    assert shop.cancel(cancelled, Idempotency_Key="cancel").status == 200
    expired = order(quill.token)
    shop.expire_time(expired)
    shop.run_expiry()
    guest = order("")
    shop.pay(guest)
    shop.settle()
    for token in (quill.token, ""):
        shop.cart_with(Buyer(email=EMAIL, token=token), ("KETTLE", 1))


def _writes(shop: Shop, quill: Customer) -> None:
    staff = Staff(shop.sandbox)
    body = {"rating": 2, "title": WORDS, "body": WORDS, "author": NAME}
    review = quill.ask(
        "products.create_review", "POST", "/products/teapot/reviews", body, Idempotency_Key="review"
    ).json
    path = f"/admin/reviews/{review['id']}/moderation"
    staff.ask("products.moderate_review", "POST", path, {"decision": "publish", "reason": WORDS}, If_Match="*")
    assert NAME in call("products.list_reviews", "GET", "/products/teapot/reviews").text
    shop.stock("KITE", 0)
    body = {"sku": "KITE", "email": EMAIL}
    assert call("products.subscribe_stock", "POST", "/products/kite/stock-subscriptions", body=body).status == 202
    path = "/admin/inventory/KITE/adjustments"
    staff.ask("products.adjust_inventory", "POST", path, {"set_to": 1, "reason": "counted"}, Idempotency_Key="kite")
    shop.settle()


def _is_dealt_with(shop: Shop, quill: Customer) -> None:
    staff = Staff(shop.sandbox)
    path = f"/admin/users/{quill.id}"
    staff.ask("users.list_users", "GET", "/admin/users?q=zenobia")
    staff.ask("users.get_user", "GET", path)
    staff.ask("users.add_user_note", "POST", f"{path}/notes", {"text": f"{NAME} rang"}, Idempotency_Key="note")
    staff.ask("users.block_user", "POST", f"{path}/block", {"reason": f"{NAME} was rude"}, Idempotency_Key="block")
    staff.ask("users.unblock_user", "POST", f"{path}/unblock", Idempotency_Key="unblock")


def collections() -> dict[str, list[dict[str, Any]]]:
    """Everything that is in the database, whether declared or not."""
    with looking():
        database = mongo.database()
        return {name: list(database[name].find()) for name in database.list_collection_names()}


def files(shop: Shop) -> Iterator[tuple[str, str]]:
    """Every file with its name; archives opened."""
    for bucket in (UPLOADS, MEDIA, INVOICES):
        for key, content in shop.uploads.stored(bucket).items():
            if key.endswith(".zip"):
                with zipfile.ZipFile(io.BytesIO(content)) as packed:
                    for name in packed.namelist():
                        yield f"{key}/{name}", packed.read(name).decode()
            else:
                yield key, content.decode("utf-8", "replace")


def cached() -> Iterator[tuple[str, str]]:
    """Everything in the cache that will be there in an hour: who leaves waits for days; limits count for an hour."""
    client: Any = cache.client()
    for key in client.scan_iter():
        left = client.pttl(key)
        if 0 <= left <= 3_600_000:
            continue
        kind = client.type(key)
        yield key, str(client.get(key) if kind == "string" else client.hgetall(key))


def left_of(shop: Shop, user_id: str) -> list[str]:
    """Where something of them is still found."""
    needles = (*NEEDLES, user_id.lower())
    stored = [(name, _beyond_the_law(name, row)) for name, rows in collections().items() for row in rows]
    places = [(f"{name} {row['_id']}", str(row)) for name, row in stored]
    places += [*files(shop), *cached()]
    found = []
    for place, content in places:
        text = f"{place} {content}".lower()
        found += [f"{place}: {needle}" for needle in needles if needle in text]
    return found


def _beyond_the_law(collection: str, row: dict[str, Any]) -> dict[str, Any]:
    """Without what an invoice must say of its buyer: that stays until it need not be kept any more."""
    kept = {"buyer", "deliver_to"} if collection == "invoices" else set[str]()
    return {name: value for name, value in row.items() if name not in kept}


def erase(shop: Shop, *, days: int = 75) -> None:
    """Time goes by, and the schedule with it, until everything is erased: the wish is granted after two weeks, an order
    on its way after a month.
    """
    began = now()
    for after in (timedelta(days=14, minutes=1), *(timedelta(days=day, minutes=20) for day in range(15, days, 3))):
        with time_machine.travel(began + after):
            advance(shop)
            with time_machine.travel(began + after + timedelta(minutes=4)):
                advance(shop)


def opened(content: bytes) -> dict[str, Any]:
    """The archive's JSON."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        found: dict[str, Any] = json.loads(packed.read("data.json"))
        return found
