"""Users and sessions through the official SDK, whose models check every shape."""

import jwt
import pytest
from clerk_backend_api import Clerk, models
from standardwebhooks import Webhook, WebhookVerificationError

from scripts.sandbox.testing import Sandbox
from tests.sandbox.receiving import Received, Receiver

# The SDK marks fields of its own requests and answers as deprecated, and warns when it touches them itself.
pytestmark = pytest.mark.filterwarnings("ignore:.*DEPRECATED:DeprecationWarning")

SECRET = "whsec_c2FuZGJveC1jbGVyay1zb3Vr"


def test_users(clerk: Clerk) -> None:
    made = clerk.users.create(
        email_address=["Ada@Example.com"],
        password="correct horse",
        first_name="Ada",
        public_metadata={"role": "staff", "deep": {"a": 1, "b": 2}},
    )
    assert made.email_addresses[0].email_address == "ada@example.com"
    assert made.primary_email_address_id == made.email_addresses[0].id
    assert made.password_enabled
    assert made.first_name == "Ada"
    assert clerk.users.get(user_id=made.id).id == made.id
    found = clerk.users.list(request={"email_address": ["ada@example.com"]})
    assert [user.id for user in found] == [made.id]
    assert clerk.users.list(request={"email_address": ["none@example.com"]}) == []
    assert clerk.users.list(request={"query": "ADA"})[0].id == made.id

    merged = clerk.users.update_metadata(
        user_id=made.id, public_metadata={"role": "admin", "deep": {"a": None, "c": 3}}, private_metadata={"x": 1}
    )
    assert merged.public_metadata == {"role": "admin", "deep": {"b": 2, "c": 3}}
    assert merged.updated_at > made.updated_at
    renamed = clerk.users.update(user_id=made.id, last_name="Lovelace")
    assert (renamed.last_name, renamed.public_metadata) == ("Lovelace", merged.public_metadata)
    assert clerk.users.verify_password(user_id=made.id, password="correct horse").verified
    gone = clerk.users.delete(user_id=made.id)
    assert gone.deleted
    assert gone.id == made.id
    with pytest.raises(models.ClerkErrors) as missing:
        clerk.users.get(user_id=made.id)
    assert missing.value.status_code == 404
    assert missing.value.data.errors[0].code == "resource_not_found"


def test_refused_users(clerk: Clerk) -> None:
    clerk.users.create(email_address=["ada@example.com"])
    for given, code in (
        ({"email_address": ["ADA@example.com"]}, "form_identifier_exists"),
        ({"email_address": ["nonsense"]}, "form_param_format_invalid"),
        ({"email_address": ["b@example.com"], "password": "short"}, "form_password_length_too_short"),
        ({"first_name": "Nobody"}, "form_data_missing"),
    ):
        with pytest.raises(models.ClerkErrors) as refused:
            clerk.users.create(**given)
        assert (refused.value.status_code, refused.value.data.errors[0].code) == (422, code)


def test_pages_of_users(clerk: Clerk) -> None:
    made = [clerk.users.create(email_address=[f"u{n}@example.com"]).id for n in range(4)][::-1]
    query: models.GetUserListRequestTypedDict = {"query": "u", "limit": 2, "offset": 1}
    listed = clerk.users.list(request={**query, "user_id": made})
    assert [user.id for user in listed] == made[1:3]
    oldest = clerk.users.list(request={"user_id": made, "order_by": "+created_at"})
    assert [user.id for user in oldest] == made[::-1]
    assert clerk.users.count(request={"user_id": made}).total_count == 4


def test_secret_key(sandbox: Sandbox) -> None:
    with (
        Clerk(bearer_auth="sk_test_wrong", server_url=f"{sandbox.clerk_url}/v1") as stranger,
        pytest.raises(models.ClerkErrors) as refused,
    ):
        stranger.users.list(request={})
    assert refused.value.status_code == 401


