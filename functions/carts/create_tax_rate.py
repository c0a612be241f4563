"""Makes a rate of tax: POST /admin/tax-rates."""

from commerce.pricing import tax_admin
from commerce.pricing.tax_admin import NewTaxRate, TaxRateView
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/tax-rates", tags=["admin"], responses=http.answers(TaxRateView, 201))
def create_tax_rate(body: NewTaxRate, idempotency_key: http.IdempotencyKey = None) -> http.Response[TaxRateView]:
    """Makes a rate of tax."""
    who = http.caller()
    once = Once("create_tax_rate", scope=who.scope("tax_rate", "new"), key=idempotency_key, request=body)
    made = once.answer(TaxRateView, lambda: tax_admin.create(body, who=who.user_id, once=once))
    return http.versioned(made, made.version, status=201, location=f"/admin/tax-rates/{made.id}")


handler = http.handler(app)
