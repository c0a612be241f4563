"""Clerk's session tokens: what counts, what does not, and where keys come from."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from jwt.algorithms import RSAAlgorithm

from commerce.runtime import tokens
from commerce.runtime.errors import Unauthorized
from tests.unit.conftest import Configure, Log

ISSUER = "https://clerk.example.com"


@pytest.fixture(scope="session")
def private() -> RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def stranger() -> RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def public(key: RSAPrivateKey, kid: str) -> dict[str, Any]:
    described: dict[str, Any] = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return described | {"kid": kid, "use": "sig", "alg": "RS256"}


def jwks(*keys: dict[str, Any]) -> str:
    return json.dumps({"keys": list(keys)})


def token(key: RSAPrivateKey, *, kid: str = "k1", drop: str = "", **claims: Any) -> str:
    now = int(time.time())
    usual = {"iss": ISSUER, "sub": "user_1", "sid": "sess_1", "azp": "https://shop.example.com", "iat": now, "nbf": now,
             "exp": now + 60, "v": 2, "role": "staff"}  # fmt: skip
    payload = {name: value for name, value in (usual | claims).items() if name != drop}
    return jwt.encode(payload, key, algorithm="RS256", headers={"kid": kid})


@pytest.fixture(autouse=True)
def known(configure: Configure, private: RSAPrivateKey, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(
        clerk_issuer=ISSUER,
        clerk_public_keys=jwks(public(private, "k1")),
        clerk_authorized_parties="https://shop.example.com,https://admin.example.com",
    )
    monkeypatch.setattr(tokens, "_keys", tokens._Keys())


def test_a_good_token(private: RSAPrivateKey) -> None:
    claims = tokens.verify(token(private, act={"sub": "user_admin"}))
    assert (claims.user_id, claims.session_id, claims.role) == ("user_1", "sess_1", "staff")
    assert claims.expires_at > time.time()
    assert claims.impersonated_by == "user_admin"


@pytest.mark.parametrize(
    ("shown", "role"), [("customer", "customer"), ("admin", "admin"), ("root", "customer"), (7, "customer")]
)
def test_a_role_that_there_is_not_is_a_customers(shown: object, role: str, private: RSAPrivateKey) -> None:
    assert tokens.verify(token(private, role=shown)).role == role


def test_without_the_claim_one_is_a_customer(private: RSAPrivateKey) -> None:
    assert tokens.verify(token(private, drop="role")).role == "customer"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"exp": int(time.time()) - 10},
        {"nbf": 4_000_000_000},
        {"iss": "https://clerk.evil.com"},
        {"azp": "https://evil.com"},
        {"sts": "pending"},
        {"sub": 7},
        *({"act": actor} for actor in ("", "user_admin", [], ["user_admin"], {}, {"sub": ""}, {"sub": None}, 7, False)),
        *({"drop": name} for name in ("exp", "nbf", "iat", "iss", "sub", "sid")),
    ],
)
def test_a_token_that_does_not_count(claims: dict[str, Any], private: RSAPrivateKey, log: Log) -> None:
    with pytest.raises(Unauthorized) as refused:
        tokens.verify(token(private, **claims))
    assert refused.value.detail == "The session token is not valid.", "the answer says no more"
    assert refused.value.__cause__ is None
    assert "reason" in log()[-1], "the log does"


def test_a_forged_signature(stranger: RSAPrivateKey) -> None:
    with pytest.raises(Unauthorized):
        tokens.verify(token(stranger))


def test_other_algorithms(private: RSAPrivateKey) -> None:
    claims = {"iss": ISSUER, "sub": "user_1", "sid": "s", "exp": int(time.time()) + 60, "iat": 1, "nbf": 1}
    unsigned = jwt.encode(claims, "", algorithm="none", headers={"kid": "k1"})
    shared = jwt.encode(claims, "a shared secret of enough length....", algorithm="HS256", headers={"kid": "k1"})
    for shown in (unsigned, shared):
        with pytest.raises(Unauthorized):
            tokens.verify(shown)


@pytest.mark.parametrize("shown", ["", "x", "a.b.c", "é.é.é", "." * 10_000])
def test_nonsense(shown: str) -> None:
    with pytest.raises(Unauthorized):
        tokens.verify(shown)


def test_clocks_may_differ_a_little(private: RSAPrivateKey) -> None:
    assert tokens.verify(token(private, exp=int(time.time()) - 2)).user_id == "user_1"


def test_parties_are_checked_where_both_sides_name_some(configure: Configure, private: RSAPrivateKey) -> None:
    assert tokens.verify(token(private, drop="azp")).user_id == "user_1"
    configure(clerk_authorized_parties="")
    assert tokens.verify(token(private, azp="https://anywhere.example")).user_id == "user_1"


def test_a_token_is_not_logged(private: RSAPrivateKey, log: Log) -> None:
    shown = token(private, exp=1)
    with pytest.raises(Unauthorized):
        tokens.verify(shown)
    assert shown not in json.dumps(log())


# Keys that are not configured


@dataclass
class Jwks:
    """A server of keys."""

    url: str = ""
    body: str = jwks()
    status: int = 200
    asked: list[float] = field(default_factory=list)


@pytest.fixture
def served() -> Iterator[Jwks]:
    state = Jwks()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(time.monotonic())
            self.send_response(state.status)
            self.end_headers()
            self.wfile.write(state.body.encode())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        state.url = f"http://127.0.0.1:{server.server_address[1]}/jwks"
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of the refetch; add to it."""
    moment = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: moment[0])
    return moment


