"""A card's balance is never spent twice: raced, killed at any step, and with everything else in any order."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.runtime import outbox
from commerce.runtime.caller import Caller
from payments import pay_by_gift_card
from tests.integration.test_crashes import recover
from tests.integration.test_interleavings import wipe
from tests.support import books, gifts, race
from tests.support.killswitch import Killswitch
from tests.support.shop import Buyer, Shop
from tests.support.story import OrderStory

TOTAL = 2499


def order(shop: Shop, email: str = "ada@example.com") -> Buyer:
    """Someone with a lamp to pay."""
    buyer = Buyer(email=email)
    shop.ready_order(buyer, ("LAMP", 1))
    return buyer


def by_card(buyer: Buyer, code: str) -> Callable[[], Any]:
    """What `pay_by_gift_card` does behind its door, which lets one thread in at a time."""
    who = Caller(order_token=buyer.order_token)
    return lambda: pay_by_gift_card.pay(buyer.order_id, code, who, race.NO_KEY)


def test_two_orders_race_for_one_balance(shop: Shop) -> None:
    shop.stock("LAMP", 30)
    for _ in range(5):
        buyers = [order(shop, f"{name}@example.com") for name in "ab"]
        card = gifts.issue(shop, 3000)
        race.together([by_card(buyer, card["code"]) for buyer in buyers])
        assert shop.one("gift_cards", _id=card["id"])["balance"] == 0
        assert sorted(shop.order(buyer)["due"] is None for buyer in buyers) == [False, True]
        books.check()
        for buyer in buyers:
            shop.cancel(buyer)
        shop.bus.deliver()
        assert shop.one("gift_cards", _id=card["id"])["balance"] == 3000


def test_one_order_and_many_clicks(shop: Shop) -> None:
    shop.stock("LAMP", 30)
    buyer = order(shop)
    card, other = gifts.issue(shop, 1000), gifts.issue(shop, 700)
    clicks = [by_card(buyer, code) for code in (card["code"], other["code"]) for _ in range(4)]
    outcomes = race.together(clicks)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
    assert [one["balance"] for one in shop.all("gift_cards")] == [0, 0]
    assert shop.order(buyer)["due"]["amount"] == TOTAL - 1700
    books.check()


def test_a_card_and_an_attempt_at_the_same_moment(shop: Shop) -> None:
    """Whoever is first: in the end no attempt that is live asks for more or less than what is due."""
    shop.stock("LAMP", 30)
    for _ in range(6):
        buyer = order(shop)
        card = gifts.issue(shop, 1000)
        race.together([by_card(buyer, card["code"]), race.begins(buyer, "stripe"), race.begins(buyer, "stripe")])
        due = shop.order(buyer)["due"]["amount"]
        live = shop.all("payments", order_id=buyer.order_id, open=True)
        assert due == TOTAL - 1000
        assert [payment["amount"] for payment in live] in ([], [due])
        begun = shop.begin_payment(buyer).json
        assert begun["amount"]["amount"] == due
        shop.confirm_card(begun["client_secret"])
        shop.settle()
        assert shop.order(buyer)["status"] == "confirmed"
        books.check()


@pytest.fixture
def _relay_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not published is old enough for the relay."""
    monkeypatch.setattr(outbox, "RELAY_AFTER", -timedelta(seconds=1))


@pytest.mark.usefixtures("_relay_at_once")
@pytest.mark.parametrize("what", ["pays", "takes back", "gets back"])
def test_killed_at_any_step(shop: Shop, killswitch: Killswitch, what: str) -> None:
    """Done or not done, and then done once: by the same request again, or the same event."""

    def prepare() -> tuple[Buyer, Callable[[], Any]]:
        wipe(shop)
        shop.stock("LAMP", 3)
        buyer = order(shop)
        card = gifts.issue(shop, 1000)
        shop.begin_payment(buyer)
        if what == "pays":
            return buyer, lambda: gifts.pay(buyer, card["code"], Idempotency_Key="once")
        payment_id = gifts.pay(buyer, card["code"]).json["gift_cards"][0]["payment_id"]
        if what == "takes back":
            shop.begin_payment(buyer)
            return buyer, lambda: gifts.take_back(buyer, payment_id)
        expire(shop, buyer)
        (expired,) = (entry for entry in shop.bus.entries if entry["DetailType"] == "OrderExpired")
        return buyer, lambda: shop.bus.deliver_one("payments.on_order_event", expired)

    left = {"pays": 0, "takes back": 1000, "gets back": 1000}[what]
    step = steps = 0
    while step <= steps:
        buyer, work = prepare()
        assert killswitch.survives(step, work) == (step == 0)
        steps, name = steps or killswitch.steps, killswitch.names[-1]
        books.check()
        work()
        recover(shop)
        books.check()
        end = shop.order(buyer)
        assert shop.one("gift_cards")["balance"] == left, name
        assert shop.count("payments", provider="gift_card") == 1, name
        assert shop.count("refunds") == (what != "pays"), name
        if what != "gets back":
            assert end["due"]["amount"] == TOTAL - 1000 + left, name
        step += 1
    assert steps >= 6


