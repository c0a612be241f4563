"""Words that mean the same: GET /admin/search/synonyms."""

from commerce.catalog.search import synonyms
from commerce.catalog.search.synonyms import SynonymsView
from commerce.runtime import http

app = http.api()


@app.get("/admin/search/synonyms", tags=["products"])
def get_synonyms() -> http.Response[SynonymsView]:
    """The groups, with the version that a change must name."""
    found = synonyms.get_synonyms()
    return http.versioned(found, found.version)


handler = http.handler(app)
