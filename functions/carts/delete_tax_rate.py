"""Removes a rate of tax: DELETE /admin/tax-rates/{rate_id}."""

from commerce.pricing import tax_admin
from commerce.runtime import http

app = http.api()


@app.delete("/admin/tax-rates/<rate_id>", tags=["admin"], responses=http.empty(204))
def delete_tax_rate(rate_id: http.Id, if_match: http.IfMatch = None) -> http.Response[str]:
    """Removes it; If-Match says which version is meant."""
    who = http.caller()
    tax_admin.delete(rate_id, version=http.required_version(if_match), who=who.user_id)
    return http.gone()


handler = http.handler(app)