def test_a_known_key_needs_no_network(configure: Configure, private: RSAPrivateKey, served: Jwks) -> None:
    configure(clerk_jwks_url=served.url)
    tokens.verify(token(private))
    assert served.asked == []


@pytest.mark.usefixtures("clock")
def test_a_rotated_key_is_found(
    configure: Configure, private: RSAPrivateKey, stranger: RSAPrivateKey, served: Jwks
) -> None:
    configure(clerk_jwks_url=served.url)
    served.body = jwks(public(stranger, "k2"))
    assert tokens.verify(token(stranger, kid="k2")).user_id == "user_1"
    assert tokens.verify(token(private)).user_id == "user_1", "the old one still counts"
    assert len(served.asked) == 1


def test_unknown_keys_ask_once_a_minute(
    configure: Configure, stranger: RSAPrivateKey, served: Jwks, clock: list[float]
) -> None:
    configure(clerk_jwks_url=served.url)
    for number in range(20):
        with pytest.raises(Unauthorized):
            tokens.verify(token(stranger, kid=f"made-up-{number}"))
    assert len(served.asked) == 1
    clock[0] += tokens.REFETCH_SECONDS - 1
    with pytest.raises(Unauthorized):
        tokens.verify(token(stranger, kid="k2"))
    assert len(served.asked) == 1
    clock[0] += 1
    served.body = jwks(public(stranger, "k2"))
    assert tokens.verify(token(stranger, kid="k2")).user_id == "user_1"
    assert len(served.asked) == 2


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("status", "body"), [(500, ""), (200, "not json"), (200, "[]"), (200, '{"keys": [{"kty": "RSA"}]}')]
)
def test_a_server_that_is_unwell_is_no_fault_of_the_caller(
    status: int, body: str, configure: Configure, private: RSAPrivateKey, stranger: RSAPrivateKey, served: Jwks
) -> None:
    configure(clerk_jwks_url=served.url)
    served.status, served.body = status, body
    with pytest.raises(Unauthorized):
        tokens.verify(token(stranger, kid="k2"))
    assert tokens.verify(token(private)).user_id == "user_1"


@pytest.mark.usefixtures("clock")
def test_keys_that_are_not_rsa_are_left_out(configure: Configure, stranger: RSAPrivateKey, served: Jwks) -> None:
    configure(clerk_jwks_url=served.url)
    served.body = jwks({"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "k3"}, public(stranger, "k2"))
    assert tokens.verify(token(stranger, kid="k2")).user_id == "user_1"
