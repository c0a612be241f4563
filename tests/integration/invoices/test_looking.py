"""Who may see which invoice, and how admins find them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.support.api import call
from tests.support.person import Customer
from tests.support.shop import Buyer, Shop
from tests.support.staff import Staff


def bought(shop: Shop, name: str = "ada", token: str = "") -> Buyer:
    shop.stock(f"LAMP-{name}".upper(), 5)
    buyer = Buyer(email=f"{name}@example.com", token=token)
    shop.buy(buyer, (f"LAMP-{name}".upper(), 1))
    return buyer


def test_a_guest_needs_the_token_and_a_person_their_own(shop: Shop) -> None:
    guest, person = bought(shop), Customer(shop.sandbox, "grace@example.com")
    owner = bought(shop, "grace", person.token)
    assert shop.invoice(guest).status == shop.invoice(owner).status == 200
    stranger = Customer(shop.sandbox, "mallory@example.com")
    for order_id in (guest.order_id, owner.order_id, "ord_none"):
        for who in (Buyer(), Buyer(token=stranger.token), Buyer(order_token="0.nonsense"), Buyer(order_token="x")):
            who.order_id = order_id
            refused = shop.invoice(who)
            assert (refused.status, refused.json["code"]) == (404, "not_found")


def test_there_is_none_before_the_order_is_paid(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    refused = shop.invoice(buyer)
    assert (refused.status, refused.json["code"]) == (409, "invoice_not_issued")
    shop.pay(buyer)
    shop.settle()
    assert shop.invoice(buyer).status == 200


def test_each_answer_has_addresses_of_its_own(shop: Shop) -> None:
    buyer = bought(shop)
    first = shop.invoice(buyer).json
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=4), tick=False):
        later = shop.invoice(buyer).json
    assert first["url"] != later["url"]
    assert "ada" not in first["url"]


@pytest.fixture
def admin(shop: Shop) -> Staff:
    return Staff(shop.sandbox).admin


def listed(admin: Staff, query: str = "") -> Any:
    answer = admin.ask("payments.list_invoices", "GET", f"/admin/invoices?{query}")
    assert answer.status == 200, answer.text
    return answer.json


def test_admins_find_them_by_number_order_kind_and_day(shop: Shop, admin: Staff) -> None:
    buyers = [bought(shop, name) for name in ("ada", "bob", "cleo")]
    shop.cancel(buyers[1])
    shop.settle()
    year, today = datetime.now(UTC).year, datetime.now(UTC).date()
    everything = [document["number"] for document in listed(admin)["items"]]
    assert everything == [f"CRN-{year}-000001", *(f"INV-{year}-00000{number}" for number in (3, 2, 1))]
    number = shop.order(buyers[1])["number"]
    of_bob = [f"CRN-{year}-000001", f"INV-{year}-000002"]

    def found(query: str) -> list[str]:
        return [document["number"] for document in listed(admin, query)["items"]]

    assert found(f"order={buyers[1].order_id}") == found(f"order={number.replace('-', '').lower()}") == of_bob
    assert found(f"number=inv-{year}-000003") == [f"INV-{year}-000003"]
    assert found("kind=credit_note") == of_bob[:1]
    assert found(f"kind=invoice&order={number}") == of_bob[1:]
    assert found(f"from={today}&to={today}") == everything
    assert found(f"from={today + timedelta(days=1)}") == found(f"to={today - timedelta(days=1)}") == []
    assert found(f"kind=invoice&from={today}&number=INV-{year}-000001") == [f"INV-{year}-000001"]
    assert found("number=NONE-1") == found("order=ord_none") == []
    assert all(document["url"].startswith("https://") for document in listed(admin)["items"])


def test_whose_invoice_was_seen_is_told_by_whom(shop: Shop, admin: Staff) -> None:
    ada = Customer(shop.sandbox, "ada@example.com")
    bought(shop, token=ada.token)
    shop.cancel(bought(shop, "grace", ada.token))
    bought(shop, "guest")
    shop.settle()
    assert len(listed(admin)["items"]) == 4
    (entry,) = shop.all("access_log")
    assert (entry["user_id"], entry["what"]) == (ada.id, "listed"), "once, however many of theirs there are"
    assert entry["who"] == shop.sandbox.session(admin.email, admin.role)["user_id"]


def test_a_walk_sees_each_once_whatever_comes_meanwhile(shop: Shop, admin: Staff) -> None:
    for name in ("ada", "bob", "cleo"):
        bought(shop, name)
    for query in ("", "kind=invoice&"):
        seen, cursor = [], ""
        while True:
            page = listed(admin, f"{query}limit=1{f'&cursor={cursor}' if cursor else ''}")
            seen += [document["number"][-1] for document in page["items"]]
            cursor = page["next_cursor"]
            if len(seen) == 1:
                bought(shop, f"late{len(query)}")
            if not cursor:
                break
        assert seen == (["3", "2", "1"] if not query else ["4", "3", "2", "1"])
    forged = admin.ask("payments.list_invoices", "GET", f"/admin/invoices?kind=correction&cursor={cursor or 'x'}")
    assert (forged.status, forged.json["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("query", ["kind=bill", "from=yesterday", "to=2026-13-01", "limit=0", "limit=101"])
def test_what_makes_no_sense_is_said(shop: Shop, admin: Staff, query: str) -> None:
    assert admin.ask("payments.list_invoices", "GET", f"/admin/invoices?{query}").status in {400, 422}


@pytest.mark.parametrize("role", ["customer", "staff"])
def test_only_admins_may_look_at_all_of_them(shop: Shop, role: str) -> None:
    other = Staff(shop.sandbox, f"{role}@example.com", role)
    assert other.ask("payments.list_invoices", "GET", "/admin/invoices").status == 403
    assert call("payments.list_invoices", "GET", "/admin/invoices").status == 401
