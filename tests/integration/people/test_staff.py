"""What the shop's people see of customers, that it is noted, and what they may do."""

from typing import Any

import pytest

from commerce.runtime import access, mongo
from tests.support.api import Answer, call
from tests.support.person import Customer, account, tell
from tests.support.shop import Buyer, Shop
from tests.support.staff import Staff

ROUTES: list[tuple[str, str, str, Any]] = [
    ("users.list_users", "GET", "/admin/users", None),
    ("users.get_user", "GET", "/admin/users/{id}", None),
    ("users.add_user_note", "POST", "/admin/users/{id}/notes", {"text": "x"}),
    ("users.block_user", "POST", "/admin/users/{id}/block", {"reason": "x"}),
    ("users.unblock_user", "POST", "/admin/users/{id}/unblock", None),
]


def customers(shop: Shop, *names: str) -> list[Customer]:
    """People whom Clerk has told of."""
    found = [Customer(shop.sandbox, f"{name}@example.com") for name in names]
    for number, one in enumerate(found):
        tell(account(one.id, at=number + 1, email=one.email))
    return found


def listed(staff: Staff, query: str = "") -> list[str]:
    """Emails on all pages of two."""
    emails: list[str] = []
    cursor = ""
    while True:
        page = staff.ask("users.list_users", "GET", f"/admin/users?limit=2{query}{cursor}")
        assert page.status == 200, page.text
        emails += [user["email"] for user in page.json["items"]]
        if not page.json["next_cursor"]:
            return emails
        cursor = f"&cursor={page.json['next_cursor']}"


def looks(shop: Shop, user_id: str) -> list[str]:
    return [entry["what"] for entry in shop.all("access_log", user_id=user_id)]


def test_customers_are_found_by_how_their_email_begins(shop: Shop) -> None:
    staff = Staff(shop.sandbox)
    customers(shop, "ada", "adam", "bob", "carol", "zoë")
    assert listed(staff) == [f"{name}@example.com" for name in ("ada", "adam", "bob", "carol", "zoë")]
    assert listed(staff, "&q=AD") == ["ada@example.com", "adam@example.com"]
    assert listed(staff, "&q=ada%40") == ["ada@example.com"]
    assert listed(staff, "&q=nobody") == []
    assert listed(staff, "&status=blocked") == []


def test_a_walk_through_customers_under_inserts_shows_each_once(shop: Shop) -> None:
    staff = Staff(shop.sandbox)
    customers(shop, "b1", "b2", "b3", "b4")
    first = staff.ask("users.list_users", "GET", "/admin/users?limit=2").json
    customers(shop, "a0", "b2x", "c9")
    second = staff.ask("users.list_users", "GET", f"/admin/users?limit=10&cursor={first['next_cursor']}").json
    seen = [user["email"].split("@")[0] for user in first["items"] + second["items"]]
    assert seen == ["b1", "b2", "b2x", "b3", "b4", "c9"]


def test_a_cursor_is_good_for_its_own_search(shop: Shop) -> None:
    staff = Staff(shop.sandbox)
    customers(shop, "a1", "a2")
    cursor = staff.ask("users.list_users", "GET", "/admin/users?limit=1").json["next_cursor"]
    for query in (f"q=a&cursor={cursor}", f"status=active&cursor={cursor}", f"cursor={cursor[:-3]}abc"):
        refused = staff.ask("users.list_users", "GET", f"/admin/users?{query}")
        assert (refused.status, refused.json["code"]) == (400, "invalid_cursor")


def test_a_customer_is_shown_with_orders_and_notes_and_that_is_noted_first(shop: Shop) -> None:
    staff = Staff(shop.sandbox)
    (ada,) = customers(shop, "ada")
    shop.stock("MUG", 5)
    order = shop.buy(Buyer(email=ada.email, token=ada.token), ("MUG", 1))
    path = f"/admin/users/{ada.id}"
    noted = staff.ask("users.add_user_note", "POST", f"{path}/notes", {"text": "Rings twice <b>"}, Idempotency_Key="1")
    again = staff.ask("users.add_user_note", "POST", f"{path}/notes", {"text": "Rings twice <b>"}, Idempotency_Key="1")
    assert noted.json["id"] == again.json["id"]
    shown = staff.ask("users.get_user", "GET", path).json
    assert (shown["orders_count"], [one["id"] for one in shown["last_orders"]]) == (1, [order["id"]])
    assert [note["text"] for note in shown["notes"]] == ["Rings twice <b>"]
    assert looks(shop, ada.id) == ["opened"]
    listed(staff)
    assert looks(shop, ada.id) == ["opened", "listed"]


