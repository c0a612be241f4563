"""Clerk's webhook: what Clerk signed lately is taken once and told on, whole; nothing else is."""

import base64
import dataclasses
import io
import json
import threading
import time
from datetime import timedelta
from typing import Any

import pytest

import auth.clerk_webhook
import system.relay_outbox
from commerce.runtime import outbox
from commerce.runtime.observability import logger
from commerce.runtime.settings import settings
from scripts.sandbox.clerk.instance import sign
from tests.support import servers
from tests.support.api import LambdaContext
from tests.support.clerk import Message
from tests.support.killswitch import Killswitch
from tests.support.shop import Shop

NAME = "Zoë 王小明 \N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER} <b>x</b>"
OTHER_SECRET = "whsec_b3RoZXItc2VjcmV0LW9mLW5vYm9keQ=="


@pytest.fixture
def message(shop: Shop) -> Message:
    """The news of someone's account, not delivered yet."""
    shop.clerk.listen()
    shop.clerk.call("POST", "/users", {"email_address": ["ada@example.com"], "first_name": NAME})
    return shop.clerk.messages()[0]


def facts(shop: Shop) -> list[tuple[str, dict[str, Any]]]:
    """What was published: types and contents."""
    return [(entry["DetailType"], json.loads(entry["Detail"])["data"]) for entry in shop.bus.entries]


def post(headers: dict[str, str], body: str, *, encoded: bool = False) -> dict[str, Any]:
    return auth.clerk_webhook.handler({"headers": headers, "body": body, "isBase64Encoded": encoded}, LambdaContext())


def outcome(answer: dict[str, Any]) -> str:
    assert answer["statusCode"] == 200, answer
    return str(json.loads(answer["body"])["outcome"])


def test_what_happens_at_clerk_is_told_whole_and_in_our_words(shop: Shop) -> None:
    shop.clerk.listen()
    made = shop.clerk.call(
        "POST",
        "/users",
        {"email_address": ["Ada@Example.com"], "first_name": NAME, "public_metadata": {"role": "staff"},
         "unsafe_metadata": {"role": "admin"}},
    )  # fmt: skip
    session = shop.sandbox.session("ada@example.com")
    shop.clerk.call("PATCH", f"/users/{made['id']}", {"last_name": "Lovelace"})
    shop.clerk.call("POST", f"/sessions/{session['session_id']}/revoke")
    shop.clerk.call("DELETE", f"/users/{made['id']}")
    shop.clerk.deliver()

    told = facts(shop)
    assert [kind for kind, _ in told] == [
        "UserRegistered", "SessionStarted", "UserUpdated", "SessionEnded", "SessionEnded", "UserDeleted",
    ]  # fmt: skip
    registered, started, updated, revoked, removed, deleted = (data for _, data in told)
    assert registered == {
        "user_id": made["id"],
        "updated_at_ms": made["updated_at"],
        "created_at": registered["created_at"],
        "first_name": NAME,
        "last_name": "",
        "email": "ada@example.com",
        "email_verified": True,
        "phone": "",
        "phone_verified": False,
        "image_url": made["image_url"],
        "role": "staff",
    }
    assert updated["last_name"] == "Lovelace"
    assert updated["updated_at_ms"] > registered["updated_at_ms"]
    assert started | {"at": ""} == {"user_id": made["id"], "session_id": session["session_id"], "at": ""}
    assert [ended["how"] for ended in (revoked, removed)] == ["revoked", "removed"]
    assert deleted["user_id"] == made["id"]
    assert deleted["deleted_at_ms"] >= updated["updated_at_ms"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"primary_email_address_id": None}, {"email": "", "email_verified": False}),
        ({"email_addresses": []}, {"email": "", "email_verified": False}),
        ({"email_addresses": [{"id": "idn_1", "email_address": "a@b.com", "verification": None}],
          "primary_email_address_id": "idn_1"}, {"email": "a@b.com", "email_verified": False}),
        ({"phone_numbers": [{"id": "idn_2", "phone_number": "+4930123456", "verification": {"status": "verified"}},
                            {"id": "idn_3", "phone_number": "+4930999999", "verification": {"status": "unverified"}}],
          "primary_phone_number_id": "idn_2"}, {"phone": "+4930123456", "phone_verified": True}),
        ({"first_name": None, "last_name": None, "image_url": None},
         {"first_name": "", "last_name": "", "image_url": ""}),
        ({"public_metadata": {"role": "root"}}, {"role": "customer"}),
        ({"public_metadata": {"role": ["admin"]}}, {"role": "customer"}),
    ],
)  # fmt: skip
def test_accounts_of_every_kind(shop: Shop, message: Message, change: dict[str, Any], expected: dict[str, Any]) -> None:
    event = json.loads(message.raw)
    event["data"] |= change
    raw = json.dumps(event)
    assert outcome(shop.clerk.bring(dataclasses.replace(message, raw=raw))) == "applied"
    ((_, data),) = facts(shop)
    assert data | expected == data


