"""An address less: DELETE /me/addresses/{address_id}."""

from commerce.runtime import http
from commerce.users import addresses

app = http.api()


@app.delete("/me/addresses/<address_id>", tags=["users"], responses=http.empty(204))
def delete_address(address_id: http.Id, if_match: http.IfMatch = None) -> http.Response[str]:
    """Takes it out. Was it a default, the oldest one left takes its place."""
    who = http.caller()
    addresses.delete(who.user_id, address_id, version=http.version_in(if_match))
    return http.gone()


handler = http.handler(app)
