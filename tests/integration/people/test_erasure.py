"""Forgetting people: in every collection, file and cache entry, whatever fails on the way; and what stays."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from commerce import carts, notifications, orders, users
from commerce.catalog import privacy as reviews
from commerce.inventory import privacy as subscriptions
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.people import NOBODY, Person
from commerce.users import erasing, estate
from tests.integration.people import traces
from tests.integration.people.traces import EMAIL, NAME, everywhere, left_of
from tests.support.api import LambdaContext, call
from tests.support.killswitch import Killswitch
from tests.support.person import Customer, account, tell
from tests.support.shop import Buyer, Shop
from tests.support.staff import Staff
from tests.support.tour_people import advance
from tests.support.uploads import INVOICES


def wish(customer: Customer) -> Any:
    return customer.ask("delete_account", "DELETE", "/me")


def status(shop: Shop) -> str:
    return str(shop.one("erasures")["status"])


def test_nothing_personal_is_left_anywhere(shop: Shop) -> None:
    quill = everywhere(shop)
    bystander = Buyer(email="bystander@example.com")
    shop.buy(bystander, ("TEAPOT", 1))
    before = {order["_id"]: order for order in shop.all("orders")}
    documents, papers = shop.all("invoices"), shop.uploads.stored(INVOICES)
    assert {document["buyer"]["address"][0] for document in documents} == {NAME, bystander.email}
    found = {place.split()[0] for place in left_of(shop, quill.id)}
    assert {
        "users", "address_books", "wishlists", "recently_viewed", "consents", "user_notes", "access_log", "audit",
        "personal_exports", "carts", "orders", "reviews", "stock_subscriptions", "messages", "outbox", "idempotency",
        "sign_in_notices",
    } <= found, "the scene must leave traces, or the test proves nothing"  # fmt: skip
    assert any(place.startswith("personal/") for place in found)

    assert wish(quill).status == 202
    shop.settle()
    traces.erase(shop)

    assert status(shop) == "erased"
    assert left_of(shop, quill.id) == []
    assert not shop.bus.failures
    nobody = Person(user_id=quill.id, emails=(EMAIL,), order_ids=tuple(before))
    for kept in (estate, carts, orders, reviews, subscriptions, notifications):
        told = kept.personal_data(nobody)
        theirs = {name: rows for name, rows in told.items() if name != "messages" and rows}
        assert theirs == {}, kept
    assert shop.clerk.call("GET", f"/users?email_address={EMAIL}") == []
    for order in shop.all("orders"):
        kept_of_it = {"number", "status", "lines", "totals", "placed_at", "currency", "paid", "refunded", "payment_id"}
        assert {name: order[name] for name in kept_of_it} == {name: before[order["_id"]][name] for name in kept_of_it}
    (others,) = [order for order in shop.all("orders") if order["contact"]["email"] != NOBODY]
    assert others["contact"]["email"] == bystander.email
    assert {order["shipping_address"]["country"] for order in shop.all("orders")} == {"GB"}
    assert call("products.list_reviews", "GET", "/products/teapot/reviews").json["summary"]["count"] == 1
    assert shop.all("invoices") == documents, "the law wants them as they are"
    assert shop.uploads.stored(INVOICES) == papers
    guest = Buyer(order_id=documents[0]["order_id"], token=quill.token)
    assert shop.invoice(guest).status in {401, 403, 404}


def test_what_is_heard_later_brings_nobody_back(shop: Shop) -> None:
    quill = Customer(shop.sandbox, EMAIL)
    shop.clerk.listen()
    tell(account(quill.id, at=1, email=EMAIL))
    token = quill.token
    wish(quill)
    traces.erase(shop, days=20)
    assert status(shop) == "erased"
    for word in (account(quill.id, at=10**15, email=EMAIL), account(quill.id, at=0, email=EMAIL)):
        changes = Changes()
        assert not users.take_account(changes, word)
    entries = [entry for entry in shop.bus.entries if quill.id in entry["Detail"]]
    for entry in entries:
        for consumer in ("users.on_user_event", "auth.on_privacy_event", "orders.on_privacy_event"):
            if shop.bus.hears(consumer, entry):
                assert shop.bus.deliver_one(consumer, entry)
    shop.twenty_seconds_later()
    late = call("users.get_profile", "GET", "/me", headers={"Authorization": f"Bearer {token}"})
    assert (late.status, late.json["code"]) == (403, "account_gone"), "the last token may still be good for a moment"
    assert shop.count("users") == 0


def test_a_webhook_that_comes_after_the_end_is_forgotten_by_itself(shop: Shop) -> None:
    shop.clerk.listen()
    quill = Customer(shop.sandbox, EMAIL)
    shop.clerk.call("PATCH", f"/users/{quill.id}", {"last_name": "Quill"})
    told = shop.clerk.messages()
    quill.ask("get_profile", "GET", "/me")
    wish(quill)
    shop.clerk.brought = len(told)
    traces.erase(shop, days=20)
    assert status(shop) == "erased"
    for message in told:
        assert shop.clerk.bring(message)["statusCode"] == 200
    shop.bus.deliver()
    assert left_of(shop, quill.id) == []


def test_it_can_be_taken_back_while_there_is_time(shop: Shop) -> None:
    quill = Customer(shop.sandbox, EMAIL)
    tell(account(quill.id, at=1, email=EMAIL))
    asked = wish(quill)
    assert (asked.status, asked.json["status"]) == (202, "closing")
    assert asked.json["erase_at"] > (now() + timedelta(days=13)).isoformat()
    assert wish(quill).json["erase_at"] == asked.json["erase_at"], "asked again, the time stays"
    shop.settle()
    assert shop.post.subjects() == ["Your account will be closed"]
    assert quill.add_address().status == 201, "until then everything works as before"
    with time_machine.travel(now() + timedelta(days=13)):
        advance(shop)
    for _ in range(2):
        restored = quill.ask("restore_account", "POST", "/me/restore")
        assert (restored.status, restored.json["status"], restored.json["erase_at"]) == (200, "active", None)
    with time_machine.travel(now() + timedelta(days=15)):
        advance(shop)
    assert shop.count("erasures") == 0
    assert quill.ask("list_addresses", "GET", "/me/addresses").json["items"]
    assert wish(quill).status == 202, "and wished for again"
    shop.settle()
    assert len(shop.post.emails) == 2


def test_it_is_too_late_once_the_time_is_over(shop: Shop) -> None:
    quill = Customer(shop.sandbox, EMAIL)
    quill.ask("get_profile", "GET", "/me")
    wish(quill)
    with time_machine.travel(now() + timedelta(days=15)):
        erasing.advance(orders.references)
    shop.twenty_seconds_later()
    refused = call("users.restore_account", "POST", "/me/restore", headers={"Authorization": f"Bearer {quill.token}"})
    assert (refused.status, refused.json["code"]) == (401, "account_blocked")
    for function, method, path in (("restore_account", "POST", "/me/restore"), ("delete_account", "DELETE", "/me")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("commerce.runtime.blocklist.refuse_blocked", lambda _: None)
            late = quill.ask(function, method, path)
        assert (late.status, late.json["code"]) == (403, "account_gone")


def test_an_order_on_its_way_keeps_its_address_until_it_has_arrived(shop: Shop) -> None:
    quill = Customer(shop.sandbox, EMAIL)
    shop.stock("TEAPOT", 5)
    with time_machine.travel(now() - timedelta(days=4)):
        shop.buy(Buyer(email=EMAIL, token=quill.token), ("TEAPOT", 1))
    old = shop.one("orders")
    began = now()
    wish(quill)
    late = began + timedelta(days=14, minutes=5)
    for after in (0, 5, 10, 30):
        with time_machine.travel(late + timedelta(minutes=after)):
            advance(shop)
    assert status(shop) == "erasing"
    assert shop.one("orders")["shipping_address"] == old["shipping_address"]
    assert shop.count("messages") == shop.count("carts") == 0, "the rest need not wait for it"
    for days in range(15, 33, 2):
        with time_machine.travel(began + timedelta(days=days)):
            advance(shop)
    assert shop.one("orders")["contact"]["email"] == NOBODY
    assert status(shop) == "erased"


def test_a_service_that_is_away_is_erased_when_it_is_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    quill = Customer(shop.sandbox, EMAIL)
    quill.add_address()
    shop.cart_with(Buyer(email=EMAIL, token=quill.token))
    wish(quill)
    with monkeypatch.context() as patch:

        def away(_person: Person) -> bool:
            raise ConnectionError("carts are away")

        patch.setattr(carts, "erase", away)
        traces.erase(shop, days=18)
        assert status(shop) == "erasing"
        assert {consumer for consumer, _ in shop.bus.failures} == {"carts.on_privacy_event"}
        assert shop.count("carts") == 1
    traces.erase(shop, days=24)
    assert status(shop) == "erased"
    assert shop.count("carts") == 0


def test_clerk_being_away_holds_up_everything_and_loses_nothing(shop: Shop) -> None:
    quill = Customer(shop.sandbox, EMAIL)
    quill.add_address()
    wish(quill)
    away = {"method": "DELETE", "path": "/v1/users/*", "action": "error", "times": 100}
    shop.sandbox.clerk_control("POST", "/faults", away)
    began = now()
    for minutes in (1, 6, 20, 25, 40, 45):
        with time_machine.travel(began + timedelta(days=14, minutes=minutes)):
            advance(shop)
    assert status(shop) == "locked"
    assert shop.count("address_books") == 1, "nothing goes as long as something might still come"
    shop.sandbox.clerk_control("DELETE", "/faults")
    traces.erase(shop, days=24)
    assert status(shop) == "erased"


def test_killed_at_any_step_it_ends_the_same(shop: Shop, killswitch: Killswitch) -> None:
    """Every eleventh step of all that happens between the wish and the end, in whichever function it is."""
    step, done = 1, False
    while not done:
        quill = Customer(shop.sandbox, f"quill{step}@example.com")
        tell(account(quill.id, at=1, email=quill.email))
        quill.add_address()
        shop.stock(f"POT{step}", 5)
        buyer = Buyer(email=quill.email, token=quill.token)
        shop.ready_order(buyer, (f"POT{step}", 1))
        shop.cancel(buyer)
        shop.bus.deliver()
        wish(quill)
        shop.bus.deliver()
        done = killswitch.survives(step, lambda: traces.erase(shop, days=16))
        _again(shop)
        assert {erasure["status"] for erasure in shop.all("erasures")} == {"erased"}, step
        assert left_of_one(shop, quill) == [], step
        step += 11
    assert step > 60


def _again(shop: Shop) -> None:
    """Whatever was not taken is brought again, what was not sent is sent, and the schedule comes by."""
    import system.relay_outbox

    with time_machine.travel(now() + timedelta(days=17)):
        system.relay_outbox.handler({"id": "test"}, LambdaContext())
    failed, shop.bus.failures = shop.bus.failures, []
    for consumer, entry in failed:
        shop.bus.deliver_one(consumer, entry)
    shop.bus.deliver()
    traces.erase(shop, days=24)


def left_of_one(shop: Shop, quill: Customer) -> list[str]:
    needles = (quill.id, quill.email)
    rows = [(f"{name} {row['_id']}", str(row)) for name, rows in traces.collections().items() for row in rows]
    return [place for place, content in rows for needle in needles if needle in place + content]


def test_staff_may_be_forgotten_too_and_what_they_did_stays(shop: Shop) -> None:
    staff = Staff(shop.sandbox)
    staff_id = shop.sandbox.session(staff.email, "staff")["user_id"]
    tell(account(staff_id, at=1, email=staff.email))
    ada = Customer(shop.sandbox)
    tell(account(ada.id, at=1))
    staff.ask("users.block_user", "POST", f"/admin/users/{ada.id}/block", {"reason": "x"})
    staff.ask("users.delete_account", "DELETE", "/me")
    traces.erase(shop, days=18)
    assert status(shop) == "erased"
    assert [entry["who"] for entry in shop.all("audit")] == [staff_id]
