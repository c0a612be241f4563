"""All products, for staff: GET /admin/products."""

from typing import Annotated

from commerce.catalog import admin
from commerce.catalog.admin import ProductRow
from commerce.catalog.model import Status
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/products", tags=["admin"])
def list_admin_products(
    status: Annotated[Status | None, http.Query()] = None,
    q: Annotated[str, http.Query(max_length=255, description="A SKU, or how a slug begins")] = "",
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=600)] = None,
) -> Page[ProductRow]:
    """A page of products, drafts and archived ones too: the newest first, with `q` by slug."""
    return admin.list_all(status=status, q=q.strip(), limit=limit, cursor=cursor)


handler = http.handler(app)
