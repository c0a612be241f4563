"""A buyer reviews a product: POST /products/{product_id}/reviews."""

from typing import Annotated

from commerce import catalog, orders
from commerce.catalog import reviews
from commerce.catalog.reviews import MyReview, NewReview
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/products/<product_id>/reviews", tags=["products"], status_code=201)
def create_review(
    product_id: Annotated[str, http.Path(max_length=255, description="Id or slug")],
    body: NewReview,
    idempotency_key: http.IdempotencyKey = None,
) -> http.Response[MyReview]:
    """One review per buyer and product; it is shown once staff has read it."""
    who = http.caller()
    product = catalog.product_id_of(product_id)
    once = Once("create_review", scope=who.scope("product", product), key=idempotency_key, request=body)
    bought = orders.has_bought(who.user_id, product)
    made = once.answer(MyReview, lambda: reviews.create(product, body, user_id=who.user_id, bought=bought, once=once))
    return http.created(made, f"/products/{product}/reviews")


handler = http.handler(app)
