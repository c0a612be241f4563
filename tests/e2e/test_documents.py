"""What describes the shop: openapi, docs, health, how to sign in; entity tags and correlation ids."""

import re
from uuid import uuid4

import pytest

from tests.e2e.shopping import Shop
from tests.support.stack import wait_for


def test_openapi_describes_every_route(shop: Shop) -> None:
    answer = shop.stack.api("GET", "/openapi.json")

    assert answer.headers["content-type"].startswith("application/json")
    described = {
        (method.upper(), re.sub(r"^/api(?=/)", "", path))
        for path, methods in answer.json()["paths"].items()
        for method in methods
    }
    routes = {(method, path) for method, path in shop.stack.facts["routes"]}
    assert routes - {("GET", "/openapi.json"), ("GET", "/docs")} == described


def test_docs_are_a_page(shop: Shop) -> None:
    answer = shop.stack.api("GET", "/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "openapi.json" in answer.text


def test_health(shop: Shop) -> None:
    answer = shop.stack.api("GET", "/health")
    assert answer.json() == {"status": "ok", "mongo": "up", "cache": "up", "bus": "up"}
    assert answer.headers["cache-control"] == "no-store"


def test_how_to_sign_in(shop: Shop) -> None:
    config = shop.stack.api("GET", "/auth/config").json()
    assert config["issuer"] == shop.stack.sandbox.issuer
    assert config["publishable_key"].startswith("pk_test_")
    assert config["sign_in_url"].endswith("/sign-in")


@pytest.mark.parametrize("path", ["/products?limit=2", "/products/{slug}", "/openapi.json", "/auth/config"])
def test_what_has_not_changed_is_not_sent_again(shop: Shop, path: str) -> None:
    path = path.format(slug=shop.stock(1).lower())
    first = shop.stack.api("GET", path)
    tag = first.headers["etag"]
    assert first.status_code == 200
    assert "max-age=0" in first.headers["cache-control"]

    for known in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = shop.stack.api("GET", path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b""), known
        assert again.headers["etag"] == tag
    assert shop.stack.api("GET", path, headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_what_is_a_persons_own_is_kept_by_nobody(shop: Shop) -> None:
    buyer = shop.buyer()
    sku = shop.stock(5)
    assert buyer.ask("POST", "/carts", {}).headers["cache-control"] == "no-store"
    buyer.place(sku)
    for path in (f"/carts/{buyer.cart['id']}", f"/orders/{buyer.order['id']}"):
        assert buyer.ask("GET", path).headers["cache-control"] == "no-store"


def test_a_correlation_id_is_given_and_taken_over(shop: Shop) -> None:
    given = [shop.stack.api("GET", path).headers["x-correlation-id"] for path in ("/products", "/health", "/products")]
    assert len(set(given)) == 3
    mine = f"mine-{uuid4()}"
    answer = shop.stack.api("GET", "/orders/ord_x", headers={"X-Correlation-Id": mine})
    assert (answer.headers["x-correlation-id"], answer.json()["correlation_id"]) == (mine, mine)
    for odd in ("short", "x" * 65, "with space", "<script>alert()</script>", "{jndi:ldap}"):
        assert shop.stack.api("GET", "/products", headers={"X-Correlation-Id": odd}).headers["x-correlation-id"] != odd


def test_a_correlation_id_goes_with_the_events_to_the_mail(shop: Shop) -> None:
    buyer, mine = shop.buyer(), f"mine-{uuid4()}"
    buyer.place(shop.stock(5))
    buyer.get("POST", f"/orders/{buyer.order['id']}/cancel", {}, X_Correlation_Id=mine)
    buyer.wait_for_mail("cancelled")
    entry = shop.one("outbox", type="OrderCancelled", **{"data.order_id": buyer.order["id"]})
    assert entry["correlation_id"] == mine
    logs = [f"functions-{service}" for service in ("orders", "notifications", "payments")]
    wait_for(lambda: all(mine in shop.stack.log(log) for log in logs), what="every service logged it")