@pytest.mark.parametrize(
    "kind",
    ["none", "empty", "forged", "other_secret", "old", "future", "no_time", "no_id", "other_id", "not_base64",
     "no_version", "v2", "other_body", "garbage"],
)  # fmt: skip
def test_what_clerk_did_not_sign_lately_is_refused(shop: Shop, message: Message, kind: str) -> None:
    moment = int(time.time())
    secret = settings().clerk_webhook_secrets
    raw = message.raw.encode()
    good = sign(message.id, raw, moment, [secret])
    shown = {
        "none": {},
        "empty": dict.fromkeys(good, ""),
        "forged": good | {"svix-signature": "v1," + base64.b64encode(b"x" * 32).decode()},
        "other_secret": sign(message.id, raw, moment, [OTHER_SECRET]),
        "old": sign(message.id, raw, moment - 301, [secret]),
        "future": sign(message.id, raw, moment + 305, [secret]),
        "no_time": good | {"svix-timestamp": ""},
        "no_id": good | {"svix-id": ""},
        "other_id": good | {"svix-id": "msg_other"},
        "not_base64": good | {"svix-signature": "v1,%%%"},
        "no_version": good | {"svix-signature": good["svix-signature"].partition(",")[2]},
        "v2": good | {"svix-signature": good["svix-signature"].replace("v1,", "v2,")},
        "other_body": sign(message.id, raw.replace(b"ada@", b"eve@"), moment, [secret]),
        "garbage": {"svix-id": "é", "svix-timestamp": "nan", "svix-signature": ",, v1 ,"},
    }[kind]
    before = shop.snapshot()

    answer = post(shown, message.raw)

    assert answer["statusCode"] == 400, answer
    assert json.loads(answer["body"])["code"] == "bad_signature"
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert secret not in json.dumps(answer)
    assert shop.snapshot() == before


def test_size_is_checked_before_the_signature(shop: Shop) -> None:
    secret = settings().clerk_webhook_secrets
    limit = auth.clerk_webhook.MAX_BODY_BYTES

    def padded(size: int) -> str:
        frame = '{"type": "x.y", "timestamp": 1, "data": {"id": "x"}, "pad": ""}'
        return frame[:-2] + "x" * (size - len(frame)) + frame[-2:]

    for size, status in ((limit, 200), (limit + 1, 413)):
        body = padded(size)
        headers = sign(f"msg_{size}", body.encode(), int(time.time()), [secret])
        assert post(headers, body)["statusCode"] == status
        encoded = base64.b64encode(body.encode()).decode()
        assert post(headers, encoded, encoded=True)["statusCode"] == status
    assert post({}, "!" * 3_000_000, encoded=True)["statusCode"] == 413


@pytest.mark.parametrize("body", ["%%%", "é"])
def test_what_cannot_be_decoded_is_refused(shop: Shop, body: str) -> None:
    assert post({}, body, encoded=True)["statusCode"] == 400


def test_a_replay_and_a_base64_body_are_taken_once(shop: Shop, message: Message) -> None:
    headers = sign(message.id, message.raw.encode(), int(time.time()), [settings().clerk_webhook_secrets])
    encoded = base64.b64encode(message.raw.encode()).decode()
    assert outcome(post(headers, encoded, encoded=True)) == "applied"
    assert outcome(post(headers, message.raw)) == "duplicate"
    assert shop.bus.types() == ["UserRegistered"]
    assert shop.count("sign_in_notices") == 1


