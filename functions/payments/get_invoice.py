"""The invoice of an order, with its credit notes: GET /orders/{order_id}/invoice."""

from commerce import invoices, orders
from commerce.invoices import InvoiceView
from commerce.runtime import http

app = http.api()


@app.get("/orders/<order_id>/invoice", tags=["orders"])
def get_invoice(order_id: http.Id, order_token: http.OrderToken = None) -> InvoiceView:
    """For whoever may see the order. `url` and those of the credit notes are good for `expires_in` seconds: ask again
    for new ones. 409 `invoice_not_issued` as long as the order is not paid, and for a moment after.
    """
    orders.check_access(order_id, http.caller(order_token=order_token))
    return invoices.of_order(order_id)


handler = http.handler(app)
