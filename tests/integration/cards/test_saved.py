"""Saved cards: kept by Stripe, for their owner alone, as often as they like and no longer than they like."""

import json
from typing import Any

import pytest
import stripe

from commerce.payments import saved
from tests.support import race, vault
from tests.support.shop import Buyer, Shop


def customers(shop: Shop) -> list[stripe.Customer]:
    """Whom Stripe knows."""
    client = stripe.StripeClient(shop.sandbox.config.stripe.secret_key, base_addresses={"api": shop.sandbox.stripe_url})
    return list(client.v1.customers.list({"limit": 100}).data)


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    """A person with an order to pay."""
    shop.stock("LAMP", 9)
    buyer = vault.person(shop)
    shop.ready_order(buyer, ("LAMP", 1))
    return buyer


def test_a_card_is_saved_with_a_payment_and_pays_the_next_one(shop: Shop, buyer: Buyer) -> None:
    begun = vault.pay(shop, buyer, save_card=True)
    assert begun.status == 201, begun.text
    vault.confirm(shop, begun.json["client_secret"], "pm_card_visa")
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    (card,) = vault.cards(buyer)
    assert (card["brand"], card["last4"], set(card)) == (
        "visa",
        "4242",
        {"id", "brand", "last4", "exp_month", "exp_year"},
    )
    shop.ready_order(buyer, ("LAMP", 1))
    again = vault.pay(shop, buyer, payment_method_id=card["id"])
    paid = vault.confirm(shop, again.json["client_secret"], card["id"])
    assert paid["status"] == "succeeded", paid
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert len(vault.cards(buyer)) == 1


def test_only_those_who_say_so_have_their_card_kept(shop: Shop, buyer: Buyer) -> None:
    """Said, and thought better of before the card came: the same attempt, and nothing is kept."""
    first = vault.pay(shop, buyer, save_card=True).json
    second = vault.pay(shop, buyer).json
    assert second["id"] == first["id"]
    vault.confirm(shop, second["client_secret"], "pm_card_visa")
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert vault.cards(buyer) == []


def test_saved_without_a_payment(shop: Shop, buyer: Buyer) -> None:
    assert vault.cards(buyer) == []
    assert vault.save(shop, buyer)["status"] == "succeeded"
    assert vault.save(shop, buyer, "pm_card_mastercard")["status"] == "succeeded"
    assert [card["brand"] for card in vault.cards(buyer)] == ["mastercard", "visa"]
    declined = vault.save(shop, buyer, "pm_card_chargeDeclined")
    assert declined["error"]["code"] == "card_declined"
    asked = vault.save(shop, buyer, "pm_card_threeDSecure2Required")
    assert asked["status"] == "requires_action"
    shop.settle()
    assert len(vault.cards(buyer)) == 2
    kept = {event["type"]: event for event in shop.all("provider_events")}
    assert "setup_intent.succeeded" in kept


def test_the_same_key_begins_the_same(shop: Shop, buyer: Buyer) -> None:
    first, again, other = (
        vault.ask(buyer, "add_payment_method", "POST", Idempotency_Key=key).json["client_secret"] for key in "aab"
    )
    assert first == again != other


def test_a_card_that_is_saved_twice_is_there_once(shop: Shop, buyer: Buyer) -> None:
    for _ in range(3):
        vault.save(shop, buyer)
    assert len(vault.cards(buyer)) == 1, "even before Stripe's event"
    shop.webhooks()
    (customer,) = customers(shop)
    from commerce.payments.gateways import stripe_vault

    assert len(stripe_vault.cards_of(customer.id)) == 1


def test_deleted_as_often_as_it_was_saved(shop: Shop, buyer: Buyer) -> None:
    vault.save(shop, buyer)
    vault.save(shop, buyer, "pm_card_mastercard")
    vault.save(shop, buyer)
    card = vault.cards(buyer)[0]
    gone = vault.ask(buyer, "delete_payment_method", "DELETE", f"{vault.PATH}/{card['id']}")
    assert gone.status == 204
    assert [left["brand"] for left in vault.cards(buyer)] == ["mastercard"]
    assert vault.ask(buyer, "delete_payment_method", "DELETE", f"{vault.PATH}/{card['id']}").status == 404
    refused = vault.pay(shop, buyer, payment_method_id=card["id"])
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "unknown_payment_method")


