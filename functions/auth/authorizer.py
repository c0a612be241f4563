"""REQUEST authorizer of the routes that need a person. One Allow for the whole stage, cached by the gateway for 30 s;
the function checks `exp` and role again. It never answers Deny: a bad token is 401.
"""

from typing import Any

from commerce.runtime import caller, tokens
from commerce.runtime.errors import Unauthorized
from commerce.runtime.observability import correlate, logger


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    correlate(str((event.get("requestContext") or {}).get("requestId", "")))
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    try:
        claims = tokens.verify(caller.bearer(headers.get("authorization", "")))
    except Unauthorized:
        raise Exception("Unauthorized") from None  # noqa: TRY002  (API Gateway answers 401 for just this, else 500)
    logger.info("Authorized", extra={"user_id": claims.user_id})
    stage = "/".join(event["methodArn"].split("/")[:2])
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{stage}/*"}
    return {
        "principalId": claims.user_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {
            "user_id": claims.user_id,
            "session_id": claims.session_id,
            "role": claims.role,
            "exp": str(claims.expires_at),
            "impersonated_by": claims.impersonated_by,
        },
    }
