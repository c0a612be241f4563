"""Removes a collection: DELETE /admin/collections/{collection_id}."""

from commerce.catalog import collections
from commerce.runtime import http

app = http.api()


@app.delete("/admin/collections/<collection_id>", tags=["admin"], responses=http.empty(204))
def delete_collection(collection_id: http.Id, if_match: http.IfMatch = None) -> http.Response[str]:
    """Removes it; If-Match says which version is meant."""
    who = http.caller()
    collections.delete(collection_id, version=http.required_version(if_match), who=who.user_id)
    return http.gone()


handler = http.handler(app)
