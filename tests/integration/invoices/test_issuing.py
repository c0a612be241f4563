"""Invoices of what is bought, credit notes of what goes back: one of each, without a gap, whatever happens beside."""

import base64
import hashlib
import itertools
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine

from commerce import invoices, orders
from commerce.invoices import Paid, Refunded, Sale
from commerce.invoices.crediting import BeyondInvoice
from commerce.invoices.model import Invoice
from commerce.invoices.pdf import page
from commerce.invoices.store import HEARD_REFUNDS, SERIES
from commerce.money import Money
from commerce.runtime import files
from commerce.runtime.consumer import Delivery
from commerce.runtime.errors import Stale
from commerce.runtime.events import BusEvent
from tests.support.api import LambdaContext
from tests.support.bus import as_message, sqs_event
from tests.support.killswitch import Killswitch
from tests.support.race import together
from tests.support.rules import tax
from tests.support.shop import Buyer, Shop
from tests.support.uploads import INVOICES

YEAR = datetime.now(UTC).year


def numbers(shop: Shop, kind: str = "invoice") -> list[str]:
    return [document["number"] for document in shop.all("invoices", kind=kind)]


def entries(shop: Shop, *kinds: str) -> list[dict[str, Any]]:
    return [entry for entry in shop.bus.entries if entry["DetailType"] in kinds]


def paid(shop: Shop, number: int = 0) -> Buyer:
    """Someone who has paid; nobody has heard of it yet but the order."""
    buyer = Buyer(email=f"buyer{number}@example.com")
    shop.stock(f"LAMP{number}", 5)
    shop.ready_order(buyer, (f"LAMP{number}", 2))
    shop.pay(buyer)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    return buyer


def confirmed(shop: Shop, number: int = 0) -> tuple[Buyer, dict[str, Any]]:
    """Someone whose order is confirmed, and the event that says so, which nobody has been told but the ledger."""
    buyer = paid(shop, number)
    (told,) = [entry for entry in entries(shop, "PaymentSucceeded") if buyer.order_id in entry["Detail"]]
    shop.bus.deliver_one("orders.on_payment_event", told)
    (said,) = [entry for entry in entries(shop, "OrderConfirmed") if buyer.order_id in entry["Detail"]]
    shop.bus.deliver_one("payments.on_order_event", said)
    shop.bus.delivered = len(shop.bus.entries)
    return buyer, said


def delivery(entry: dict[str, Any], consumer: str = "payments.issue_invoice") -> Delivery:
    return Delivery(consumer, BusEvent.parse(as_message(entry)))


def issue(buyer: Buyer, entry: dict[str, Any]) -> None:
    """What the function does; again as often as its queue would bring it."""
    sale = Sale.model_validate(orders.told_of(buyer.order_id), from_attributes=True)
    means = [Paid(payment_id="pay", by="stripe", amount=sale.totals.total.amount)]
    for _ in range(20):
        try:
            invoices.issue(sale, means, delivery(entry))
        except Stale:
            continue
        return
    raise AssertionError("the queue would have given up")


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


def entry_order(entry: dict[str, Any]) -> str:
    return str(BusEvent.parse(as_message(entry)).detail.data["order_id"])


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


@pytest.fixture
def one_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in of S3 closes a file that is written twice at the same moment; S3 takes both."""
    lock, write = threading.Lock(), files.write

    def alone(*args: Any, **kwargs: Any) -> None:
        with lock:
            write(*args, **kwargs)

    monkeypatch.setattr(files, "write", alone)


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


# -- what goes back ------------------------------------------------------------------------------------------------


def refund_at_stripe(shop: Shop, buyer: Buyer, amount: int) -> None:
    """Made in the provider's dashboard."""
    intent = shop.one("payments", order_id=buyer.order_id)["provider_ref"]
    answer = shop.sandbox.http.post(
        f"{shop.sandbox.stripe_url}/v1/refunds",
        data={"payment_intent": intent, "amount": amount},
        headers={"Authorization": f"Bearer {shop.sandbox.config.stripe.secret_key}"},
    )
    assert answer.status_code == 200, answer.text


def test_what_is_cancelled_is_wholly_credited(shop: Shop) -> None:
    tax("GB", 200_000)
    shop.stock("LAMP", 5)
    buyer = Buyer()
    order = shop.buy(buyer, ("LAMP", 2))
    assert shop.cancel(buyer).status == 200
    shop.settle()
    (note,) = shop.invoice(buyer).json["credit_notes"]
    assert (note["kind"], note["number"]) == ("credit_note", f"CRN-{YEAR}-000001")
    assert (note["total"], note["reason"]) == (order["totals"]["total"], "order_cancelled")
    invoice, credited = shop.all("invoices")
    assert credited["about"][0]["number"] == invoice["number"]
    assert credited["taxes"] == invoice["taxes"]
    assert "file" in credited


