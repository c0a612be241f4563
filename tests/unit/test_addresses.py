"""Where a request comes from: what the gateway saw, and no header that anybody may write."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.runtime import addresses
from tests.unit.conftest import Configure

CLOUDFRONT, VIEWER = "130.176.1.1", "203.0.113.7"
TOKEN = "between-the-edge-and-us"


def asked(seen: str = VIEWER, **headers: str) -> tuple[dict[str, Any], dict[str, str]]:
    return {"requestContext": {"identity": {"sourceIp": seen}}}, {k.replace("_", "-"): v for k, v in headers.items()}


@pytest.mark.parametrize(
    "forged",
    [
        {"x_forwarded_for": "198.51.100.1"},
        {"x_forwarded_for": "198.51.100.1, 203.0.113.7"},
        {"forwarded": "for=198.51.100.1", "x_real_ip": "198.51.100.1", "cloudfront_viewer_address": "198.51.100.1:1"},
        {"x_forwarded_for": "198.51.100.1", "x_edge_token": "guessed"},
        {"x_forwarded_for": "198.51.100.1", "x_edge_token": ""},
    ],
)
@pytest.mark.parametrize("token", ["", TOKEN])
def test_what_anybody_may_write_is_not_believed(forged: dict[str, str], token: str, configure: Configure) -> None:
    configure(edge_token=token)
    assert addresses.client(*asked(**forged)) == VIEWER


@pytest.mark.parametrize(
    "hops",
    [
        VIEWER,
        f"{VIEWER}, {CLOUDFRONT}",
        f"198.51.100.1, {VIEWER}",
        f"198.51.100.1, {VIEWER}, {CLOUDFRONT}",
        f"{CLOUDFRONT}, {VIEWER}, {CLOUDFRONT}",
        f" x ,,{VIEWER} ,{CLOUDFRONT}",
    ],
)
def test_behind_cloudfront_it_is_whom_cloudfront_saw(hops: str, configure: Configure) -> None:
    """It adds whom it saw behind whatever was there; the gateway may add CloudFront behind that."""
    configure(edge_token=TOKEN)
    assert addresses.client(*asked(CLOUDFRONT, x_forwarded_for=hops, x_edge_token=TOKEN)) == VIEWER


def test_without_a_trace_it_is_the_gateways(configure: Configure) -> None:
    configure(edge_token=TOKEN)
    assert addresses.client(*asked(CLOUDFRONT, x_edge_token=TOKEN)) == CLOUDFRONT
    assert addresses.client(*asked(CLOUDFRONT, x_edge_token=TOKEN, x_forwarded_for="")) == CLOUDFRONT
    assert addresses.client(*asked(CLOUDFRONT, x_edge_token=TOKEN, x_forwarded_for=CLOUDFRONT)) == CLOUDFRONT
    assert addresses.client({}, {}) == ""
    assert addresses.client({"requestContext": {"identity": None}}, {}) == ""


@pytest.mark.parametrize(
    ("address", "bucket"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_one_subscriber_is_counted_as_one(address: str, bucket: str) -> None:
    assert addresses.bucket(address) == bucket


@given(network=st.integers(0, 2**64 - 1), hosts=st.lists(st.integers(0, 2**64 - 1), min_size=2, max_size=2))
def test_whatever_address_of_their_network_they_take(network: int, hosts: list[int]) -> None:
    import ipaddress

    one, other = (str(ipaddress.IPv6Address((network << 64) | host)) for host in hosts)
    if ipaddress.IPv6Address(one).ipv4_mapped or ipaddress.IPv6Address(other).ipv4_mapped:
        return
    assert addresses.bucket(one) == addresses.bucket(other)


@given(st.text(max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    assert isinstance(addresses.bucket(text), str)
