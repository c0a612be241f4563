"""The doors of the deployed shop: one operation of each kind, every kind of caller, answered as the table says.

The whole of it is asked in process (tests/integration/identity/test_matrix.py); here the gateway and its authorizer
stand in between.
"""

import uuid
from collections.abc import Callable

import httpx
import pytest

from commerce.runtime.permissions import PERMISSIONS
from tests.e2e.shopping import Shop, is_problem
from tests.support.bus import routes
from tests.support.doors import IN, TABLE, expected
from tests.support.stack import wait_for

# One for each kind of permission. What is asked for is not there, or harmless.
ASKED = ("list_products", "create_cart", "get_profile", "revoke_session", "list_users", "list_audit")
# Each token that the authorizer refuses costs the emulator a fresh worker: one stands for all (test_sign_in.py).
CALLERS = ("none", "customer", "staff", "admin", "impersonated", "impersonated_admin", "expired")
SECONDS = 25  # A block counts within 20.


def tokens(shop: Shop) -> dict[str, Callable[[], str]]:
    """Session tokens by the kind of caller, each of somebody of their own."""

    def of(role: str, kind: str = "valid") -> Callable[[], str]:
        email = f"{role}-{kind}-{uuid.uuid4().hex[:8]}@example.com"
        return lambda: shop.stack.token(email, role, kind=kind)

    return {
        "customer": of("customer"),
        "staff": of("staff"),
        "admin": of("admin"),
        "impersonated": of("customer", "impersonated"),
        "impersonated_admin": of("admin", "impersonated"),
        "expired": of("admin", "expired"),
    }


def told(answer: httpx.Response) -> str:
    """What the answer means to the table."""
    if answer.status_code in {401, 403}:
        return f"{answer.status_code} {is_problem(answer, answer.status_code, answer.json()['code'])['code']}"
    assert answer.status_code < 500, answer.text
    assert answer.status_code != 429, answer.text
    return IN


def test_one_operation_of_each_kind_is_asked() -> None:
    kinds = {(permission.who, permission.in_person) for permission in PERMISSIONS.values()}
    asked = {(PERMISSIONS[name].who, PERMISSIONS[name].in_person) for name in ASKED}
    assert {who for who, _ in kinds} == {who for who, _ in asked}
    assert {("user", True), ("user", False)} <= asked
    assert set(CALLERS) <= set(TABLE)


@pytest.mark.parametrize("operation", ASKED)
def test_each_caller_is_answered_as_the_table_says(shop: Shop, operation: str) -> None:
    (route,) = [one for one in routes() if one.operation == operation]
    path = route.path.replace("{session_id}", "sess_none")
    made = tokens(shop)
    answers = {}
    for caller in CALLERS:
        headers = {"Authorization": f"Bearer {made[caller]()}"} if caller in made else {}
        body: dict[str, str] | None = {} if route.method == "POST" else None
        answers[caller] = told(shop.stack.api(route.method, path, headers=headers, json=body))
    assert answers == {caller: expected(operation, caller) for caller in CALLERS}


def test_who_is_blocked_is_refused_within_twenty_seconds_and_by_no_colleague(shop: Shop) -> None:
    customer, admin = shop.buyer(person=True), shop.buyer(person=True, role="admin")
    user_id = customer.get("GET", "/me")["id"]
    admin_id = admin.get("GET", "/me")["id"]
    wait_for(lambda: (shop.stack.mongo.users.find_one({"_id": admin_id}) or {}).get("role") == "admin", what="the role")
    block = f"/admin/users/{user_id}/block"
    assert shop.staff().get("POST", block, {"reason": "Chargebacks"})["status"] == "blocked"
    wait_for(lambda: customer.ask("GET", "/me").status_code == 401, seconds=SECONDS, every=1, what="the refusal")
    is_problem(customer.ask("POST", "/carts", {}), 401, "account_blocked")
    is_problem(shop.staff().ask("POST", f"/admin/users/{admin_id}/block", {"reason": "x"}), 403, "of_the_house")
    assert admin.get("GET", "/me")["status"] == "active"
    shop.staff().get("POST", f"/admin/users/{user_id}/unblock")
    wait_for(lambda: customer.ask("GET", "/me").status_code == 200, seconds=SECONDS, every=1, what="the way back")


def test_a_look_in_a_customers_place_is_noted(shop: Shop) -> None:
    email = f"helped-{uuid.uuid4().hex[:8]}@example.com"
    headers = {"Authorization": f"Bearer {shop.stack.token(email, kind='impersonated')}"}
    mine = shop.stack.api("GET", "/me", headers=headers).json()
    looks = list(shop.stack.mongo.access_log.find({"user_id": mine["id"]}))
    assert [(look["who"], look["what"]) for look in looks] == [("user_sandbox_actor", "signed_in_as")]
