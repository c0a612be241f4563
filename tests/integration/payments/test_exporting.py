"""The ledger as a file."""

import csv
import io

import pytest

from commerce.payments import exporting
from commerce.payments.ledger import Posting, Transaction
from commerce.runtime.clock import now
from tests.integration.payments.conftest import Paid
from tests.integration.payments.test_refunding import usd
from tests.support.shop import Shop
from tests.support.till import Till
from tests.support.uploads import UPLOADS


def test_the_file_has_every_posting_of_what_was_wanted(shop: Shop, till: Till, paid: Paid) -> None:
    payment_id = till.payment_of(paid())
    till.refund(payment_id, amount=usd(705))
    asked = till.export({"payment_id": payment_id}, key="one")
    assert (asked.status, asked.json["status"], asked.json["url"]) == (202, "queued", None)
    assert till.export({"payment_id": payment_id}, key="one").json["id"] == asked.json["id"]
    shop.bus.deliver(times=2)
    job = till.exported(asked.json["id"]).json
    assert (job["status"], job["transactions"], job["url_expires_in"]) == ("finished", 4, 300)
    content = shop.uploads.stored(UPLOADS)[f"exports/ledger/{job['id']}.csv"]
    assert len(content) == job["size"]
    table = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert [(row["kind"], row["account"], row["amount"]) for row in table] == [
        ("capture", "cash:stripe", "54.97"),
        ("capture", "receivable", "-54.97"),
        ("fee", "fees:stripe", "1.89"),
        ("fee", "cash:stripe", "-1.89"),
        ("refund", "cash:stripe", "-7.05"),
        ("refund", "receivable", "7.05"),
        ("credit", "refunds", "7.05"),
        ("credit", "receivable", "-7.05"),
    ]
    assert {row["payment"] for row in table} == {payment_id}
    assert f"exports/ledger/{job['id']}.csv" in job["url"]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(begin: str) -> None:
    booked = Transaction(
        id="led_1",
        kind="refund",
        reference=f"{begin}cmd|' /C calc'!A0",
        order_id=f"{begin}1",
        payment_id="pay_1",
        currency="KWD",
        postings=[Posting(account="cash:stripe", amount=-1500), Posting(account="receivable", amount=1500)],
        at=now(),
    )
    first, _ = exporting.rows(booked)
    assert (first[3][0], first[4], first[-2:]) == ("'", f"'{begin}1", ["-1.500", "KWD"])


def test_too_much_at_once_is_refused(shop: Shop, till: Till, paid: Paid, monkeypatch: pytest.MonkeyPatch) -> None:
    paid()
    monkeypatch.setattr(exporting, "MOST", 2)
    asked = till.export({})
    shop.bus.deliver()
    assert till.exported(asked.json["id"]).json["status"] == "failed"


def test_more_than_a_page(shop: Shop, till: Till, paid: Paid, monkeypatch: pytest.MonkeyPatch) -> None:
    paid()
    monkeypatch.setattr(exporting, "PAGE", 2)
    asked = till.export({"currency": "USD"})
    shop.bus.deliver()
    assert till.exported(asked.json["id"]).json["transactions"] == shop.count("ledger") == 3


def test_there_is_no_such_export(till: Till) -> None:
    assert till.exported("lex_none").status == 404
    assert till.export({"kind": "theft"}).status == 422
