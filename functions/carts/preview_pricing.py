"""What would this cart cost? POST /admin/pricing-preview."""

from commerce.pricing import preview
from commerce.pricing.preview import PreviewCart, PricingPreview
from commerce.runtime import http

app = http.api()


@app.post("/admin/pricing-preview", tags=["admin"])
def preview_pricing(body: PreviewCart) -> PricingPreview:
    """Prices a cart that nobody has, by the rules in force, and explains every part. Changes nothing."""
    return preview.preview(body)


handler = http.handler(app)
