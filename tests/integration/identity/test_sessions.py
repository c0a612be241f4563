"""My devices, as Clerk knows them: listed, ended, and nobody else's."""

from typing import Any

import pytest

from commerce.identity.gateways import clerk
from commerce.runtime.settings import settings
from tests.support import servers
from tests.support.api import Answer, call
from tests.support.shop import Shop
from tests.support.tour import bearer, signed_in

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


class Person:
    """Someone who is signed in, by a session of their own."""

    def __init__(self, shop: Shop, email: str, **order: Any) -> None:
        made = shop.sandbox.session(email, seconds=600, **order)
        self.user_id, self.session_id = made["user_id"], made["session_id"]
        self.shown = {"headers": bearer(made["token"]), "authorizer": signed_in(made["token"], "GET", "/auth/sessions")}

    def list(self, query: str = "") -> Answer:
        return call("auth.list_sessions", "GET", f"/auth/sessions{query}", **self.shown)

    def revoke(self, session_id: str) -> Answer:
        return call("auth.revoke_session", "DELETE", f"/auth/sessions/{session_id}", **self.shown)


@pytest.fixture
def ada(shop: Shop) -> Person:
    return Person(shop, "ada@example.com")


def status_of(shop: Shop, session_id: str) -> str:
    return str(shop.clerk.call("GET", f"/sessions/{session_id}")["status"])


def test_a_device_is_told_as_clerk_knows_it(shop: Shop, ada: Person) -> None:
    page = {"redirect_url": f"{shop.sandbox.origin}/account"}
    sign_in = f"{shop.sandbox.clerk_url}/sign-in"
    shop.clerk.call("PATCH", f"/users/{ada.user_id}", {"password": "correct horse"})
    form = {"email": "ada@example.com", "password": "correct horse"}
    answer = shop.sandbox.http.post(sign_in, params=page, data=form, headers={"User-Agent": PHONE})
    assert answer.status_code == 303, answer.text

    phone, laptop = ada.list().json["items"]

    assert (laptop["id"], laptop["current"]) == (ada.session_id, True)
    assert not phone["current"]
    known = {name: phone[name] for name in ("device", "browser", "mobile", "address", "city", "country")}
    assert known == {
        "device": "iPhone", "browser": "Safari", "mobile": True, "address": "127.0.0.1", "city": "", "country": "",
    }  # fmt: skip
    assert phone["signed_in_at"] >= laptop["signed_in_at"]
    assert phone["expires_at"] > phone["last_active_at"]
    assert not phone["impersonated"]


def test_only_live_ones_and_only_ones_own(shop: Shop, ada: Person) -> None:
    over = Person(shop, "ada@example.com", fresh=True)
    Person(shop, "eve@example.com")
    shop.clerk.call("POST", f"/sessions/{over.session_id}/revoke")
    assert [one["id"] for one in ada.list().json["items"]] == [ada.session_id]


def test_a_walk_meets_each_session_once_whoever_signs_in_meanwhile(shop: Shop, ada: Person) -> None:
    earlier = {ada.session_id} | {Person(shop, "ada@example.com", fresh=True).session_id for _ in range(4)}
    seen: list[str] = []
    page = ada.list("?limit=2").json
    while True:
        seen += [one["id"] for one in page["items"]]
        Person(shop, "ada@example.com", fresh=True)
        if page["next_cursor"] is None:
            break
        page = ada.list(f"?limit=2&cursor={page['next_cursor']}").json
    assert sorted(seen) == sorted(earlier)
    cursor = ada.list("?limit=2").json["next_cursor"]
    eve = Person(shop, "eve@example.com")
    assert eve.list(f"?cursor={cursor}").json["code"] == "invalid_cursor"


def test_a_session_is_ended_and_gets_no_tokens_any_more(shop: Shop, ada: Person) -> None:
    phone = Person(shop, "ada@example.com", fresh=True)
    assert ada.revoke(phone.session_id).status == 204
    assert status_of(shop, phone.session_id) == "revoked"
    refused = shop.sandbox.http.post(
        f"{shop.sandbox.clerk_url}/v1/sessions/{phone.session_id}/tokens",
        headers={"Authorization": f"Bearer {settings().clerk_secret_key}"},
    )
    assert refused.status_code == 401
    assert ada.revoke(phone.session_id).status == 204, "done twice, it is done once"
    assert ada.revoke(ada.session_id).status == 204, "one may end the session one is in"
    assert ada.list().json["items"] == []


