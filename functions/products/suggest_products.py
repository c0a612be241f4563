"""What may be meant, while it is being typed: GET /products/suggestions."""

from typing import Annotated

from commerce.catalog.search import suggestions
from commerce.catalog.search.suggestions import Suggestion
from commerce.runtime import http
from commerce.runtime.paging import Page

app = http.api()


@app.get("/products/suggestions", tags=["products"])
def suggest_products(
    q: Annotated[str, http.Query(max_length=100, description="What is typed so far")] = "",
    currency: Annotated[str, http.Query(description="ISO 4217; the shop's default if absent")] = "",
    language: Annotated[str, http.Query(description="ISO 639-1; the shop's default if absent")] = "",
) -> http.Response[Page[Suggestion]]:
    """Completed words, categories, brands and products."""
    found = suggestions.suggest(q, currency=http.currency(currency), language=http.language(language))
    return http.cacheable(found, http.content_etag(found), seconds=30)


handler = http.handler(app)
