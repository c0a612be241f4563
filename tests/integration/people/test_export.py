"""Everything that is kept of a person, as one archive: whole, theirs alone, and in the end there, whatever fails."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from commerce import carts, orders
from commerce.runtime import files
from commerce.runtime.clock import now
from commerce.runtime.people import Person, Tables
from commerce.users import archive, exporting
from tests.integration.people import traces
from tests.integration.people.traces import EMAIL, NAME, STREET, WORDS, everywhere
from tests.support.api import LambdaContext
from tests.support.killswitch import Killswitch
from tests.support.person import Customer, account, tell
from tests.support.shop import Buyer, Shop
from tests.support.tour_people import advance
from tests.support.uploads import UPLOADS


def ask(customer: Customer, **headers: str) -> Any:
    return customer.ask("export_data", "POST", "/me/export", **headers)


def got(customer: Customer) -> Any:
    return customer.ask("get_my_export", "GET", "/me/export").json


def content(shop: Shop, export_id: str) -> bytes:
    return files.read(UPLOADS, f"personal/{export_id}/archive.zip")


def test_everything_from_every_service_in_json_and_in_tables(shop: Shop) -> None:
    quill = everywhere(shop)
    packed = content(shop, got(quill)["id"])
    told = traces.opened(packed)
    assert set(told) == set(exporting.SERVICES)
    assert {f"{service}.{table}" for service, tables in told.items() for table, rows in tables.items() if rows} == {
        "auth.account", "auth.sessions", "carts.carts", "notifications.messages", "orders.orders", "payments.invoices",
        "payments.payments", "products.reviews", "products.stock_subscriptions", "users.addresses", "users.consents",
        "users.exports", "users.looked_at_by_staff", "users.notes_about_you", "users.profile", "users.recently_viewed",
        "users.wishlist",
    }  # fmt: skip
    assert len(told["orders"]["orders"]) == 4, "the guest's as well: its email is proved to be theirs"
    assert told["users"]["addresses"][0]["line1"] == STREET
    assert told["products"]["reviews"][0]["body"] == WORDS
    assert {look["what"] for look in told["users"]["looked_at_by_staff"]} == {"listed", "opened"}
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        names = opened.namelist()
        rows = list(csv.DictReader(io.StringIO(opened.read("users/addresses.csv").decode("utf-8-sig"))))
        assert "Souk" in opened.read("README.txt").decode()
    assert {"data.json", "README.txt", "orders/orders.csv", "auth/account.csv"} <= set(names)
    assert (rows[0]["name"], rows[0]["phone"]) == (NAME, "'+442079460958")
    assert traces.EMAIL in shop.post.recipients()
    assert "Your data is ready" in shop.post.subjects()


def test_nobody_elses_and_no_secret(shop: Shop) -> None:
    quill, eve = Customer(shop.sandbox, EMAIL), Customer(shop.sandbox, "eve@example.com")
    for person in (quill, eve):
        tell(account(person.id, at=1, email=person.email))
        person.add_address(name=person.email)
    shop.stock("MUG", 9)
    for buyer in (Buyer(email=EMAIL, token=eve.token), Buyer(email="eve@example.com")):
        shop.ready_order(buyer, ("MUG", 1))
    ask(quill)
    shop.settle()
    text = json.dumps(traces.opened(content(shop, got(quill)["id"])))
    assert "eve@example.com" not in text, "nor what another account ordered with this person's email"
    assert eve.id not in text
    assert shop.sandbox.config.clerk.secret_key not in text
    assert "token" not in text


def test_it_is_there_for_a_week_and_each_link_for_minutes(shop: Shop) -> None:
    quill = Customer(shop.sandbox, EMAIL)
    assert quill.ask("get_my_export", "GET", "/me/export").status == 404
    asked = ask(quill)
    assert (asked.status, asked.json["status"], asked.json["url"]) == (202, "gathering", None)
    shop.settle()
    ready = got(quill)
    assert (ready["status"], ready["url_expires_in"]) == ("ready", 300)
    assert "Expires=300" in ready["url"]
    assert ready["size"] == len(content(shop, ready["id"]))
    until = now() + timedelta(days=7)
    assert abs(exporting.EXPORTS.of(quill.id)[0].until - until) < timedelta(minutes=1)
    assert list(shop.uploads.stored(UPLOADS)) == [f"personal/{ready['id']}/archive.zip"], "the parts are gone"


def test_asked_again_it_is_the_same_one_and_later_a_new_one(shop: Shop) -> None:
    quill, eve = Customer(shop.sandbox, EMAIL), Customer(shop.sandbox, "eve@example.com")
    first = ask(quill, Idempotency_Key="one").json["id"]
    assert ask(quill, Idempotency_Key="one").json["id"] == first
    assert ask(quill).json["id"] == first
    assert ask(eve).json["id"] != first
    shop.settle()
    assert ask(quill).json["id"] == first
    with time_machine.travel(now() + timedelta(hours=2)):
        assert ask(quill).json["id"] != first


def test_events_that_come_twice_and_in_another_order_end_in_one_archive(shop: Shop) -> None:
    quill = Customer(shop.sandbox, EMAIL)
    tell(account(quill.id, at=1, email=EMAIL))
    ask(quill)
    shop.bus.deliver(times=2)
    (entry,) = [entry for entry in shop.bus.entries if entry["DetailType"] == "PersonalDataRequested"]
    for consumer in ("users.on_privacy_event", "orders.on_privacy_event"):
        assert shop.bus.deliver_one(consumer, entry)
    shop.settle()
    assert not shop.bus.failures
    assert shop.bus.types().count("PersonalDataReady") == 1
    assert shop.post.subjects() == ["Your data is ready"]


def test_a_part_that_stays_away_is_asked_for_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    quill = Customer(shop.sandbox, EMAIL)
    with monkeypatch.context() as patch:

        def away(_person: Person) -> Tables:
            raise ConnectionError("carts are away")

        patch.setattr(carts, "personal_data", away)
        ask(quill)
        shop.settle()
        with time_machine.travel(now() + timedelta(minutes=16)):
            advance(shop)
        assert got(quill)["status"] == "gathering"
    with time_machine.travel(now() + timedelta(minutes=40)):
        advance(shop)
    assert got(quill)["status"] == "ready"


def test_what_never_comes_is_given_up_and_can_be_asked_for_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    quill = Customer(shop.sandbox, EMAIL)

    def away(_person: Person) -> Tables:
        raise ConnectionError("orders are away")

    monkeypatch.setattr(orders, "personal_data", away)
    first = ask(quill).json["id"]
    with time_machine.travel(now() + timedelta(hours=25)):
        advance(shop)
    assert got(quill)["status"] == "failed"
    assert ask(quill).json["id"] != first


def test_killed_at_any_step_the_archive_is_whole(shop: Shop, killswitch: Killswitch) -> None:
    """Every seventh step of all functions that have a part in it."""
    import system.relay_outbox

    step, done = 1, False
    while not done:
        quill = Customer(shop.sandbox, f"quill{step}@example.com")
        tell(account(quill.id, at=1, email=quill.email))
        quill.add_address()

        def whole(quill: Customer = quill) -> None:
            ask(quill, Idempotency_Key="one")
            shop.bus.deliver()

        done = killswitch.survives(step, whole)
        ask(quill, Idempotency_Key="one")
        with time_machine.travel(now() + timedelta(minutes=20)):
            system.relay_outbox.handler({"id": "test"}, LambdaContext())
            advance(shop)
        shop.bus.deliver()
        assert got(quill)["status"] == "ready", step
        told = traces.opened(content(shop, got(quill)["id"]))
        assert set(told) == set(exporting.SERVICES)
        assert len(told["users"]["addresses"]) == 1
        step += 7
    assert step > 30


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1-1", "-2+3", "@SUM(A1)", "\tx", "＝1"])
def test_no_cell_runs_in_a_spreadsheet(text: str) -> None:
    parts = {"users": {"notes": [{"text": text, "more": {"in": [text]}, "none": None}]}}
    with zipfile.ZipFile(io.BytesIO(archive.pack(parts, shop="Souk", at=now()))) as packed:
        (row,) = csv.DictReader(io.StringIO(packed.read("users/notes.csv").decode("utf-8-sig")))
        assert json.loads(packed.read("data.json")) == parts, "programs are given it as it is"
    assert row == {"text": f"'{text}", "more.in": json.dumps([text], ensure_ascii=False), "none": ""}
