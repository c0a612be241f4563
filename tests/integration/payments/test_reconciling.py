"""Our ledger against the providers' books: what a lost webhook would have told is healed, the rest reported."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from commerce.runtime import mongo
from commerce.runtime.clock import now
from tests.integration.payments.conftest import Paid
from tests.integration.payments.test_disputes import complain, decide
from tests.integration.payments.test_refunding import usd
from tests.support.query_shapes import looking
from tests.support.race import together
from tests.support.shop import Buyer, Shop
from tests.support.till import Till

TOTAL = 5497
PROVIDERS = ("stripe", "paypal")


def give_back(shop: Shop, provider: str, amount: int) -> None:
    """Someone refunds in the provider's dashboard."""
    payment = shop.one("payments")
    if provider == "stripe":
        from commerce.payments.gateways import stripe

        stripe.client().v1.refunds.create({"payment_intent": payment["provider_ref"], "amount": amount})
    else:
        from commerce.money import Money
        from commerce.payments.gateways.paypal import wire
        from commerce.payments.gateways.paypal_api import ask

        wanted = {"amount": wire(Money(amount=amount, currency="USD"))}
        ask("POST", f"/v2/payments/captures/{payment['capture_ref']}/refund", wanted)


def differences(till: Till, member: str = "left") -> list[tuple[str, str]]:
    """Kind and what, of all that the last reports have."""
    newest = {report["provider"]: report for report in reversed(till.reports()["items"])}
    return sorted((one["kind"], one["what"]) for report in newest.values() for one in report[member])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_books_that_agree(shop: Shop, till: Till, paid: Paid, provider: str) -> None:
    buyer = paid(provider)
    till.refund(till.payment_of(buyer), amount=usd(700))
    shop.settle()
    assert till.reconcile() == {"checked": 2, "healed": 0, "left": 0}
    reports = till.reports()["items"]
    assert [report["provider"] for report in reports] == ["paypal", "stripe"]
    assert sorted(report["checked"] for report in reports) == [0, 2]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_no_webhook_told_is_healed(shop: Shop, till: Till, paid: Paid, provider: str) -> None:
    """A refund in the dashboard, and a dispute that was won: nothing was heard of any of them."""
    paid(provider)
    give_back(shop, provider, 1000)
    assert till.reconcile() == {"checked": 2, "healed": 1, "left": 0}
    assert differences(till, "healed") == [("missing_here", "refund")]
    assert shop.moved() == [("capture", TOTAL), ("refund", -1000)]
    dispute = complain(shop, provider)
    assert till.reconcile()["healed"] == 1
    decide(shop, provider, dispute, "won")
    assert till.reconcile() == {"checked": 4, "healed": 1, "left": 0}
    assert till.reconcile() == {"checked": 4, "healed": 0, "left": 0}, "once is enough"
    shop.bus.deliver()
    assert shop.one("disputes")["status"] == "won"


def test_a_capture_that_no_webhook_told(shop: Shop, till: Till) -> None:
    shop.stock("LAMP", 1)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    shop.pay(buyer)
    assert till.reconcile() == {"checked": 1, "healed": 1, "left": 0}
    shop.bus.deliver()
    assert shop.order(buyer)["status"] == "confirmed"


def test_a_fee_that_was_not_known_is_booked(shop: Shop, till: Till, paid: Paid) -> None:
    paid()
    with looking():
        mongo.database()["ledger"].delete_many({"kind": "fee"})
    assert till.reconcile() == {"checked": 1, "healed": 1, "left": 0}
    assert differences(till, "healed") == [("fee", "capture")]
    assert shop.count("ledger", kind="fee") == 1


