"""Shuts a customer out: POST /admin/users/{user_id}/block."""

from commerce.runtime import http
from commerce.runtime.idempotency import Once
from commerce.users import staff
from commerce.users.staff import BlockUser, UserView

app = http.api()


@app.post("/admin/users/<user_id>/block", tags=["admin"])
def block_user(user_id: http.Id, body: BlockUser, idempotency_key: http.IdempotencyKey = None) -> UserView:
    """Within a minute the person's session tokens are refused. Done twice, it is done once."""
    who = http.caller()
    once = Once("block_user", scope=who.scope("user", user_id), key=idempotency_key, request=body)
    return once.answer(UserView, lambda: staff.block(user_id, body, who=who, once=once))


handler = http.handler(app)
