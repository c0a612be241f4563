"""The tour's station in front of the shelves: lists, search, suggestions, synonyms, what was not found."""

from typing import Any

from commerce import inventory
from commerce.catalog import intake
from commerce.catalog.cells import slug
from commerce.catalog.drafts import ProductDraft, VariantDraft
from tests.support.api import Answer, LambdaContext, call


def take(tour: Any) -> None:
    """Lists and search, as shoppers and staff use them. `tour` is the `Tour` of `tests.support.tour`."""
    from tests.support.tour import bearer, signed_in

    for sku, price in (("TEAPOT-GREEN", 2400), ("TEACUP-GREEN", 600)):
        variant = VariantDraft(sku=sku, price=price, quantity=5)
        intake.save([ProductDraft(handle=slug(sku), title=sku.title(), currency="USD", variants=[variant])])
        inventory.receive({sku: 5}, reference="tour")
    tour.shop.bus.deliver()
    found = _ok(call("products.list_products", "GET", "/products?q=teapto&sort=relevance&total=true"))
    assert [item["title"] for item in found.json["items"]] == ["Teapot-Green"], found.text
    assert found.json["search"]["corrected"] == "teapot"
    cheap = _ok(call("products.list_products", "GET", "/products?max_price=700&in_stock=true&sort=price"))
    assert cheap.json["items"]
    assert _ok(call("products.suggest_products", "GET", "/products/suggestions?q=tea")).json["items"]
    refused = call("products.list_products", "GET", "/products?colour=green")
    assert refused.status == 400, refused.text

    token = tour.shop.sandbox.session_token("staff@example.com", "staff")
    options: dict[str, Any] = {"authorizer": signed_in(token, "GET", "/admin/search/queries"), "headers": bearer(token)}
    _ok(call("products.list_products", "GET", "/products?q=spaceship"))
    missed = _ok(call("products.list_searches", "GET", "/admin/search/queries?limit=5", **options))
    assert [row["query"] for row in missed.json["items"]] == ["spaceship"]
    known = _ok(call("products.get_synonyms", "GET", "/admin/search/synonyms", **options))
    options["headers"] = options["headers"] | {"If-Match": known.headers["ETag"]}
    body = {"groups": [["brewer", "teapot"]]}
    _ok(call("products.set_synonyms", "PUT", "/admin/search/synonyms", body=body, **options))
    stale = call("products.set_synonyms", "PUT", "/admin/search/synonyms", body=body, **options)
    assert stale.status == 412, stale.text
    found = _ok(call("products.list_products", "GET", "/products?q=brewer"))
    assert [item["title"] for item in found.json["items"]] == ["Teapot-Green"]

    import products.refresh_search

    schedule = {"id": "schedule", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
    assert products.refresh_search.handler(schedule, LambdaContext())["words"] > 0


def _ok(answer: Answer) -> Answer:
    assert answer.status == 200, f"{answer.status}: {answer.text}"
    return answer
