"""The address that a request comes from, as it can be trusted, and how addresses are counted."""

import hmac
import ipaddress
from collections.abc import Mapping
from typing import Any

from commerce.runtime.settings import settings

# What one subscriber is given as a rule (RFC 6177): whoever has one address of it has them all.
IPV6_PREFIX = 64


def client(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """The IP address of whoever asks, empty where the gateway tells none.

    It is the one that the gateway itself saw, never a header that anybody may write. Behind CloudFront the gateway sees
    CloudFront, which shows EDGE_TOKEN then: only from someone who knows that is X-Forwarded-For believed, and of it no
    more than the part that CloudFront has added.
    """
    seen = str(((event.get("requestContext") or {}).get("identity") or {}).get("sourceIp") or "")
    shown, secret = headers.get("x-edge-token", ""), settings().edge_token
    if not secret or not hmac.compare_digest(shown.encode(), secret.encode()):
        return seen
    hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",")]
    if hops[-1] == seen and len(hops) > 1:
        hops.pop()  # the gateway's own addition: CloudFront
    return hops[-1] or seen


def bucket(address: str) -> str:
    """What an address is counted as: itself, or with IPv6 the network of its subscriber."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if known.version == 4:
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, IPV6_PREFIX), strict=False))
