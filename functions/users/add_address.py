"""One more address: POST /me/addresses."""

from commerce.runtime import http
from commerce.runtime.idempotency import Once
from commerce.users import addresses
from commerce.users.addresses import AddressView, NewAddress

app = http.api()


@app.post("/me/addresses", tags=["users"], status_code=201)
def add_address(body: NewAddress, idempotency_key: http.IdempotencyKey = None) -> http.Response[AddressView]:
    """Adds an address, checked as its country's post writes it. A book takes twenty."""
    who = http.caller()
    once = Once("add_address", scope=who.scope("address", ""), key=idempotency_key, request=body)
    added = once.answer(AddressView, lambda: addresses.add(who.user_id, body, once))
    return http.versioned(added, added.version, status=201, location=f"/api/me/addresses/{added.id}")


handler = http.handler(app)
