"""Secret codes that people type: 95 bits and a check sign, like `7KQ2-M9XD-4TR0-W8ZB-VE3H`.

A code is made of the id of what it opens and the newest of SIGNING_KEYS, so nothing of it need be kept to say it again;
what is kept is its keyed hash, by which it is found. A key that has left SIGNING_KEYS opens nothing any more: where
codes are worth money, keys stay at the end of the list for as long as those codes live.
"""

import hashlib

from stdnum import luhn

from commerce.runtime import signing

# Crockford's alphabet, and what people take for its signs: https://www.crockford.com/base32.html
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TAKEN_FOR = str.maketrans("OIL", "011")
_RANDOM_SIGNS = 19  # Five bits each.


def make(kind: str, subject: str) -> str:
    """The code of a new thing, written as people read it.

    Args:
        kind: what sort of thing; a code of one kind opens no other.
        subject: the id of the thing.
    """
    return _written(signing.keyed_hashes(f"code.{kind}", subject)[0])


def again(kind: str, subject: str, code_hash: str) -> str:
    """The code that was once made for a thing, by whichever key that was; empty where that key is gone.

    Args:
        kind: as it was made.
        subject: as it was made.
        code_hash: what `found_by` said of it first.
    """
    made = (_written(signature) for signature in signing.keyed_hashes(f"code.{kind}", subject))
    return next((code for code in made if code_hash in found_by(kind, code)), "")


def found_by(kind: str, code: str) -> list[str]:
    """The hashes that a typed code may be kept under, the newest key's first; none where it has a slip in it."""
    compact = _compact(code)
    if len(compact) != _RANDOM_SIGNS + 1 or not _is_checked(compact):
        return []
    return signing.keyed_hashes(f"found.{kind}", compact)


def last_four(code: str) -> str:
    """What of a code may be shown: people tell their cards apart by it."""
    return _compact(code)[-4:]


def _written(signature: str) -> str:
    number = int.from_bytes(hashlib.sha256(signature.encode()).digest())
    body = "".join(_SIGNS[number >> 5 * place & 31] for place in range(_RANDOM_SIGNS))
    compact = body + luhn.calc_check_digit(body, alphabet=_SIGNS)
    return "-".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def _compact(code: str) -> str:
    return "".join(sign for sign in code.upper() if sign.isalnum()).translate(_TAKEN_FOR)


def _is_checked(compact: str) -> bool:
    return set(compact) <= set(_SIGNS) and bool(luhn.is_valid(compact, alphabet=_SIGNS))
