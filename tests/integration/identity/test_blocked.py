"""Someone who is shut out: good tokens are refused all the same, behind the gateway's authorizer and before it."""

from typing import Any

import pytest

from commerce.runtime import blocklist, mongo
from commerce.runtime.changes import Changes
from commerce.runtime.settings import settings
from tests.support import servers
from tests.support.api import Answer, call
from tests.support.shop import Shop
from tests.support.tour import bearer, signed_in


def block(user_id: str) -> None:
    changes = Changes()
    blocklist.block(changes, user_id)
    changes.commit()


def unblock(user_id: str) -> None:
    changes = Changes()
    blocklist.unblock(changes, user_id)
    changes.commit()


@pytest.fixture
def eve(shop: Shop) -> dict[str, Any]:
    """A request that the gateway has let through."""
    token = shop.sandbox.session_token("eve@example.com", seconds=600)
    return {"headers": bearer(token), "authorizer": signed_in(token, "GET", "/auth/session")}


def asks(eve: dict[str, Any]) -> list[Answer]:
    """At a route with the authorizer, and at one that serves guests too."""
    return [
        call("auth.get_session", "GET", "/auth/session", **eve),
        call("carts.create_cart", "POST", "/carts", body={}, headers=eve["headers"]),
    ]


def test_a_blocked_persons_tokens_are_refused_until_they_are_let_in_again(shop: Shop, eve: dict[str, Any]) -> None:
    assert [answer.status for answer in asks(eve)] == [200, 201]
    block(eve["authorizer"]["user_id"])
    shop.twenty_seconds_later()
    for refused in asks(eve):
        assert (refused.status, refused.json["code"]) == (401, "account_blocked")
        assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert shop.count("carts") == 1
    other = bearer(shop.sandbox.session_token("ada@example.com"))
    assert call("carts.create_cart", "POST", "/carts", body={}, headers=other).status == 201
    assert call("products.list_products", "GET", "/products", headers=eve["headers"]).status == 200, "as for anyone"
    unblock(eve["authorizer"]["user_id"])
    shop.twenty_seconds_later()
    assert [answer.status for answer in asks(eve)] == [200, 200], "with the cart of before"


def test_what_it_costs(shop: Shop, eve: dict[str, Any], watcher: Any) -> None:
    """One round trip for the first person in twenty seconds, none for guests."""

    def trips(headers: dict[str, str]) -> int:
        before: int = watcher.round_trips
        assert call("carts.create_cart", "POST", "/carts", body={}, headers=headers).status in {200, 201}
        return int(watcher.round_trips - before)

    # A person's second try looks for the cart that they have already.
    assert [trips({}), trips(eve["headers"]), trips(eve["headers"]), trips({})] == [1, 2, 2, 1]


def test_with_the_database_away_nobody_is_let_in_unasked(
    shop: Shop, eve: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    former = mongo.client()
    monkeypatch.setenv("MONGODB_URI", f"mongodb://127.0.0.1:{servers.free_port()}/")
    monkeypatch.setattr(mongo, "FIND_SERVER_MS", 100)
    settings.cache_clear()
    mongo.client.cache_clear()
    try:
        answer = call("auth.get_session", "GET", "/auth/session", **eve)
        assert (answer.status, answer.json["code"]) == (503, "unavailable")
        assert answer.headers["Retry-After"] == "5"
    finally:
        mongo.client().close()
        monkeypatch.undo()
        settings.cache_clear()
        mongo.client.cache_clear()
        former.close()