def test_parts_are_credited_one_by_one_and_never_too_much(shop: Shop) -> None:
    tax("GB", 200_000)
    shop.stock("LAMP", 5, price=999)
    buyer = Buyer()
    order = shop.buy(buyer, ("LAMP", 3))
    total = order["totals"]["total"]["amount"]
    for amount in (1, 1000, total - 1001):
        refund_at_stripe(shop, buyer, amount)
        shop.settle()
    credited = shop.all("invoices", kind="credit_note")
    assert [note["total"] for note in credited] == [1, 1000, total - 1001]
    (invoice,) = shop.all("invoices", kind="invoice")
    assert [part["title"] for part in credited[-1]["parts"]] == ["Lamp", "Shipping", "Given back before"]
    for index, row in enumerate(invoice["taxes"]):
        assert sum(note["taxes"][index]["amount"] for note in credited) == row["amount"]
        assert sum(note["taxes"][index]["base"] for note in credited) == row["base"]


def test_money_that_the_order_never_took_is_no_part_of_its_invoice(shop: Shop) -> None:
    """Cancelled while the payment was on its way: it goes back, and there is neither invoice nor credit note."""
    buyer = paid(shop)
    assert shop.cancel(buyer).status == 200
    shop.settle()
    assert shop.order(buyer)["refunded"] == shop.order(buyer)["totals"]["total"]
    assert shop.count("invoices") == 0
    assert shop.count("invoice_refunds") == 1
    assert (shop.invoice(buyer).status, shop.invoice(buyer).json["code"]) == (409, "invoice_not_issued")


def test_a_refund_that_is_quicker_than_the_invoice_is_not_lost(shop: Shop) -> None:
    buyer, entry = confirmed(shop)
    assert shop.cancel(buyer).status == 200
    shop.bus.deliver()  # all but the confirmation
    shop.settle()
    assert shop.count("invoices") == 0
    assert not shop.bus.failures
    assert shop.bus.deliver_one("payments.issue_invoice", entry)
    assert numbers(shop) + numbers(shop, "credit_note") == [f"INV-{YEAR}-000001", f"CRN-{YEAR}-000001"]


def test_a_refund_that_is_quicker_than_the_sale_is_credited_with_it(shop: Shop) -> None:
    """Given back in the provider's dashboard before the order has heard of its money."""
    buyer = paid(shop)
    refund_at_stripe(shop, buyer, 500)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    (told,) = entries(shop, "RefundSucceeded")
    assert '"of_sale":false' in told["Detail"].replace(" ", "")
    assert shop.bus.deliver_one("payments.issue_credit_note", told)
    shop.settle()
    (note,) = shop.invoice(buyer).json["credit_notes"]
    assert note["total"]["amount"] == 500


