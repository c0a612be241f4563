"""The shop's rates of tax: GET /admin/tax-rates."""

from typing import Annotated

from commerce.pricing import tax_admin
from commerce.pricing.tax_admin import TaxRateView
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/tax-rates", tags=["admin"])
def list_tax_rates(
    country: Annotated[str, http.Query(max_length=2, description="ISO 3166-1 alpha-2")] = "",
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[TaxRateView]:
    """A page of rates, the oldest first; of one country, or all."""
    return tax_admin.list_all(country=country, limit=limit, cursor=cursor)


handler = http.handler(app)
