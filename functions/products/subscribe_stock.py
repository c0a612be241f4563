"""Tell me when it is back: POST /products/{product_id}/stock-subscriptions."""

from typing import Annotated

from commerce.catalog.store import PRODUCTS
from commerce.inventory import subscriptions
from commerce.inventory.subscriptions import SubscribeStock, SubscriptionView
from commerce.runtime import http
from commerce.runtime.errors import Invalid, NotFound

app = http.api()


@app.post("/products/<product_id>/stock-subscriptions", tags=["products"], status_code=202)
def subscribe_stock(
    product_id: Annotated[str, http.Path(max_length=255, description="Id or slug")], body: SubscribeStock
) -> http.Response[SubscriptionView]:
    """One mail when a sold-out variant can be ordered again. Asked twice, it is still one."""
    product = PRODUCTS.active(product_id)
    if product is None:
        raise NotFound("There is no such product.")
    if product.variant(body.sku) is None:
        raise Invalid.field("sku", "unknown_sku", "The product does not come with this SKU.")
    waiting = subscriptions.subscribe(body, product_id=product.id)
    return http.accepted(waiting)


handler = http.handler(app)
