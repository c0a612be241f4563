"""Session tokens: what they say, who can verify them, and the wrong ones that must not pass."""

import base64
import json
import subprocess
import sys
import time
from typing import Any

import jwt
import pytest
from clerk_backend_api.security import VerifyTokenOptions, verify_token

from scripts.sandbox.clerk.tokens import KINDS
from scripts.sandbox.config import DEFAULT_CLERK_SECRET_KEY
from scripts.sandbox.testing import Sandbox


def public_pem(sandbox: Sandbox) -> str:
    from cryptography.hazmat.primitives import serialization

    key: Any = jwt.PyJWK(sandbox.jwks()["keys"][0]).key
    return str(key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode())


def strictly_verified(sandbox: Sandbox, token: str) -> dict[str, Any]:
    """What a careful shop does. Raises when anything is amiss."""
    keys = {key["kid"]: key for key in sandbox.jwks()["keys"]}
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, Any] = jwt.decode(
        token,
        jwt.PyJWK(key),
        algorithms=["RS256"],
        issuer=sandbox.issuer,
        options={"require": ["exp", "nbf", "iat", "iss", "sub", "sid"], "verify_aud": False},
    )
    assert claims.get("azp") in sandbox.config.shop_origins, "azp"
    assert claims["sts"] == "active", "sts"
    assert "act" not in claims, "act"
    return claims


def test_claims_of_version_2(sandbox: Sandbox) -> None:
    session = sandbox.session("ada.lovelace@example.com", "staff")
    claims = strictly_verified(sandbox, session["token"])
    assert set(claims) == {
        "azp", "exp", "fea", "fva", "iat", "iss", "jti", "nbf", "pla", "role", "sid", "sts", "sub", "v",
    }  # fmt: skip
    assert (claims["v"], claims["role"], claims["azp"]) == (2, "staff", sandbox.origin)
    assert (claims["sub"], claims["sid"]) == (session["user_id"], session["session_id"])
    assert claims["exp"] - claims["iat"] == 60
    assert claims["nbf"] == claims["iat"] - 10
    assert abs(claims["iat"] - time.time()) < 5
    assert claims["fva"] == [0, -1]
    header = jwt.get_unverified_header(session["token"])
    assert (header["alg"], header["typ"], header["kid"]) == ("RS256", "JWT", sandbox.jwks()["keys"][0]["kid"])


def test_the_sdk_verifies_it(sandbox: Sandbox) -> None:
    token = sandbox.session_token(role="admin")
    claims = verify_token(token, VerifyTokenOptions(jwt_key=public_pem(sandbox), authorized_parties=[sandbox.origin]))
    assert claims["role"] == "admin"


def test_jwks_shape(sandbox: Sandbox) -> None:
    (key,) = sandbox.jwks()["keys"]
    assert set(key) == {"use", "kty", "kid", "alg", "n", "e"}
    assert (key["use"], key["kty"], key["alg"], key["e"]) == ("sig", "RSA", "RS256", "AQAB")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "valid"])
def test_wrong_tokens_fail(sandbox: Sandbox, kind: str) -> None:
    strictly_verified(sandbox, sandbox.session_token())
    with pytest.raises((jwt.PyJWTError, AssertionError, KeyError)):
        strictly_verified(sandbox, sandbox.session_token(kind=kind))


def test_wrong_tokens_are_wrong_in_one_way(sandbox: Sandbox) -> None:
    def parts(kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
        head, body, _ = sandbox.session_token(kind=kind).split(".")
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, body))
        return header, claims

    kid = sandbox.jwks()["keys"][0]["kid"]
    assert parts("alg_none")[0]["alg"] == "none"
    assert sandbox.session_token(kind="alg_none").endswith(".")
    assert parts("hs256_public_key")[0] == {"alg": "HS256", "cat": "cl_B7d4PD111AAA", "kid": kid, "typ": "JWT"}
    assert parts("unknown_kid")[0]["kid"] != kid
    assert parts("pending")[1]["sts"] == "pending"
    assert set(parts("impersonated")[1]["act"]) == {"iss", "sid", "sub"}
    assert parts("expired")[1]["exp"] < time.time() < parts("not_yet_valid")[1]["nbf"]
    assert parts("wrong_issuer")[1]["iss"] != sandbox.issuer
    assert parts("wrong_azp")[1]["azp"] != sandbox.origin
    assert "azp" not in parts("no_azp")[1]
    # The confusion that HS256 relies on is real: whoever trusts the header takes this token.
    import hashlib
    import hmac

    head, body, mark = sandbox.session_token(kind="hs256_public_key").split(".")
    expected = hmac.new(public_pem(sandbox).encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(mark + "==") == expected


def test_one_session_is_reused(sandbox: Sandbox) -> None:
    first, second = sandbox.session("a@example.com"), sandbox.session("A@Example.com")
    assert first["session_id"] == second["session_id"]
    assert sandbox.session("a@example.com", fresh=True)["session_id"] != first["session_id"]
    changed = strictly_verified(sandbox, sandbox.session_token("a@example.com", "admin"))
    assert changed["role"] == "admin"
    kept = strictly_verified(sandbox, sandbox.session_token("a@example.com"))
    assert kept["role"] == "admin"
    assert strictly_verified(sandbox, sandbox.session_token("b@example.com"))["role"] == "customer"


def test_rotation(sandbox: Sandbox) -> None:
    old = sandbox.session_token()
    assert len(sandbox.clerk_control("POST", "/keys/rotate")["keys"]) == 2
    strictly_verified(sandbox, old)
    strictly_verified(sandbox, sandbox.session_token())
    assert len(sandbox.clerk_control("POST", "/keys/rotate", {"keep_old": False})["keys"]) == 1
    with pytest.raises(KeyError):
        strictly_verified(sandbox, old)


def test_bad_orders(sandbox: Sandbox) -> None:
    for order in ({"role": "king"}, {"kind": "golden"}, {"email": "nobody"}, {"colour": "red"}):
        with pytest.raises(RuntimeError, match="400"):
            sandbox.session(**{"email": "a@example.com", **order})


def test_from_the_shell(sandbox: Sandbox) -> None:
    command = [sys.executable, "-m", "scripts.sandbox.mint", "eve@example.com", "--clerk-url", sandbox.clerk_url]
    printed = subprocess.run([*command, "--role", "admin"], capture_output=True, text=True, check=True).stdout
    claims = strictly_verified(sandbox, printed.strip())
    assert claims["role"] == "admin"
    wrong = subprocess.run([*command, "--role", "king"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert "role is one of customer, staff, admin" in wrong.stderr
    assert DEFAULT_CLERK_SECRET_KEY not in printed