def expire(shop: Shop, buyer: Buyer) -> None:
    """The order's time is over, and its attempt has been closed; what follows from that stays on the bus."""
    shop.bus.deliver()
    shop.expire_time(buyer)
    shop.run_expiry(tell=False)
    told = 0
    while told < len(shop.bus.entries):
        entry = shop.bus.entries[told]
        told += 1
        for consumer in ("orders.on_payment_event", "payments.on_order_event"):
            if entry["DetailType"] in {"OrderExpiring", "PaymentVoided"} and shop.bus.hears(consumer, entry):
                shop.bus.deliver_one(consumer, entry)


_numbers = itertools.count(1)


class Story(OrderStory):
    """An order, two cards and a bank card, in any order of things. Each step does what is possible when it comes."""

    def __init__(self, shop: Shop) -> None:
        shop.stock("LAMP", 3)
        super().__init__(shop, order(shop))
        self.codes = [gifts.issue(shop, amount)["code"] for amount in (1000, 2000)]
        self.secrets: list[str] = []
        self.address = f"2001:db8:{next(_numbers):x}::1"  # No story waits for the limits of another one.

    def small_card(self) -> None:
        self.pay(self.codes[0])

    def large_card(self) -> None:
        self.pay(self.codes[1])

    def pay(self, code: str) -> None:
        assert gifts.pay(self.buyer, code, address=self.address).status in {200, 409, 422}

    def take_back(self) -> None:
        for part in self.shop.order(self.buyer)["gift_cards"][:1]:
            assert gifts.take_back(self.buyer, part["payment_id"]).status in {200, 409}

    def begin(self) -> None:
        begun = self.shop.begin_payment(self.buyer)
        assert begun.status in {201, 409}
        if begun.status == 201 and begun.json["client_secret"]:
            self.secrets.append(begun.json["client_secret"])

    def bank_card(self) -> None:
        for secret in self.secrets[-1:]:
            self.shop._confirm(secret, "pm_card_visa")

    def slow_bank_card(self) -> None:
        self.shop.sandbox.stripe_control("POST", "/settlement", {"times": 1, "seconds": None})
        self.bank_card()

    def webhook(self) -> None:
        for happened in self.shop.stripe_events()[-3:]:
            assert self.shop.webhook(happened)["statusCode"] == 200


STEPS = (
    "small_card", "large_card", "take_back", "begin", "bank_card", "slow_bank_card", "webhook", "poll", "expire",
    "cancel", "deliver", "deliver_all_twice",
)  # fmt: skip


@pytest.mark.timeout(120)
def test_gift_cards_a_bank_card_and_the_clock_in_any_order(shop: Shop) -> None:
    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(STEPS), min_size=3, max_size=10))
    def tell(steps: list[str]) -> None:
        wipe(shop)
        story = Story(shop)
        for step in steps:
            getattr(story, step)()
            books.check()
        shop.settle()
        books.check()
        end = shop.order(story.buyer)
        left = sum(card["balance"] for card in shop.all("gift_cards"))
        if end["status"] == "confirmed":
            assert (end["paid"]["amount"], end["refunded"]["amount"], end["on_hold"]) == (TOTAL, 0, False)
            assert left == 3000 - sum(part["amount"]["amount"] for part in end["gift_cards"])
        elif end["status"] in {"cancelled", "expired"}:
            assert end["refunded"] == end["paid"], end
            assert left == 3000, "what came from gift cards went back to them"
        else:
            assert left == 3000 - sum(part["amount"]["amount"] for part in end["gift_cards"])

    tell()