def test_not_yours(shop: Shop, buyer: Buyer) -> None:
    """Another person's card can be neither seen, used nor deleted; it looks as if it were not there."""
    other = vault.person(shop, "eve@example.com")
    vault.save(shop, other)
    vault.save(shop, buyer, "pm_card_mastercard")
    (theirs,) = vault.cards(other)
    assert [card["brand"] for card in vault.cards(buyer)] == ["mastercard"]
    path = f"{vault.PATH}/{theirs['id']}"
    unknown = vault.ask(buyer, "delete_payment_method", "DELETE", f"{vault.PATH}/pm_none")
    foreign = vault.ask(buyer, "delete_payment_method", "DELETE", path)
    assert said(unknown) == said(foreign)
    assert foreign.status == 404
    for card_id in (theirs["id"], "pm_none", "nonsense"):
        refused = vault.pay(shop, buyer, payment_method_id=card_id)
        assert (refused.status, refused.json["errors"][0]["code"]) == (422, "unknown_payment_method")
    assert shop.count("payments") == 0, "and no attempt has begun"
    begun = vault.pay(shop, buyer, save_card=True).json
    refused_by_stripe = vault.confirm(shop, begun["client_secret"], theirs["id"])
    assert "error" in refused_by_stripe
    assert len(vault.cards(other)) == 1


def said(answer: Any) -> Any:
    return answer.status, {name: value for name, value in answer.json.items() if name != "correlation_id"}


@pytest.mark.parametrize("body", [{"save_card": True}, {"payment_method_id": "pm_1"}])
def test_guests_and_other_providers_have_no_saved_cards(shop: Shop, buyer: Buyer, body: dict[str, Any]) -> None:
    guest = Buyer(email="bob@example.com")
    shop.ready_order(guest, ("LAMP", 1))
    refused = vault.pay(shop, guest, **body)
    assert (refused.status, refused.json["errors"][0]) == (
        422,
        {
            "field": next(iter(body)),
            "code": "sign_in_first",
            "message": "Cards are saved for people who are signed in.",
        },
    )
    other = vault.pay(shop, buyer, provider="paypal", **body)
    assert (other.status, other.json["errors"][0]["code"]) == (422, "not_with_this_provider")


def test_one_customer_though_many_ask_at_once(shop: Shop, buyer: Buyer) -> None:
    made = race.together([lambda: saved.begin("user_raced", None) for _ in range(6)])
    assert not [one for one in made if isinstance(one, Exception)], made
    assert len(customers(shop)) == shop.count("provider_customers") == 1


def test_stripe_away_and_the_same_customer_afterwards(shop: Shop, buyer: Buyer) -> None:
    fault = {"action": "drop", "path": "/v1/customers", "method": "POST"}
    shop.sandbox.stripe_control("POST", "/faults", fault | {"times": 2})
    away = vault.ask(buyer, "add_payment_method", "POST")
    assert (away.status, away.json["code"]) == (503, "provider_unavailable")
    shop.sandbox.stripe_control("POST", "/faults", fault | {"after_effect": True})
    assert vault.ask(buyer, "add_payment_method", "POST").status == 201
    assert len(customers(shop)) == 1


def test_stripe_is_told_nothing_of_the_person_and_we_keep_nothing_of_the_card(shop: Shop, buyer: Buyer) -> None:
    vault.save(shop, buyer)
    shop.settle()
    (customer,) = customers(shop)
    assert (customer.email, customer.name, set(customer.metadata.to_dict() if customer.metadata else {})) == (
        None,
        None,
        {"user_id"},
    )
    everything = json.dumps(shop.snapshot(), default=str)
    assert len(vault.cards(buyer)) == 1
    for secret in ("4242", '"visa"', "fingerprint"):
        assert secret not in everything


def test_export_and_erasure(shop: Shop, buyer: Buyer) -> None:
    from commerce.payments import erase, personal_data
    from commerce.runtime.people import Person

    vault.save(shop, buyer)
    (known,) = shop.all("provider_customers")
    person = Person(user_id=known["_id"], emails=("grace@example.com",))
    assert [card["last4"] for card in personal_data(person)["saved_cards"]] == ["4242"]
    for _ in range(2):
        assert erase(person)
        assert customers(shop) == []
        assert shop.count("provider_customers") == 0
    assert personal_data(person)["saved_cards"] == []


def test_trying_cards_out_is_slow(shop: Shop, buyer: Buyer) -> None:
    statuses = [vault.ask(buyer, "add_payment_method", "POST").status for _ in range(11)]
    assert statuses == [201] * 10 + [429]
