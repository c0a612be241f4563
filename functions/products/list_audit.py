"""Who changed what, and when: GET /admin/audit."""

from typing import Annotated

from commerce.runtime import audit, http
from commerce.runtime.audit import EntryView
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/audit", tags=["admin"])
def list_audit(
    subject: Annotated[str, http.Query(max_length=120, description="Id of the thing that was changed")] = "",
    who: Annotated[str, http.Query(max_length=120, description="Id of the person who changed it")] = "",
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[EntryView]:
    """A page of changes, the newest first."""
    return audit.list_entries(subject=subject, who=who, limit=limit, cursor=cursor)


handler = http.handler(app)
