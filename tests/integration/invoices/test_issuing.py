"""Invoices of what is bought: one of each, without a gap, whatever happens beside."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine

from commerce.invoices.model import Invoice
from commerce.invoices.pdf import page
from commerce.invoices.store import SERIES
from commerce.runtime import files
from tests.support.api import LambdaContext
from tests.support.bus import as_message, sqs_event
from tests.support.killswitch import Killswitch
from tests.support.papers import YEAR, confirmed, entry_order, issue, numbers
from tests.support.race import together
from tests.support.rules import tax
from tests.support.shop import Buyer, Shop
from tests.support.uploads import INVOICES


def test_a_purchase_has_its_invoice(shop: Shop) -> None:
    tax("GB", 200_000)
    shop.stock("LAMP", 5)
    buyer = Buyer()
    order = shop.buy(buyer, ("LAMP", 2))
    answer = shop.invoice(buyer)
    assert answer.status == 200
    said = answer.json
    assert said["number"] == f"INV-{YEAR}-000001"
    assert (said["total"], said["order_number"]) == (order["totals"]["total"], order["number"])
    assert (said["credit_notes"], said["expires_in"]) == ([], 300)
    document = shop.one("invoices")
    assert document["file"]["key"].startswith(f"souk/{YEAR}/{said['number']}-")
    content = files.read(INVOICES, document["file"]["key"])
    assert content.startswith(b"%PDF-1.7")
    digest = hashlib.sha256(content)
    assert said["sha256"] == document["file"]["sha256"] == digest.hexdigest()
    head = files.client().head_object(Bucket=INVOICES, Key=document["file"]["key"], ChecksumMode="ENABLED")
    assert head["ChecksumSHA256"] == base64.b64encode(digest.digest()).decode()
    assert head["ContentType"] == "application/pdf"
    assert f"filename%3D%22{said['number']}.pdf%22" in said["url"]
    assert "Expires=300" in said["url"]
    assert document["buyer"]["address"][0] == "ada@example.com"
    assert document["paid"] == [
        {"payment_id": shop.one("payments")["_id"], "by": "stripe", "amount": order["totals"]["total"]["amount"]}
    ]


def test_a_second_has_the_next_number_and_what_comes_again_has_none(shop: Shop) -> None:
    for number in range(2):
        shop.stock(f"LAMP{number}", 5)
        shop.buy(Buyer(email=f"{number}@example.com"), (f"LAMP{number}", 1))
    before = shop.all("invoices")
    shop.bus.delivered = 0
    shop.bus.deliver(times=2)
    assert numbers(shop) == [f"INV-{YEAR}-000001", f"INV-{YEAR}-000002"]
    assert shop.all("invoices") == before


def test_a_number_is_never_burnt_wherever_it_ends(shop: Shop, killswitch: Killswitch) -> None:
    """Killed at every step of making it, S3's included; then the queue brings it again."""
    import payments.issue_invoice

    step, done = 1, False
    while not done:
        _, entry = confirmed(shop, step)
        message = sqs_event([as_message(entry)])
        done = killswitch.survives(step, partial(payments.issue_invoice.handler, message, LambdaContext()))
        if step % 2:  # A buyer looks before the queue brings it again.
            shop.invoice(Buyer(order_id=entry_order(entry), order_token=""))
        assert payments.issue_invoice.handler(message, LambdaContext()) == {"batchItemFailures": []}
        assert numbers(shop) == [f"INV-{YEAR}-{serial:06}" for serial in range(1, step + 1)], killswitch.names
        assert "file" in shop.one("invoices", serial=step), killswitch.names
        step += 1
    assert step > 14


