"""Something to know about a customer: POST /admin/users/{user_id}/notes."""

from commerce.runtime import http
from commerce.runtime.idempotency import Once
from commerce.users import staff
from commerce.users.staff import AddUserNote, UserNoteView

app = http.api()


@app.post("/admin/users/<user_id>/notes", tags=["admin"], status_code=201)
def add_user_note(
    user_id: http.Id, body: AddUserNote, idempotency_key: http.IdempotencyKey = None
) -> http.Response[UserNoteView]:
    """A note for the shop's people; the customer can read it in the export of their data."""
    who = http.caller()
    once = Once("add_user_note", scope=who.scope("user", user_id), key=idempotency_key, request=body)
    note = once.answer(UserNoteView, lambda: staff.add_note(user_id, body, who=who.user_id, once=once))
    return http.created(note, f"/api/admin/users/{user_id}")


handler = http.handler(app)
