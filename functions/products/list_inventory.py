"""The stock of everything: GET /admin/inventory."""

from typing import Annotated

from commerce.catalog.store import PRODUCTS
from commerce.inventory import admin
from commerce.inventory.admin import LevelRow
from commerce.inventory.model import StockState
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/inventory", tags=["admin"])
def list_inventory(
    q: Annotated[str, http.Query(max_length=100, description="How a SKU begins")] = "",
    state: Annotated[StockState | None, http.Query()] = None,
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[LevelRow]:
    """A page of stock levels by SKU, with what they are the stock of."""
    page = admin.list_levels(q=q.strip(), state=state, limit=limit, cursor=cursor)
    products = {v.sku: product for product in PRODUCTS.of_skus(row.sku for row in page.items) for v in product.variants}
    for row in page.items:
        if product := products.get(row.sku):
            row.product_id, row.title = product.id, product.title
    return page


handler = http.handler(app)
