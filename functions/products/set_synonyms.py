"""Says which words mean the same: PUT /admin/search/synonyms."""

from commerce.catalog.search import synonyms
from commerce.catalog.search.synonyms import SynonymSet, SynonymsView
from commerce.runtime import http

app = http.api()


@app.put("/admin/search/synonyms", tags=["products"])
def set_synonyms(body: SynonymSet, if_match: http.IfMatch = None) -> http.Response[SynonymsView]:
    """Puts these groups in the place of all there were."""
    who = http.caller()
    stored = synonyms.set_synonyms(body, version=http.required_version(if_match), who=who.user_id)
    return http.versioned(stored, stored.version)


handler = http.handler(app)
