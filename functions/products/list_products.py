"""Products: narrowed, searched, sorted, counted: GET /products."""

from typing import Annotated

from commerce.catalog.search import asking, browsing
from commerce.catalog.search.browsing import ProductPage, Shown
from commerce.runtime import http
from commerce.runtime.paging import Limit

app = http.api()


@app.get("/products", tags=["products"])
def list_products(
    *,
    q: Annotated[str, http.Query(max_length=200, description="Words; the last may be unfinished")] = "",
    category: Annotated[
        list[str] | None, http.Query(description="Slug or id, with all below it; may be repeated")
    ] = None,
    collection: Annotated[str, http.Query(max_length=120, description="Slug or id")] = "",
    brand: Annotated[list[str] | None, http.Query(description="May be repeated: any of them")] = None,
    tag: Annotated[list[str] | None, http.Query(description="May be repeated: any of them")] = None,
    min_price: Annotated[int | None, http.Query(description="Minor units of the currency")] = None,
    max_price: Annotated[int | None, http.Query(description="Minor units of the currency")] = None,
    in_stock: Annotated[bool | None, http.Query(description="true: what can be bought; false: what can't")] = None,
    min_rating: Annotated[int | None, http.Query(description="Stars, 1 to 5")] = None,
    sort: Annotated[str, http.Query(description="relevance, price, -price, -created_at, -sales, -rating")] = "",
    currency: Annotated[str, http.Query(description="ISO 4217; the shop's default if absent")] = "",
    language: Annotated[str, http.Query(description="ISO 639-1; the shop's default if absent")] = "",
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=4000)] = None,
    total: Annotated[bool, http.Query(description="Whether to count all that fit")] = False,
    facets: Annotated[bool, http.Query(description="Whether the first page comes with facets")] = True,
) -> http.Response[ProductPage]:
    """A page of active products. Attributes are filters too: `attr.color=blue`; repeated, any of the values."""
    del q, category, collection, brand, tag, min_price, max_price, in_stock, min_rating, sort  # Read with attr.*.
    shown = Shown(http.currency(currency), limit, http.language(language), total, facets)
    page = browsing.list_products(asking.read(app.current_event.resolved_query_string_parameters), shown, cursor)
    return http.cacheable(page, http.content_etag(page), seconds=30)


handler = http.handler(app)
