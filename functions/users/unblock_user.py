"""Lets a customer in again: POST /admin/users/{user_id}/unblock."""

from commerce.runtime import http
from commerce.runtime.idempotency import Once
from commerce.users import staff
from commerce.users.staff import UserView

app = http.api()


@app.post("/admin/users/<user_id>/unblock", tags=["admin"])
def unblock_user(user_id: http.Id, idempotency_key: http.IdempotencyKey = None) -> UserView:
    """The person's session tokens count again within a minute. Done twice, it is done once."""
    who = http.caller()
    once = Once("unblock_user", scope=who.scope("user", user_id), key=idempotency_key)
    return once.answer(UserView, lambda: staff.unblock(user_id, who=who, once=once))


handler = http.handler(app)
