"""The tour's station in the back office: products, categories, collections, pictures, stock, reviews."""

from typing import Any

from tests.support.api import Answer, call
from tests.support.shop import Buyer
from tests.support.staff import Staff

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 60


def take(tour: Any) -> None:
    """Staff and shoppers in turn. `tour` is the `Tour` of `tests.support.tour`."""
    staff = Staff(tour.shop.sandbox, "staff@example.com")
    product_id = _shelves(staff)
    _picture(tour, staff, product_id)
    _stock(tour, staff)
    _reviews(tour, staff)
    _clearance(staff, product_id)
    found = staff.admin.ask("payments.list_invoices", "GET", "/admin/invoices?kind=credit_note&limit=5")
    assert _ok(found).json["items"]
    tour.shop.bus.deliver()


def _shelves(staff: Staff) -> str:
    home = _ok(staff.ask("products.create_category", "POST", "/admin/categories", {"title": "Garden"}), 201)
    path = f"/admin/categories/{home.json['id']}"
    patch = {"title": "Garden & Patio", "description": "For outdoors"}
    _ok(staff.ask("products.update_category", "PATCH", path, patch, If_Match=home.headers["ETag"]))
    spare = _ok(staff.ask("products.create_category", "POST", "/admin/categories", {"title": "Spare"}), 201).json["id"]
    _ok(staff.ask("products.delete_category", "DELETE", f"/admin/categories/{spare}", If_Match="*"), 204)
    body = {
        "title": "Garden Bench",
        "status": "active",
        "category": home.json["id"],
        "attributes": {"Material": "Oak"},
        "variants": [{"sku": "BENCH", "prices": {"USD": 19900}}],
    }
    made = _ok(staff.ask("products.create_product", "POST", "/admin/products", body, Idempotency_Key="bench"), 201)
    product_id = str(made.json["id"])
    path = f"/admin/products/{product_id}"
    _ok(staff.ask("products.update_product", "PATCH", path, {"slug": "oak-bench"}, If_Match=made.headers["ETag"]))
    assert call("products.get_product", "GET", "/products/garden-bench").status == 301
    _ok(staff.ask("products.get_admin_product", "GET", path))
    _ok(staff.ask("products.list_admin_products", "GET", "/admin/products?status=active&q=oak"))
    _ok(staff.admin.ask("products.list_audit", "GET", f"/admin/audit?subject={product_id}"))
    picked = {"title": "Outdoors", "product_ids": [product_id]}
    made = _ok(staff.ask("products.create_collection", "POST", "/admin/collections", picked), 201)
    path = f"/admin/collections/{made.json['id']}"
    rule = {"rule": {"categories": [home.json["id"]]}}
    made = _ok(staff.ask("products.update_collection", "PATCH", path, rule, If_Match=made.headers["ETag"]))
    assert _ok(call("products.list_products", "GET", "/products?collection=outdoors")).json["items"]
    _ok(call("products.list_collections", "GET", "/collections"))
    _ok(staff.ask("products.delete_collection", "DELETE", path, If_Match=made.headers["ETag"]), 204)
    assert _ok(call("products.list_categories", "GET", "/categories")).json["items"]
    return product_id


def _picture(tour: Any, staff: Staff, product_id: str) -> None:
    body = {"content_type": "image/png", "alt": "An oak bench"}
    path = f"/admin/products/{product_id}/images"
    begun = _ok(staff.ask("products.create_image_upload", "POST", path, body), 201)
    tour.shop.uploads.post(begun.json["upload"], PNG)
    tour.shop.uploads.deliver()
    assert _ok(call("products.get_product", "GET", "/products/oak-bench")).json["images"][0]["alt"] == "An oak bench"


def _stock(tour: Any, staff: Staff) -> None:
    """StockAdjusted, StockLow, OutOfStock, BackInStock, StockSubscriptionDue; one email."""
    path = "/admin/inventory/BENCH/adjustments"
    for number, quantity in enumerate((8, 3, 0)):
        body = {"set_to": quantity, "reason": "counted"}
        _ok(staff.ask("products.adjust_inventory", "POST", path, body, Idempotency_Key=f"count-{number}"))
        tour.shop.bus.deliver()
    body = {"sku": "BENCH", "email": "ada@example.com"}
    _ok(call("products.subscribe_stock", "POST", "/products/oak-bench/stock-subscriptions", body=body), 202)
    body = {"change": 9, "reason": "received", "note": "spring delivery"}
    _ok(staff.ask("products.adjust_inventory", "POST", path, body, Idempotency_Key="count-9"))
    tour.settle()
    _ok(staff.ask("products.list_inventory", "GET", "/admin/inventory?state=in"))
    _ok(staff.ask("products.list_stock_movements", "GET", "/admin/inventory/BENCH/movements"))


def _reviews(tour: Any, staff: Staff) -> None:
    """ReviewSubmitted, ReviewModerated; what is bought together."""
    tour.shop.stock("CUSHION", 5, price=2500)
    reader = Staff(tour.shop.sandbox, "reader@example.com", "customer")
    token = tour.shop.sandbox.session_token(reader.email, "customer")
    tour.shop.buy(Buyer(email=reader.email, token=token), ("BENCH", 1), ("CUSHION", 2))
    body = {"rating": 5, "title": "Sturdy", "body": "Stands all winter.", "author": "R."}
    path = "/products/oak-bench/reviews"
    made = _ok(reader.ask("products.create_review", "POST", path, body, Idempotency_Key="review-1"), 201)
    waiting = _ok(staff.ask("products.list_admin_reviews", "GET", "/admin/reviews?status=pending")).json["items"]
    assert [review["id"] for review in waiting] == [made.json["id"]]
    path = f"/admin/reviews/{made.json['id']}/moderation"
    _ok(staff.ask("products.moderate_review", "POST", path, {"decision": "publish"}, If_Match="*"))
    assert _ok(call("products.list_reviews", "GET", "/products/oak-bench/reviews")).json["summary"]["count"] == 1
    assert _ok(call("products.list_related", "GET", "/products/oak-bench/related")).json["items"]


def _clearance(staff: Staff, product_id: str) -> None:
    path = f"/admin/products/{product_id}/archive"
    _ok(staff.ask("products.archive_product", "POST", path, If_Match="*"))
    assert call("products.get_product", "GET", "/products/oak-bench").status == 404


def _ok(answer: Answer, status: int = 200) -> Answer:
    assert answer.status == status, f"{answer.status}: {answer.text}"
    return answer
