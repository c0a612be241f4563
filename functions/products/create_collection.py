"""Makes a collection: POST /admin/collections."""

from commerce.catalog import collections
from commerce.catalog.collections import CollectionView, NewCollection
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/collections", tags=["admin"], responses=http.answers(CollectionView, 201))
def create_collection(
    body: NewCollection, idempotency_key: http.IdempotencyKey = None
) -> http.Response[CollectionView]:
    """Makes a collection."""
    who = http.caller()
    once = Once("create_collection", scope=who.scope("collection", "new"), key=idempotency_key, request=body)
    made = once.answer(CollectionView, lambda: collections.create(body, who=who.user_id, once=once))
    return http.versioned(made, made.version, status=201, location=f"/admin/collections/{made.id}")


handler = http.handler(app)