def test_a_refund_that_did_not_arrive_is_corrected(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    buyer = Buyer()
    order = shop.buy(buyer, ("LAMP", 2))
    shop.cancel(buyer)
    shop.settle()
    refund = shop.one("refunds")["provider_ref"]
    shop.sandbox.stripe_control("POST", f"/refunds/{refund}/finish", {"outcome": "failed"})
    shop.settle()
    assert [note["kind"] for note in shop.invoice(buyer).json["credit_notes"]] == ["credit_note", "correction"]
    note, correction = shop.all("invoices")[1:]
    assert correction["number"] == f"COR-{YEAR}-000001"
    assert [one["number"] for one in correction["about"]] == [note["number"], f"INV-{YEAR}-000001"]
    assert correction["total"] == order["totals"]["total"]["amount"]
    refund_at_stripe(shop, buyer, 1234)
    shop.settle()
    assert [document["total"] for document in shop.all("invoices", kind="credit_note")][1:] == [1234]


def test_in_any_order_and_twice_the_end_is_the_same(shop: Shop) -> None:
    ends = set()
    happened = ("OrderConfirmed", "RefundSucceeded", "RefundFailed")
    for number, order in enumerate(itertools.permutations(happened)):
        buyer, _ = confirmed(shop, number)
        shop.cancel(buyer)
        for told in entries(shop, "OrderCancelled")[-1:]:
            shop.bus.deliver_one("payments.on_order_event", told)
        refund = shop.one("refunds", order_id=buyer.order_id)["provider_ref"]
        shop.sandbox.stripe_control("POST", f"/refunds/{refund}/finish", {"outcome": "failed"})
        for webhook in shop.stripe_events():
            shop.webhook(webhook)
        for kind in (*order, *order):
            (entry,) = [one for one in entries(shop, kind) if buyer.order_id in one["Detail"]]
            consumer = "payments.issue_invoice" if kind == "OrderConfirmed" else "payments.issue_credit_note"
            assert shop.bus.deliver_one(consumer, entry)
        documents = shop.all("invoices", order_id=buyer.order_id)
        ends.add(tuple((document["kind"], document["total"], document["step"]) for document in documents))
        shop.bus.delivered = len(shop.bus.entries)
    assert [[kind for kind, *_ in end] for end in ends] == [["invoice", "credit_note", "correction"]]


def test_two_refunds_at_the_same_moment_count_on_different_money(shop: Shop, one_writer: None) -> None:
    buyer, entry = confirmed(shop)
    shop.bus.deliver_one("payments.issue_invoice", entry)
    invoice = shop.one("invoices")

    def credit(number: int) -> None:
        """Each is a third of the invoice and one more: three are too much."""
        amount = Money(amount=invoice["total"] // 3 + 1, currency="USD")
        refunded = Refunded(refund_id=f"ref_{number}", payment_id="pay", amount=amount, of_sale=True, plain=amount)
        for _ in range(20):
            try:
                invoices.credit(buyer.order_id, refunded, delivery(entry, f"credit {number}"))
            except Stale:
                continue
            return

    outcomes = together([partial(credit, number) for number in range(3)])
    assert sum(isinstance(outcome, BeyondInvoice) for outcome in outcomes) >= 1
    assert [note["step"] for note in shop.all("invoices")] == [1, 2, 3]


def test_a_credit_note_that_others_overtook_is_reckoned_anew(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another refund is credited whole between the look at what there is and the number: both are too much."""
    buyer, entry = confirmed(shop)
    shop.bus.deliver_one("payments.issue_invoice", entry)
    invoice = shop.one("invoices")
    amount = Money(amount=2 * invoice["total"] // 3, currency="USD")

    def credit(number: int) -> None:
        refunded = Refunded(refund_id=f"ref_{number}", payment_id="pay", amount=amount, of_sale=True, plain=amount)
        invoices.credit(buyer.order_id, refunded, delivery(entry, f"credit {number}"))

    heard = HEARD_REFUNDS.of_order
    overtaken: list[bool] = []

    def meanwhile(order_id: str) -> Any:
        if not overtaken:
            overtaken.append(True)
            HEARD_REFUNDS.handle.update_one({"_id": "ref_1"}, {"$unset": {"told": ""}})
            credit(2)
            HEARD_REFUNDS.handle.update_one({"_id": "ref_1"}, {"$set": {"told": told}})
        return heard(order_id)

    told = Refunded(refund_id="ref_1", payment_id="pay", amount=amount, of_sale=True, plain=amount).model_dump()
    monkeypatch.setattr(HEARD_REFUNDS, "of_order", meanwhile)
    with pytest.raises(Stale):
        credit(1)
    with pytest.raises(BeyondInvoice):
        credit(1)
    assert [note["refund_id"] for note in shop.all("invoices", kind="credit_note")] == ["ref_2"]


def test_killed_at_any_step_a_credit_note_is_made_once(shop: Shop, killswitch: Killswitch) -> None:
    import payments.issue_credit_note

    step, done = 1, False
    while not done:
        buyer, entry = confirmed(shop, step)
        assert shop.bus.deliver_one("payments.issue_invoice", entry)
        shop.cancel(buyer)
        shop.bus.deliver_one("payments.on_order_event", entries(shop, "OrderCancelled")[-1])
        message = sqs_event([as_message(entries(shop, "RefundSucceeded")[-1])])
        done = killswitch.survives(step, partial(payments.issue_credit_note.handler, message, LambdaContext()))
        assert payments.issue_credit_note.handler(message, LambdaContext()) == {"batchItemFailures": []}
        assert numbers(shop, "credit_note") == [f"CRN-{YEAR}-{serial:06}" for serial in range(1, step + 1)]
        shop.bus.delivered = len(shop.bus.entries)
        step += 1
    assert all("file" in document for document in shop.all("invoices"))
    assert step > 14


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
