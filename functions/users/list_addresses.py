"""My addresses: GET /me/addresses."""

from commerce.runtime import http
from commerce.users import addresses
from commerce.users.addresses import AddressList

app = http.api()


@app.get("/me/addresses", tags=["users"])
def list_addresses() -> AddressList:
    """The whole address book, the oldest first; one is the default for shipping, one for billing."""
    who = http.caller()
    return addresses.list_all(who.user_id)


handler = http.handler(app)
