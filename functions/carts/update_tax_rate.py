"""Changes a rate of tax: PATCH /admin/tax-rates/{rate_id}."""

from commerce.pricing import tax_admin
from commerce.pricing.tax_admin import TaxRatePatch, TaxRateView
from commerce.runtime import http

app = http.api()


@app.patch("/admin/tax-rates/<rate_id>", tags=["admin"])
def update_tax_rate(rate_id: http.Id, body: TaxRatePatch, if_match: http.IfMatch = None) -> http.Response[TaxRateView]:
    """Changes the members that are given; If-Match says which version they were made from."""
    who = http.caller()
    version = http.required_version(if_match)
    changed = tax_admin.update(rate_id, body, version=version, who=who.user_id)
    return http.versioned(changed, changed.version)


handler = http.handler(app)
