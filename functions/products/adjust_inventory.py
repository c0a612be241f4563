"""Sets the stock of a SKU right: POST /admin/inventory/{sku}/adjustments."""

from typing import Annotated

from commerce.catalog.store import PRODUCTS
from commerce.inventory import admin
from commerce.inventory.admin import Adjustment, LevelView
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/inventory/<sku>/adjustments", tags=["admin"])
def adjust_inventory(
    sku: Annotated[str, http.Path(min_length=1, max_length=100)],
    body: Adjustment,
    idempotency_key: http.IdempotencyKey = None,
) -> LevelView:
    """Counts, receives or writes off pieces; needs an Idempotency-Key, since twice would be twice."""
    who = http.caller()
    key = http.required_key(idempotency_key)
    once = Once("adjust_inventory", scope=who.scope("sku", sku), key=key, request=body)
    return once.answer(
        LevelView,
        lambda: admin.adjust(sku, body, is_sold=lambda s: bool(PRODUCTS.of_skus([s])), who=who.user_id, once=once),
    )


handler = http.handler(app)
