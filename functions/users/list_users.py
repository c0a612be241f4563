"""The shop's customers: GET /admin/users."""

from typing import Annotated

from commerce.runtime import http
from commerce.runtime.paging import Limit, Page
from commerce.users import staff
from commerce.users.model import UserStatus
from commerce.users.staff import UserSummary

app = http.api()


@app.get("/admin/users", tags=["admin"])
def list_users(
    q: Annotated[str, http.Query(max_length=254, description="How the email begins")] = "",
    status: Annotated[UserStatus | None, http.Query()] = None,
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=2_000)] = None,
) -> Page[UserSummary]:
    """A page of customers in the order of their emails. That they were seen is noted before they are shown."""
    who = http.caller()
    return staff.list_users(q=q, status=status, limit=limit, cursor=cursor, who=who.user_id)


handler = http.handler(app)
