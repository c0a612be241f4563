"""What each kind of caller is answered, by one table that the permissions are read with."""

from commerce.runtime.permissions import PERMISSIONS

# What a session token can be, beside good (docs/sandbox.md).
WRONG = (
    "expired", "not_yet_valid", "wrong_issuer", "wrong_azp", "alg_none", "hs256_public_key", "unknown_kid",
    "wrong_key", "pending",
)  # fmt: skip

IN = "comes in"
UNSIGNED, BLOCKED = "401 unauthorized", "401 account_blocked"
FORBIDDEN, NOT_IN_PERSON = "403 forbidden", "403 not_in_person"

# Who asks, and what they are answered by an operation for ...
TABLE: dict[str, dict[str, str]] = {
    #                         anyone          a guest          a user               staff                admin
    "none":          {"anyone": IN, "guest": IN,       "user": UNSIGNED, "staff": UNSIGNED,  "admin": UNSIGNED},
    "guest":         {"anyone": IN, "guest": IN,       "user": UNSIGNED, "staff": UNSIGNED,  "admin": UNSIGNED},
    "customer":      {"anyone": IN, "guest": IN,       "user": IN,       "staff": FORBIDDEN, "admin": FORBIDDEN},
    "other":         {"anyone": IN, "guest": IN,       "user": IN,       "staff": FORBIDDEN, "admin": FORBIDDEN},
    "staff":         {"anyone": IN, "guest": IN,       "user": IN,       "staff": IN,        "admin": FORBIDDEN},
    "admin":         {"anyone": IN, "guest": IN,       "user": IN,       "staff": IN,        "admin": IN},
    "blocked":       {"anyone": IN, "guest": BLOCKED,  "user": BLOCKED,  "staff": BLOCKED,   "admin": BLOCKED},
    "blocked_admin": {"anyone": IN, "guest": BLOCKED,  "user": BLOCKED,  "staff": BLOCKED,   "admin": BLOCKED},
    "impersonated":  {"anyone": IN, "guest": IN,       "user": IN,       "staff": FORBIDDEN, "admin": FORBIDDEN},
    "impersonated_admin": {"anyone": IN, "guest": IN,  "user": IN,       "staff": IN,        "admin": IN},
    **{kind:         {"anyone": IN, "guest": UNSIGNED, "user": UNSIGNED, "staff": UNSIGNED,  "admin": UNSIGNED}
       for kind in WRONG},
}  # fmt: skip


def expected(operation: str, kind: str) -> str:
    """What the table says, with what the permission adds for those who are signed in as somebody else."""
    permission = PERMISSIONS[operation]
    answer = TABLE[kind][permission.who]
    return NOT_IN_PERSON if answer == IN and permission.in_person and kind.startswith("impersonated") else answer
