"""What happened to a SKU's stock: GET /admin/inventory/{sku}/movements."""

from typing import Annotated

from commerce.inventory import admin
from commerce.inventory.admin import MovementView
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/inventory/<sku>/movements", tags=["admin"])
def list_stock_movements(
    sku: Annotated[str, http.Path(min_length=1, max_length=100)],
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[MovementView]:
    """A page of movements, the newest first; together they are what is on hand."""
    return admin.list_movements(sku, limit=limit, cursor=cursor)


handler = http.handler(app)
