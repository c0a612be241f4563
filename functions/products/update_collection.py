"""Changes a collection: PATCH /admin/collections/{collection_id}."""

from commerce.catalog import collections
from commerce.catalog.collections import CollectionPatch, CollectionView
from commerce.runtime import http

app = http.api()


@app.patch("/admin/collections/<collection_id>", tags=["admin"])
def update_collection(
    collection_id: http.Id, body: CollectionPatch, if_match: http.IfMatch = None
) -> http.Response[CollectionView]:
    """Changes the members that are given; If-Match says which version they were made from."""
    who = http.caller()
    changed = collections.update(collection_id, body, version=http.required_version(if_match), who=who.user_id)
    return http.versioned(changed, changed.version)


handler = http.handler(app)
