"""An address is another: PATCH /me/addresses/{address_id}."""

from commerce.runtime import http
from commerce.users import addresses
from commerce.users.addresses import AddressPatch, AddressView

app = http.api()


@app.patch("/me/addresses/<address_id>", tags=["users"])
def update_address(
    address_id: http.Id, body: AddressPatch, if_match: http.IfMatch = None
) -> http.Response[AddressView]:
    """Changes the members that are given; the entity tag is that of the whole book."""
    who = http.caller()
    changed = addresses.update(who.user_id, address_id, body, version=http.version_in(if_match))
    return http.versioned(changed, changed.version)


handler = http.handler(app)
