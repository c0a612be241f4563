"""One product, by id or slug: GET /products/{product_id}."""

from typing import Annotated
from urllib.parse import quote

from commerce import catalog, inventory
from commerce.catalog import ProductView
from commerce.runtime import http

app = http.api()


@app.get("/products/<product_id>", tags=["products"], responses=http.answers(ProductView, 200) | http.empty(301))
def get_product(
    product_id: Annotated[str, http.Path(max_length=255, description="Id or slug")],
    currency: Annotated[str, http.Query(description="ISO 4217; the shop's default if absent")] = "",
    language: Annotated[str, http.Query(description="ISO 639-1; the shop's default if absent")] = "",
) -> http.Response[ProductView]:
    """A product with its variants, prices and what can be ordered."""
    try:
        product = catalog.get_product(
            product_id,
            currency=http.currency(currency),
            shelves=inventory.levels,
            language=http.language(language),
        )
    except catalog.Moved as moved:
        raise http.Elsewhere(quote(moved.slug)) from None
    return http.cacheable(product, http.content_etag(product), seconds=30)


handler = http.handler(app)
