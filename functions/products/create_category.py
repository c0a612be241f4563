"""Makes a category: POST /admin/categories."""

from commerce.catalog import category_admin
from commerce.catalog.category_admin import CategoryView, NewCategory
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/categories", tags=["admin"], responses=http.answers(CategoryView, 201))
def create_category(body: NewCategory, idempotency_key: http.IdempotencyKey = None) -> http.Response[CategoryView]:
    """Makes a category."""
    who = http.caller()
    once = Once("create_category", scope=who.scope("category", "new"), key=idempotency_key, request=body)
    made = once.answer(CategoryView, lambda: category_admin.create(body, who=who.user_id, once=once))
    return http.versioned(made, made.version, status=201, location=f"/admin/categories/{made.id}")


handler = http.handler(app)
