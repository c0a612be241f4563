"""The ways a cart can be sent: GET /carts/{cart_id}/shipping-options."""

from typing import Annotated

from commerce import carts
from commerce.pricing import Destination, ShippingOption
from commerce.runtime import http
from commerce.runtime.paging import Page

app = http.api()


@app.get("/carts/<cart_id>/shipping-options", tags=["carts"])
def list_shipping_options(
    cart_id: http.Id,
    country: Annotated[str, http.Query(pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2")] = "",
    region: Annotated[str, http.Query(max_length=20, description="The code of a region of that country")] = "",
    cart_token: http.CartToken = None,
) -> Page[ShippingOption]:
    """What sending the cart costs, the cheapest first: to a country, or where its delivery says."""
    where = Destination(country, region) if country else None
    options = carts.list_shipping_options(cart_id, where, http.caller(cart_token=cart_token))
    return Page[ShippingOption](items=options)


handler = http.handler(app)
