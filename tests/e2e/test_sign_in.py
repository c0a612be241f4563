"""Session tokens, at the gateway's authorizer and where a route serves guests too; roles."""

import time

import pytest

from tests.e2e.shopping import Shop, is_problem

# What the sandbox can make of a token; `impersonated` and `no_azp` are good ones.
BAD = [
    "expired",
    "not_yet_valid",
    "wrong_issuer",
    "wrong_azp",
    "alg_none",
    "hs256_public_key",
    "unknown_kid",
    "wrong_key",
    "pending",
]


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_token(shop: Shop, kind: str) -> None:
    """Where guests are served too, a token that is shown must be good all the same: the session has just ended."""
    headers = {"Authorization": f"Bearer {shop.stack.token(kind=kind)}"}

    refused = shop.stack.api("POST", "/carts", json={}, headers=headers)

    is_problem(refused, 401, "unauthorized")
    assert refused.headers["www-authenticate"] == "Bearer"
    # Nobody is asked who just looks around.
    assert shop.stack.api("GET", "/products", headers=headers).status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Bearer a.b.c", "Basic dXNlcjpwYXNz", "x"])
def test_what_is_no_token(shop: Shop, header: str) -> None:
    is_problem(shop.stack.api("POST", "/carts", json={}, headers={"Authorization": header}), 401, "unauthorized")


@pytest.mark.parametrize("kind", ["", "nonsense", "expired", "wrong_issuer"])
def test_the_authorizer_lets_nobody_through_without_a_good_token(shop: Shop, kind: str) -> None:
    """The same rules by the same code; few of them, for each refusal costs the emulator a fresh worker."""
    token = kind if kind in {"", "nonsense"} else shop.stack.token(kind=kind)
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    refused = shop.stack.api("GET", "/me/orders", headers=headers)

    is_problem(refused, 401, "unauthorized")
    assert refused.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("kind", ["valid", "no_azp"])
def test_a_good_token(shop: Shop, kind: str) -> None:
    headers = {"Authorization": f"Bearer {shop.stack.token(kind=kind)}"}
    assert shop.stack.api("GET", "/auth/session", headers=headers).status_code == 200
    made = shop.stack.api("POST", "/carts", json={}, headers=headers)
    assert made.status_code in {201, 200}, "their cart, or the one they have already"
    assert made.json()["token"] is None


def test_a_token_that_ends_while_the_gateway_remembers_it(shop: Shop) -> None:
    """The authorizer's Allow is cached for 30 s; the function looks at `exp` itself (and gives 5 s for clocks)."""
    headers = {"Authorization": f"Bearer {shop.stack.token(seconds=2)}"}
    began = time.monotonic()
    assert shop.stack.api("GET", "/auth/session", headers=headers).status_code == 200
    time.sleep(8.2)

    problem = is_problem(shop.stack.api("GET", "/auth/session", headers=headers), 401, "unauthorized")

    assert time.monotonic() - began < 30, "the authorizer's answer was still remembered"
    assert problem["detail"] == "The session token has expired.", "it was the function that refused"


def test_roles(shop: Shop) -> None:
    """None is 401 (the authorizer), a customer 403 (the function), staff and admin pass."""
    order = shop.buyer().place(shop.stock(5))
    hold, release = (f"/admin/orders/{order['id']}/{verb}" for verb in ("hold", "release"))
    guest, customer = shop.buyer(), shop.buyer(person=True)
    for path in (hold, release):
        is_problem(guest.ask("POST", path, {"reason": "odd"}), 401, "unauthorized")
        is_problem(customer.ask("POST", path, {"reason": "odd"}), 403, "forbidden")
    assert shop.facts_about(order["id"]) == ["OrderPlaced"]
    assert shop.staff().get("POST", hold, {"reason": "odd"})["on_hold"] is True
    assert shop.buyer(person=True, role="admin").get("POST", release)["on_hold"] is False


def test_one_allow_of_the_authorizer_opens_no_other_role(shop: Shop) -> None:
    """Its Allow is for the whole stage; with the very same token a customer still meets 403."""
    customer = shop.buyer(person=True)
    headers = {"Authorization": f"Bearer {shop.stack.token(customer.email)}"}
    assert shop.stack.api("GET", "/me/orders", headers=headers).status_code == 200
    refused = shop.stack.api("POST", "/admin/orders/ord_x/hold", json={"reason": "odd"}, headers=headers)
    is_problem(refused, 403, "forbidden")