def test_what_cannot_be_noted_is_not_shown(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    staff = Staff(shop.sandbox)
    (ada,) = customers(shop, "ada")

    def away(*_args: Any) -> None:
        raise ConnectionError("the log is away")

    monkeypatch.setattr(access, "note", away)
    for answer in (
        staff.ask("users.get_user", "GET", f"/admin/users/{ada.id}"),
        staff.ask("users.list_users", "GET", "/admin/users"),
        staff.ask("users.block_user", "POST", f"/admin/users/{ada.id}/block", {"reason": "x"}),
    ):
        assert answer.status == 500
        assert "ada" not in answer.text


def test_who_is_blocked_is_refused_and_may_come_in_again(shop: Shop) -> None:
    staff = Staff(shop.sandbox)
    (ada,) = customers(shop, "ada")
    path = f"/admin/users/{ada.id}"

    def comes_in() -> int:
        shop.twenty_seconds_later()
        return call("users.get_profile", "GET", "/me", headers={"Authorization": f"Bearer {ada.token}"}).status

    assert comes_in() == 200
    blocked = staff.ask("users.block_user", "POST", f"{path}/block", {"reason": "Chargebacks"})
    assert (blocked.json["status"], blocked.json["blocked"]["reason"]) == ("blocked", "Chargebacks")
    again = staff.ask("users.block_user", "POST", f"{path}/block", {"reason": "Another"})
    assert again.json["blocked"] == blocked.json["blocked"]
    assert comes_in() == 401
    assert listed(staff, "&status=blocked") == [ada.email]
    tell(account(ada.id, at=99, email=ada.email))
    assert listed(staff, "&status=blocked") == [ada.email], "news of Clerk's unblock nobody"
    for _ in range(2):
        assert staff.ask("users.unblock_user", "POST", f"{path}/unblock").json["status"] == "active"
    assert comes_in() == 200
    trail = [(entry["action"], entry["subject"]) for entry in shop.all("audit")]
    assert trail == [("user.blocked", ada.id), ("user.unblocked", ada.id)]


def test_nobody_blocks_themselves(shop: Shop) -> None:
    staff = Staff(shop.sandbox)
    staff_id = shop.sandbox.session(staff.email, "staff")["user_id"]
    tell(account(staff_id, at=1, email=staff.email))
    refused = staff.ask("users.block_user", "POST", f"/admin/users/{staff_id}/block", {"reason": "x"})
    assert (refused.status, refused.json["code"]) == (409, "not_yourself")


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_only_an_admin_shuts_out_one_of_the_house_or_lets_them_in(shop: Shop, role: str) -> None:
    staff, carl = Staff(shop.sandbox), Customer(shop.sandbox, "carl@example.com")
    tell(account(carl.id, at=1, email=carl.email))
    tell(account(carl.id, at=2, email=carl.email, role=role))  # who was a customer before
    path = f"/admin/users/{carl.id}"

    def refused(verb: str, body: Any) -> bool:
        answer = staff.ask(f"users.{verb}_user", "POST", f"{path}/{verb}", body)
        return (answer.status, answer.json["code"]) == (403, "of_the_house")

    assert refused("block", {"reason": "x"})
    assert shop.count("blocked") == shop.count("audit") == 0
    assert staff.ask("users.get_user", "GET", path).json["role"] == role
    assert staff.admin.ask("users.block_user", "POST", f"{path}/block", {"reason": "Left us"}).json["blocked"]
    assert refused("unblock", None)
    assert shop.count("blocked") == 1
    assert staff.admin.ask("users.unblock_user", "POST", f"{path}/unblock").json["blocked"] is None


@pytest.mark.parametrize("route", ROUTES, ids=[route[0] for route in ROUTES])
def test_customers_may_not_look_at_each_other(shop: Shop, route: tuple[str, str, str, Any]) -> None:
    ada, eve = customers(shop, "ada", "eve")
    function, method, path, body = route
    path = path.replace("{id}", ada.id)
    answers: list[Answer] = [eve.ask(function, method, path, body), call(function, method, path, body=body)]
    assert [answer.status for answer in answers] == [403, 401]
    assert shop.count("access_log") == 0
    assert shop.count("user_notes") == 0
    assert shop.one("users", _id=ada.id)["status"] == "active"


@pytest.mark.parametrize("route", ROUTES[1:], ids=[route[0] for route in ROUTES[1:]])
def test_who_is_not_there_is_not_found_and_leaves_no_note(shop: Shop, route: tuple[str, str, str, Any]) -> None:
    staff = Staff(shop.sandbox)
    function, method, path, body = route
    answer = staff.ask(function, method, path.replace("{id}", "user_none"), body)
    assert (answer.status, answer.json["code"]) == (404, "not_found")
    assert shop.count("access_log") == 0


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": " "}, {"text": "x" * 2001}, {"text": "x", "by": "me"}])
def test_a_note_that_is_none_is_refused(shop: Shop, body: dict[str, Any]) -> None:
    staff = Staff(shop.sandbox)
    (ada,) = customers(shop, "ada")
    assert staff.ask("users.add_user_note", "POST", f"/admin/users/{ada.id}/notes", body).status == 422


def test_a_look_is_kept_for_a_year(shop: Shop) -> None:
    (ada,) = customers(shop, "ada")
    access.note("user_staff", [ada.id], "opened")
    entry = shop.one("access_log", user_id=ada.id)
    assert (entry["until"] - entry["at"]).days == 365
    (index,) = [
        one
        for kind in mongo.declared()
        if kind.name == "access_log"
        for one in kind.indexes
        if one.keys[0][0] == "until"
    ]
    assert index.expire_after_seconds == 0
