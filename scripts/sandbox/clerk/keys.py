"""The instance's signing keys: RSA, kept in the state, published as a JWKS."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from scripts.sandbox.store import Document, Store, new_id

_SETTING = "clerk.keys"

CATEGORY = "cl_B7d4PD111AAA"
"""The `cat` header of Clerk's session tokens, which tells them from its other JWTs."""


@dataclass(frozen=True)
class SigningKey:
    """A private key and the id under which its public half is published."""

    kid: str
    pem: str

    @cached_property
    def private(self) -> rsa.RSAPrivateKey:
        """The private key itself; reading it takes some 50 ms, most of a request otherwise."""
        key = serialization.load_pem_private_key(self.pem.encode(), None)
        return cast("rsa.RSAPrivateKey", key)

    @property
    def public_pem(self) -> bytes:
        """The public half, as PEM."""
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def jwk(self) -> Document:
        """The public half, as RFC 7517 has it."""
        key: Document = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key()))
        return {"use": "sig", "kty": "RSA", "kid": self.kid, "alg": "RS256", "n": key["n"], "e": key["e"]}

    def sign(self, claims: Document, **headers: str) -> str:
        """A JWT of these claims."""
        return jwt.encode(
            claims, self.private, algorithm="RS256", headers={"cat": CATEGORY, "kid": self.kid, **headers}
        )


def generate(kid: str | None = None) -> SigningKey:
    """A new key that nobody trusts yet."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SigningKey(kid or new_id("ins_", 27), pem.decode())


class KeyRing:
    """The keys of the instance, newest first; the first one signs."""

    def __init__(self, store: Store) -> None:
        self._store = store
        stored = store.setting(_SETTING)
        self.keys = [SigningKey(**key) for key in stored] if stored else [generate()]
        self._save()

    def _save(self) -> None:
        self._store.set_setting(_SETTING, [{"kid": key.kid, "pem": key.pem} for key in self.keys])

    @property
    def current(self) -> SigningKey:
        """The key that signs."""
        return self.keys[0]

    def rotate(self, *, keep_old: bool) -> SigningKey:
        """Sign with a new key from now on; old ones stay published if they are kept."""
        self.keys = [generate(), *(self.keys if keep_old else [])]
        self._save()
        return self.current

    def jwks(self) -> Document:
        """What is published: every key that is still good."""
        return {"keys": [key.jwk() for key in self.keys]}


def unsigned(claims: Document, kid: str) -> str:
    """A token with `alg: none`."""
    return jwt.encode(claims, "", algorithm="none", headers={"kid": kid, "cat": CATEGORY})


def signed_with_public_key(claims: Document, key: SigningKey) -> str:
    """HS256 with the public key as its secret: what a verifier that trusts the header's `alg` would take."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    # Made by hand, because the library rightly refuses to.
    header: dict[str, Any] = {"alg": "HS256", "cat": CATEGORY, "kid": key.kid, "typ": "JWT"}
    text = part(json.dumps(header).encode()) + "." + part(json.dumps(claims).encode())
    return text + "." + part(hmac.new(key.public_pem, text.encode(), hashlib.sha256).digest())