def test_what_is_not_ours_to_heal_is_reported(
    shop: Shop, till: Till, paid: Paid, capsys: pytest.CaptureFixture[str]
) -> None:
    """A charge that belongs to no order of ours; a refund that Stripe knows nothing of."""
    from commerce.payments.gateways import stripe

    buyer = paid()
    intent = {"amount": 900, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    intent["automatic_payment_methods"] = {"enabled": True, "allow_redirects": "never"}
    stripe.client().v1.payment_intents.create(intent)  # type: ignore[arg-type]
    forged: dict[str, Any] = {
        "_id": shop.one("ledger", kind="capture")["_id"] + "x",
        "kind": "refund",
        "reference": "stripe|re_none|refund",
        "order_id": buyer.order_id,
        "payment_id": till.payment_of(buyer),
        "currency": "USD",
        "postings": [{"account": "cash:stripe", "amount": -5}, {"account": "receivable", "amount": 5}],
        "at": now(),
    }
    with looking():
        mongo.database()["ledger"].insert_one(forged)
    capsys.readouterr()
    assert till.reconcile() == {"checked": 2, "healed": 0, "left": 2}
    assert differences(till) == [("missing_here", "capture"), ("missing_there", "refund")]
    assert '"PaymentDifferences":[2.0]' in capsys.readouterr().out.replace(" ", "")
    with looking():
        mongo.database()["ledger"].delete_one({"_id": forged["_id"]})


def test_another_amount_is_reported(shop: Shop, till: Till, paid: Paid) -> None:
    paid()
    booked = shop.one("ledger", kind="capture")
    wrong = [{"account": "cash:stripe", "amount": 1}, {"account": "receivable", "amount": -1}]
    with looking():
        mongo.database()["ledger"].update_one({"_id": booked["_id"]}, {"$set": {"postings": wrong}})
    till.reconcile()
    assert differences(till) == [("amount", "capture")]
    (left,) = [one for report in till.reports()["items"] for one in report["left"]]
    assert (left["theirs"], left["ours"]) == (usd(TOTAL), usd(1))
    with looking():
        mongo.database()["ledger"].replace_one({"_id": booked["_id"]}, booked)


def test_refunds_under_way_are_no_difference(shop: Shop, till: Till) -> None:
    """Stripe writes a refund down when it is made, we when it has arrived."""
    shop.stock("LAMP", 1)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    shop.pay(buyer, "pm_card_pendingRefund")
    shop.settle()
    made = till.refund(till.payment_of(buyer), amount=usd(500))
    if made.json["status"] == "pending":
        assert till.reconcile() == {"checked": 2, "healed": 0, "left": 0}
    ref = shop.one("refunds")["provider_ref"]
    shop.sandbox.stripe_control("POST", f"/refunds/{ref}/finish", {"outcome": "failed"})
    assert till.reconcile()["left"] == 0


def test_more_than_a_page_and_older_than_three_days(shop: Shop, till: Till, paid: Paid) -> None:
    payment_id = till.payment_of(paid())
    for _ in range(3):
        till.refund(payment_id, amount=usd(10))
    with time_machine.travel(now() + timedelta(days=4), tick=True):
        assert till.reconcile() == {"checked": 0, "healed": 0, "left": 0}


# A run that is cut off.

NOTHING = {"checked": 0, "healed": 0, "left": 0}


class Days(list[int]):
    """Pieces of a list, and from which second to which each is, both counted in."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[tuple[int, int]] = []


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    """How many days before now each piece of Stripe's list ends that was asked for; a negative one is not answered."""
    from commerce.payments.gateways.stripe import StripeGateway
    from commerce.runtime.errors import ProviderUnavailable

    asked = Days()
    genuine = StripeGateway.movements

    def movements(self: StripeGateway, since: Any, until: Any) -> Any:
        if asked and asked[-1] < 0:
            raise ProviderUnavailable
        asked.append(round((now() - until) / timedelta(days=1)))
        asked.seconds.append((int(since.timestamp()), int(until.timestamp())))
        return genuine(self, since, until)

    monkeypatch.setattr(StripeGateway, "movements", movements)
    return asked


def test_three_days_are_read_one_by_one(shop: Shop, till: Till, paid: Paid, days: Days) -> None:
    paid()
    assert till.reconcile() == {"checked": 1, "healed": 0, "left": 0}
    assert days == [2, 1, 0]
    assert [after - before for (_, before), (after, _) in itertools.pairwise(days.seconds)] == [1, 1]
    assert shop.count("reconciliation_rounds") == 0


def test_what_is_cut_off_is_gone_on_with(
    shop: Shop, till: Till, paid: Paid, days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time runs out before each second day; what was found on the first days is in the report of the last."""
    import payments.reconcile_payments
    from commerce.payments import reconciling

    paid()
    give_back(shop, "stripe", 1000)
    genuine = reconciling._compare_day
    stopped: list[bool] = []

    def one_day(*given: Any) -> None:
        genuine(*given)
        stopped.append(True)

    def clock() -> Any:
        return now() + timedelta(hours=1) * bool(stopped)

    monkeypatch.setattr(reconciling, "_compare_day", one_day)
    monkeypatch.setattr(reconciling, "now", clock)
    for read in ([2], [2, 1]):
        stopped.clear()
        assert till.reconcile() == NOTHING
        assert days == read
        assert shop.count("reconciliations", provider="stripe") == 0
    stopped.clear()
    assert till.reconcile()["healed"] == 1
    assert days == [2, 1, 0]
    assert differences(till, "healed") == [("missing_here", "refund")]
    assert shop.count("reconciliation_rounds", _id="stripe") == 0
    assert timedelta(seconds=45) > payments.reconcile_payments.BEGIN_NONE_AFTER


def test_a_day_that_is_not_answered_is_asked_for_again(shop: Shop, till: Till, paid: Paid, days: Days) -> None:
    from commerce.runtime.errors import ProviderUnavailable

    paid()
    days.append(-1)
    with pytest.raises(ProviderUnavailable):
        till.reconcile()
    days.clear()
    assert till.reconcile() == {"checked": 1, "healed": 0, "left": 0}
    assert days == [2, 1, 0]


def test_the_next_day_reaches_further_with_what_was_not_finished(
    shop: Shop, till: Till, paid: Paid, days: Days
) -> None:
    from commerce.runtime.errors import ProviderUnavailable

    paid()
    days.append(-1)
    with pytest.raises(ProviderUnavailable):
        till.reconcile()
    days.clear()
    with time_machine.travel(now() + timedelta(hours=23), tick=True):
        assert till.reconcile()["checked"] == 1
        assert days == [3, 2, 1, 0]
        assert shop.count("reconciliation_rounds") == 0


def test_runs_at_once_are_not_in_each_others_way(shop: Shop, till: Till, paid: Paid) -> None:
    paid()
    assert all(isinstance(outcome, dict) for outcome in together([till.reconcile] * 4))
    till.reconcile()
    assert shop.count("reconciliations", provider="stripe") >= 1
    assert shop.count("reconciliation_rounds") == 0


# The ledger as it is read.


def test_transactions_by_what_they_are_about(shop: Shop, till: Till, paid: Paid) -> None:
    buyer = paid()
    payment_id = till.payment_of(buyer)
    till.refund(payment_id, amount=usd(700))
    shop.settle()
    rows = till.transactions()["items"]
    assert [row["kind"] for row in rows] == ["credit", "refund", "sale", "fee", "capture"]
    for row in rows:
        assert sum(posting["amount"]["amount"] for posting in row["postings"]) == 0
    by = {
        "account=cash:stripe": 3,
        "kind=sale": 1,
        f"order={buyer.order_id}": 5,
        f"payment={payment_id}": 4,
        "currency=USD": 5,
        "currency=EUR": 0,
        f"account=receivable&kind=refund&payment={payment_id}&currency=USD": 1,
        f"until={(now() - timedelta(minutes=5)).isoformat().replace('+00:00', 'Z')}": 0,
        f"since={(now() - timedelta(minutes=5)).isoformat().replace('+00:00', 'Z')}&kind=capture": 1,
    }
    for query, count in by.items():
        assert len(till.transactions(f"?{query}")["items"]) == count, query
    page = till.transactions("?limit=2")
    seen = page["items"]
    while page["next_cursor"]:
        page = till.transactions(f"?limit=2&cursor={page['next_cursor']}")
        seen += page["items"]
    assert seen == rows


@pytest.mark.parametrize("query", ["account=cash", "kind=theft", "currency=XXX", "since=yesterday", "cursor=forged"])
def test_bad_filters(till: Till, query: str) -> None:
    path = f"/admin/transactions?{query}"
    assert till.staff.admin.ask("payments.list_transactions", "GET", path).status in {400, 422}


def test_the_books_are_for_admins(till: Till) -> None:
    for function, path in (("list_transactions", "transactions"), ("list_reconciliations", "reconciliations")):
        assert till.staff.ask(f"payments.{function}", "GET", f"/admin/{path}").status == 403