def test_a_reader_finds_the_file_that_a_crash_left_out(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    buyer, entry = confirmed(shop)
    with monkeypatch.context() as patch:
        patch.setattr(files, "write", lambda *_, **__: (_ for _ in ()).throw(ConnectionError("S3 is away")))
        assert not shop.bus.deliver_one("payments.issue_invoice", entry)
    shop.bus.failures.clear()
    assert "file" not in shop.one("invoices")
    made = shop.invoice(buyer).json
    kept = shop.one("invoices")["file"]
    assert shop.bus.deliver_one("payments.issue_invoice", entry)
    assert shop.invoice(buyer).json["sha256"] == made["sha256"] == kept["sha256"]
    assert list(shop.uploads.stored(INVOICES)) == [kept["key"]]


def test_the_file_that_was_noted_first_counts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of the code makes another file at the same moment: one of them is the invoice."""
    buyer, entry = confirmed(shop)
    write = files.write

    def slowly(*args: Any, **kwargs: Any) -> None:
        monkeypatch.setattr(files, "write", write)
        monkeypatch.setattr(page, "RULE", (0.5, 0.5, 0.5))
        quicker.append(shop.invoice(buyer).json["sha256"])
        write(*args, **kwargs)

    quicker: list[str] = []
    monkeypatch.setattr(files, "write", slowly)
    assert shop.bus.deliver_one("payments.issue_invoice", entry)
    assert shop.one("invoices")["file"]["sha256"] == shop.invoice(buyer).json["sha256"] == quicker[0]
    assert len(shop.uploads.stored(INVOICES)) == 2


def test_many_at_the_same_moment(shop: Shop, one_writer: None) -> None:
    """Property 20: as many numbers as orders, none left out, none twice; two of each order's events at once."""
    ready = [confirmed(shop, number) for number in range(8)]
    outcomes = together([partial(issue, buyer, entry) for buyer, entry in ready for _ in range(2)])
    assert [outcome for outcome in outcomes if outcome and type(outcome).__name__ != "AlreadyHandled"] == []
    assert sorted(numbers(shop)) == [f"INV-{YEAR}-{serial:06}" for serial in range(1, 9)]


def test_two_deliveries_at_the_same_moment_make_one(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one is through between the look whether there is one and the look at the counter."""
    _, entry = confirmed(shop)
    get = SERIES.get
    begun: list[bool] = []

    def meanwhile(series_id: str) -> Any:
        if not begun:
            begun.append(True)
            assert shop.bus.deliver_one("payments.issue_invoice", entry)
        return get(series_id)

    monkeypatch.setattr(SERIES, "get", meanwhile)
    assert shop.bus.deliver_one("payments.issue_invoice", entry)
    assert numbers(shop) == [f"INV-{YEAR}-000001"]


def test_a_new_year_begins_anew_and_no_number_bears_an_earlier_time(shop: Shop) -> None:
    first, second, third = (confirmed(shop, number)[1] for number in range(3))
    with time_machine.travel(datetime(YEAR + 1, 1, 1, 0, 0, 5, tzinfo=UTC)):
        shop.bus.deliver_one("payments.issue_invoice", first)
    with time_machine.travel(datetime(YEAR + 1, 1, 1, 0, 0, 2, tzinfo=UTC)):  # another machine's clock
        shop.bus.deliver_one("payments.issue_invoice", second)
    with time_machine.travel(datetime(YEAR, 12, 31, 23, 59, 59, tzinfo=UTC)):
        shop.bus.deliver_one("payments.issue_invoice", third)
    assert numbers(shop) == [f"INV-{YEAR + 1}-000001", f"INV-{YEAR + 1}-000002", f"INV-{YEAR}-000001"]
    one, two, _ = shop.all("invoices")
    assert two["issued_at"] == one["issued_at"]


def test_nothing_to_pay_is_invoiced_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPPING_FLAT_RATES", "USD=0,EUR=0,JPY=0,KWD=0")
    from commerce.runtime.settings import settings

    settings.cache_clear()
    shop.stock("GIFT", 5, price=0)
    buyer = Buyer()
    shop.ready_order(buyer, ("GIFT", 1))
    shop.bus.deliver()
    assert shop.invoice(buyer).json["total"]["amount"] == 0
    assert shop.one("invoices")["paid"] == []


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_currencies_of_no_and_three_decimals(shop: Shop, currency: str) -> None:
    tax("GB", 75_000)
    shop.stock("LAMP", 5, price=12345, currency=currency)
    buyer = Buyer()
    shop.cart_with(buyer, ("LAMP", 3), currency=currency)
    assert shop.place(buyer).status == 201
    shop.pay(buyer)
    shop.settle()
    assert shop.invoice(buyer).json["total"] == shop.order(buyer)["totals"]["total"]


def test_the_seller_is_as_it_was_on_that_day(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from commerce.runtime.settings import settings

    first, second = (confirmed(shop, number)[1] for number in range(2))
    shop.bus.deliver_one("payments.issue_invoice", first)
    kept = page.render(Invoice.model_validate(shop.one("invoices")))
    for name, value in {
        "SELLER_NAME": "New Name plc",
        "SELLER_ID": "other",
        "INVOICE_NUMBERS_BY_YEAR": "false",
    }.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    shop.bus.deliver_one("payments.issue_invoice", second)
    assert numbers(shop) == [f"INV-{YEAR}-000001", "INV-000001"]
    assert [document["seller"]["name"] for document in shop.all("invoices")] == ["Souk Example Ltd", "New Name plc"]
    assert page.render(Invoice.model_validate(shop.all("invoices")[0])) == kept


def test_it_goes_when_the_law_wants_it_no_more(shop: Shop) -> None:
    _, entry = confirmed(shop)
    shop.bus.deliver_one("payments.issue_invoice", entry)
    document = shop.one("invoices")
    assert document["keep_until"] - document["issued_at"] == timedelta(days=4018)
