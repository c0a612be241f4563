"""A picture of a product shall come: POST /admin/products/{product_id}/images."""

from commerce.catalog import images
from commerce.catalog.images import ImageUploadView, NewImage
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/products/<product_id>/images", tags=["admin"], status_code=201)
def create_image_upload(
    product_id: http.Id, body: NewImage, idempotency_key: http.IdempotencyKey = None
) -> http.Response[ImageUploadView]:
    """The form by which it is uploaded; a PATCH of the product's `images` orders, describes and removes them."""
    who = http.caller()
    once = Once("create_image_upload", scope=who.scope("product", product_id), key=idempotency_key, request=body)
    begun = once.answer(ImageUploadView, lambda: images.begin(product_id, body, who=who.user_id, once=once))
    return http.created(begun, f"/admin/products/{product_id}")


handler = http.handler(app)
