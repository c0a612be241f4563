"""The tree of categories: GET /categories."""

from commerce.catalog import navigation
from commerce.catalog.navigation import CategoryTree
from commerce.runtime import http

app = http.api()


@app.get("/categories", tags=["products"])
def list_categories() -> http.Response[CategoryTree]:
    """All categories, each with those below it and how many products it leads to."""
    tree = navigation.category_tree()
    return http.cacheable(tree, http.content_etag(tree), seconds=30)


handler = http.handler(app)