def test_anothers_session_is_no_session(shop: Shop, ada: Person) -> None:
    eve = Person(shop, "eve@example.com")
    foreign, missing = eve.revoke(ada.session_id), eve.revoke("sess_none")
    assert foreign.status == missing.status == 404
    assert {**foreign.json, "correlation_id": ""} == {**missing.json, "correlation_id": ""}
    assert status_of(shop, ada.session_id) == "active"
    for role in ("staff", "admin"):
        house = Person(shop, f"{role}@example.com", role=role)
        assert house.revoke(ada.session_id).status == 404, "the house has no say here"
    assert status_of(shop, ada.session_id) == "active"


@pytest.mark.parametrize("odd", ["..%2Fusers", "sess.x", "sess_é", "a" * 64, "%00", "sess_x%3Fuser_id=1", "-"])
def test_what_cannot_be_a_session_is_never_asked_for(
    shop: Shop, ada: Person, monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    asked: list[str] = []
    genuine = clerk.ask

    def ask(method: str, path: str, body: Any = None) -> Any:
        asked.append(path)
        return genuine(method, path, body)

    monkeypatch.setattr(clerk, "ask", ask)
    assert ada.revoke(odd).status == 404
    assert asked == (["/v1/sessions/" + odd] if odd == "a" * 64 else [])


def test_someone_signed_in_as_another_sees_but_ends_nothing(shop: Shop, ada: Person) -> None:
    support = Person(shop, "ada@example.com", kind="impersonated")
    assert support.list().status == 200
    refused = support.revoke(ada.session_id)
    assert (refused.status, refused.json["code"]) == (403, "not_in_person")
    assert status_of(shop, ada.session_id) == "active"
    told = call("auth.get_session", "GET", "/auth/session", **support.shown).json
    assert told["impersonated_by"] == "user_sandbox_actor"
    assert call("auth.get_session", "GET", "/auth/session", **ada.shown).json["impersonated_by"] == ""


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "error", "status": 500},
        {"action": "error", "status": 503},
        {"action": "error", "status": 429},
        {"action": "error", "status": 422},
        {"action": "drop"},
        {"action": "late", "seconds": 0.5},
    ],
)
def test_clerk_is_unwell(shop: Shop, ada: Person, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any]) -> None:
    monkeypatch.setattr(clerk, "TIMEOUT_SECONDS", 0.2)

    def end() -> Answer:
        return ada.revoke(ada.session_id)

    for path, ask in (
        ("/v1/sessions", ada.list),
        ("/v1/sessions/*", end),
        ("/v1/sessions/*/revoke", end),
    ):
        shop.sandbox.clerk_control("POST", "/faults", {**fault, "path": path})
        answer = ask()
        assert (answer.status, answer.json["code"]) == (503, "sign_in_unavailable"), answer.text
        assert answer.headers["Retry-After"] == "5"
        shop.sandbox.clerk_control("DELETE", "/faults")
    assert ada.revoke(ada.session_id).status == 204, "the next try does it"


def test_an_end_whose_answer_was_lost_is_no_fault_when_asked_again(shop: Shop, ada: Person) -> None:
    fault = {"action": "drop", "path": "/v1/sessions/*/revoke", "after_effect": True}
    shop.sandbox.clerk_control("POST", "/faults", fault)
    assert ada.revoke(ada.session_id).status == 503
    assert status_of(shop, ada.session_id) == "revoked"
    assert ada.revoke(ada.session_id).status == 204


def test_clerk_is_not_there(shop: Shop, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLERK_API_BASE", f"http://127.0.0.1:{servers.free_port()}")
    settings.cache_clear()
    assert ada.list().json["code"] == "sign_in_unavailable"


def test_a_wrong_key_is_our_fault_and_told_to_the_log_alone(
    shop: Shop, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLERK_SECRET_KEY", "sk_test_sandbox_wrong")
    settings.cache_clear()
    answer = ada.list()
    assert (answer.status, answer.json["code"]) == (500, "internal_error")
    assert "sk_test" not in answer.text


def test_what_clerk_says_no_more_of_a_session(shop: Shop, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """`latest_activity` may be null, and so may all of its members."""
    bare = {"id": "sess_1", "user_id": ada.user_id, "status": "active", "created_at": 1, "last_active_at": 2,
            "expire_at": 3, "latest_activity": None, "actor": {"sub": "user_2"}, "added_later": 1}  # fmt: skip
    named = bare | {"id": "sess_2", "latest_activity": {"id": "a", "object": "x", "is_mobile": True, "city": "Köln"}}
    monkeypatch.setattr(clerk, "ask", lambda *_: [bare, named])
    one, other = ada.list().json["items"]
    assert (one["id"], one["mobile"], one["city"], one["browser"], one["impersonated"]) == (
        "sess_2",
        True,
        "Köln",
        "",
        True,
    )
    assert (other["device"], other["address"], other["signed_in_at"]) == ("", "", "1970-01-01T00:00:00.001Z")