def test_delivered_twice_at_the_same_moment_it_is_taken_once(shop: Shop, message: Message) -> None:
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(outcome(shop.clerk.bring(message)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["applied"] + ["duplicate"] * 7
    assert shop.bus.types() == ["UserRegistered"]


def test_during_a_rotation_both_secrets_are_good(shop: Shop, message: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    old = settings().clerk_webhook_secrets
    new = "whsec_" + base64.b64encode(b"another secret, of 24 by").decode()
    monkeypatch.setenv("CLERK_WEBHOOK_SECRETS", f"{new}, {old}")
    settings.cache_clear()
    assert outcome(shop.clerk.bring(message, secrets=[old])) == "applied"
    assert outcome(shop.clerk.bring(message, secrets=[new])) == "duplicate"
    assert outcome(shop.clerk.bring(message, secrets=[OTHER_SECRET, new])) == "duplicate", "one good one is enough"
    assert shop.clerk.bring(message, secrets=[OTHER_SECRET])["statusCode"] == 400


def test_types_that_mean_nothing_to_us_are_noted_and_left_be(shop: Shop) -> None:
    for number, event in enumerate(
        (
            {"type": "organization.created", "timestamp": 1, "data": {"id": "org_1"}},
            {"type": "email.created", "timestamp": 2, "data": {}},
            {"type": "session.pending", "timestamp": 3, "data": {"id": "sess_1", "user_id": "user_1"}},
        )
    ):
        assert outcome(shop.clerk.bring(Message(f"msg_{number}", "", json.dumps(event)))) == "ignored"
    kept = shop.all("sign_in_notices")
    assert [entry["type"] for entry in kept] == ["organization.created", "email.created", "session.pending"]
    assert all(entry["until"] - entry["received_at"] == timedelta(days=30) for entry in kept)
    assert shop.bus.types() == []


@pytest.mark.parametrize(
    "raw",
    [
        "not json",
        "[]",
        '{"type": "user.created", "timestamp": 1}',
        '{"type": "user.created", "timestamp": 1, "data": {"id": "user_1"}}',
        '{"type": "user.updated", "timestamp": 1, "data": {"id": "user_1", "created_at": "x", "updated_at": 1}}',
        '{"type": "user.deleted", "timestamp": 1, "data": {}}',
        '{"type": "session.created", "timestamp": 1, "data": {"id": "sess_1"}}',
        '{"type": 7, "timestamp": 1, "data": {}}',
    ],
)
def test_what_is_signed_but_not_to_be_read_is_not_lost(shop: Shop, raw: str) -> None:
    """5xx: Clerk delivers again, the alarm rings, and nothing notes the message as known."""
    assert shop.clerk.bring(Message("msg_1", "", raw))["statusCode"] == 500
    assert shop.count("sign_in_notices") == 0


def test_with_the_database_away_it_is_5xx_and_comes_again(
    shop: Shop, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pymongo.errors import ServerSelectionTimeoutError

    def away(self: Any, session: Any) -> None:
        raise ServerSelectionTimeoutError("nobody there")

    with monkeypatch.context() as patch:
        patch.setattr("commerce.runtime.changes.Changes._write", away)
        answer = shop.clerk.bring(message)
        assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "5")
    assert outcome(shop.clerk.bring(message)) == "applied"


def test_killed_at_any_step_and_delivered_again_it_is_told(
    shop: Shop, message: Message, killswitch: Killswitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "RELAY_AFTER", -timedelta(seconds=1))
    step = 1
    while True:
        another = dataclasses.replace(message, id=f"msg_{step}")
        before = len(shop.bus.entries)
        ended = killswitch.survives(step, lambda msg=another: shop.clerk.bring(msg))  # type: ignore[misc]
        assert outcome(shop.clerk.bring(another)) in {"applied", "duplicate"}
        system.relay_outbox.handler({"id": "relay"}, None)
        told = shop.bus.entries[before:]
        assert {json.loads(entry["Detail"])["metadata"]["event_id"] for entry in told} == {
            entry["_id"] for entry in shop.all("outbox")[step - 1 :]
        }
        assert len(shop.all("outbox")) == step, "one fact for one message"
        assert told
        if ended:
            break
        step += 1
    assert step > 5


def test_the_logs_say_nothing_of_whom_it_is_about(
    shop: Shop, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    shop.clerk.bring(message)
    shop.clerk.bring(message, secrets=[OTHER_SECRET])
    shop.clerk.bring(dataclasses.replace(message, id="msg_bad", raw=message.raw.replace('"created_at"', '"made_at"')))
    heard = written.getvalue()
    assert "Webhook applied" in heard
    for word in ("ada@example.com", "小明", settings().clerk_webhook_secrets, settings().clerk_secret_key):
        assert word not in heard


def test_nothing_is_asked_of_the_network(shop: Shop, message: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLERK_API_BASE", f"http://127.0.0.1:{servers.free_port()}")
    settings.cache_clear()
    assert outcome(shop.clerk.bring(message)) == "applied"