def test_sessions(clerk: Clerk, sandbox: Sandbox) -> None:
    first = sandbox.session("ada@example.com")
    second = sandbox.session("ada@example.com", fresh=True)
    listed = clerk.sessions.list(user_id=first["user_id"])
    assert [session.id for session in listed] == [second["session_id"], first["session_id"]]
    assert {session.status.value for session in listed} == {"active"}
    minted = clerk.sessions.create_token(session_id=first["session_id"]).jwt
    assert jwt.decode(str(minted), options={"verify_signature": False})["sid"] == first["session_id"]
    revoked = clerk.sessions.revoke(session_id=first["session_id"])
    assert revoked.status == models.Status.REVOKED
    active = clerk.sessions.list(user_id=first["user_id"], status=models.QueryParamStatus.ACTIVE)
    assert [session.id for session in active] == [second["session_id"]]
    with pytest.raises(models.ClerkErrors):
        clerk.sessions.create_token(session_id=first["session_id"])
    with pytest.raises(models.ClerkErrors):
        clerk.sessions.get(session_id="sess_none")
    keys = clerk.jwks.get_jwks()
    assert keys.keys is not None
    assert keys.keys[0].kid == sandbox.jwks()["keys"][0]["kid"]


def verified(message: Received, secret: str = SECRET) -> dict[str, object]:
    """The payload, if its signature holds. Svix names the headers svix-*, the standard webhook-*."""
    names = {f"webhook-{name}": message.headers[f"svix-{name}"] for name in ("id", "timestamp", "signature")}
    read: dict[str, object] = Webhook(secret).verify(message.body, names)
    return read


def test_webhooks(sandbox: Sandbox, receiver: Receiver, clerk: Clerk) -> None:
    sandbox.set_clerk_webhook(receiver.url, SECRET)
    made = clerk.users.create(email_address=["ada@example.com"])
    clerk.users.update_metadata(user_id=made.id, public_metadata={"role": "staff"})
    session = sandbox.session("ada@example.com")
    clerk.users.delete(user_id=made.id)
    events = {str(event["type"]): event for event in map(verified, receiver.wait_for(5))}
    assert set(events) == {"user.created", "user.updated", "session.created", "session.removed", "user.deleted"}
    assert set(events["user.created"]) == {"data", "event_attributes", "instance_id", "object", "timestamp", "type"}
    user = models.User.model_validate(events["user.updated"]["data"])
    assert user.public_metadata == {"role": "staff"}
    assert "_password" not in str(events)
    for kind in ("session.created", "session.removed"):
        assert models.Session.model_validate(events[kind]["data"]).id == session["session_id"]
    assert events["user.deleted"]["data"] == {"id": made.id, "object": "user", "deleted": True}
    with pytest.raises(WebhookVerificationError):
        verified(receiver.received[0], "whsec_b3RoZXI=")


def test_webhook_retries_keep_their_id(sandbox: Sandbox, receiver: Receiver, clerk: Clerk) -> None:
    sandbox.set_clerk_webhook(receiver.url, "whsec_b2xk", SECRET)
    receiver.answers += [503, 500]
    clerk.users.create(email_address=["ada@example.com"])
    messages = receiver.wait_for(3)
    assert len({message.headers["svix-id"] for message in messages}) == 1
    for message in messages:
        assert verified(message) == verified(message, "whsec_b2xk")
    sandbox.set_clerk_webhook("", SECRET)


def test_faults(sandbox: Sandbox, clerk: Clerk) -> None:
    sandbox.clerk_control("POST", "/faults", {"action": "error", "status": 429, "path": "/v1/users"})
    with pytest.raises(models.SDKError) as refused:
        clerk.users.list(request={})
    assert refused.value.status_code == 429
    sandbox.clerk_control("POST", "/faults", {"action": "drop", "path": "/v1/users", "after_effect": True})
    with pytest.raises(Exception, match="disconnected"):
        clerk.users.create(email_address=["ada@example.com"])
    assert len(clerk.users.list(request={"email_address": ["ada@example.com"]})) == 1
