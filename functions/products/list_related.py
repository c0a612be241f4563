"""What goes with a product: GET /products/{product_id}/related."""

from typing import Annotated

from commerce.catalog import related
from commerce.catalog.related import MAX_RELATED, RelatedProducts
from commerce.runtime import http

app = http.api()


@app.get("/products/<product_id>/related", tags=["products"])
def list_related(
    product_id: Annotated[str, http.Path(max_length=255, description="Id or slug")],
    currency: Annotated[str, http.Query(description="ISO 4217; the shop's default if absent")] = "",
    language: Annotated[str, http.Query(description="ISO 639-1; the shop's default if absent")] = "",
    limit: Annotated[int, http.Query(ge=1, le=MAX_RELATED)] = 8,
) -> http.Response[RelatedProducts]:
    """What was bought together with it, then what its category sells best."""
    found = related.list_related(
        product_id, currency=http.currency(currency), limit=limit, language=http.language(language)
    )
    return http.cacheable(found, http.content_etag(found), seconds=30)


handler = http.handler(app)
