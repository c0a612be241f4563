"""A customer: GET /admin/users/{user_id}."""

from commerce import orders
from commerce.orders import OrderSummary
from commerce.runtime import http
from commerce.users import staff
from commerce.users.staff import UserView

LAST_ORDERS = 5

app = http.api()


class Customer(UserView):
    """A customer with their last orders."""

    orders_count: int
    last_orders: list[OrderSummary]


@app.get("/admin/users/<user_id>", tags=["admin"])
def get_user(user_id: http.Id) -> http.Response[Customer]:
    """A customer with notes and last orders. That they were looked at is noted before they are shown."""
    who = http.caller()
    user = staff.get_user(user_id, who=who.user_id)
    count, last = orders.overview(user_id, last=LAST_ORDERS)
    return http.versioned(Customer(**user.model_dump(), orders_count=count, last_orders=last), user.version)


handler = http.handler(app)
