"""What the shop signs: secret tokens of carts and orders, links in mails, quotes and page cursors.

Nothing of a token is stored: it is an HMAC of what it opens, so an idempotent replay can give it again. The first of
SIGNING_KEYS signs, all of them verify, so that a key can be rotated without logging anyone out.
"""

import hashlib
from functools import lru_cache
from typing import Any

from itsdangerous import BadData, Signer, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from commerce.runtime.clock import now
from commerce.runtime.settings import settings


@lru_cache(maxsize=4)
def _newest_last(keys: str) -> list[bytes]:
    return [key.strip().encode() for key in reversed(keys.split(",")) if key.strip()]


def _keys() -> list[bytes]:
    return _newest_last(settings().secret("signing_keys"))


def _signer(kind: str, key: bytes | None = None) -> Signer:
    keys = [key] if key else _keys()
    return Signer(keys, salt=f"souk.{kind}", digest_method=hashlib.sha256, key_derivation="hmac")


def grant(kind: str, subject: str, *, expires_at: int = 0) -> str:
    """A token that opens one thing.

    Args:
        kind: what sort of thing (`cart`, `order`, `quote`); a token of one kind never opens another.
        subject: which one, with its token version, so that raising the version voids all older tokens.
        expires_at: Unix time in seconds after which it is void; 0 for never.
    """
    signature = _signer(kind).get_signature(f"{subject}|{expires_at}").decode()
    return f"{expires_at:x}.{signature}"


def granted(kind: str, subject: str, token: str | None) -> bool:
    """Whether the token opens this thing now. Anything malformed is simply no."""
    expiry, _, signature = (token or "").partition(".")
    try:
        expires_at = int(expiry, 16)
        genuine = _signer(kind).verify_signature(f"{subject}|{expires_at}".encode(), signature.encode("ascii"))
    except ValueError:  # not hexadecimal, not ASCII
        return False
    if not genuine or f"{expires_at:x}.{_spelt(signature)}" != token:
        return False
    return expires_at == 0 or expires_at > now().timestamp()


def _spelt(signature: str) -> str:
    """A signature as we would write it: base64 has several spellings of the same bytes, and a token has one."""
    return base64_encode(base64_decode(signature)).decode()


def keyed_hash(kind: str, text: str) -> str:
    """A keyed hash: proves later that something was this text, to those who have the text and the key, and tells nobody
    what it was.
    """
    return str(_signer(kind).get_signature(text).decode())


def keyed_hashes(kind: str, text: str) -> list[str]:
    """The keyed hash by each of the keys, the newest first: one of them is what `keyed_hash` once gave."""
    return [_signer(kind, key).get_signature(text).decode() for key in reversed(_keys())]


def seal(kind: str, value: Any) -> str:
    """A JSON value as a signed, URL-safe text that clients hand back unread (page cursors)."""
    return str(_sealer(kind).dumps(value))


def unseal(kind: str, text: str) -> Any:
    """The value that `seal` was given.

    Raises:
        ValueError: not sealed by us, or for another kind.
    """
    try:
        value = _sealer(kind).loads(text)
        signature = text.rpartition(".")[2]
        genuine = _spelt(signature) == signature
    except (BadData, UnicodeError) as error:
        raise ValueError("not sealed by us") from error
    if not genuine:
        raise ValueError("not sealed by us")
    return value


def _sealer(kind: str) -> URLSafeSerializer:
    options = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(_keys(), salt=f"souk.{kind}", signer_kwargs=options)
