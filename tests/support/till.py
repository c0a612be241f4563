"""Staff at the till: refunds, disputes, the books."""

from dataclasses import dataclass
from typing import Any

from tests.support.api import Answer, LambdaContext
from tests.support.shop import Buyer, Shop
from tests.support.staff import Staff


@dataclass
class Till:
    """Requests to the functions of payments that staff has."""

    shop: Shop
    asked: int = 0

    def __post_init__(self) -> None:
        self.staff = Staff(self.shop.sandbox)

    def payment_of(self, buyer: Buyer) -> str:
        """The id of the payment that paid for an order."""
        return str(self.shop.one("orders", _id=buyer.order_id)["payment_id"])

    def refund(self, payment_id: str, *, key: str = "", **wanted: Any) -> Answer:
        """POST a refund; each is another one, unless it has the key of an earlier one."""
        self.asked += 1
        body = {"reason": "arrived broken"} | wanted
        path = f"/admin/payments/{payment_id}/refunds"
        key = key or f"refund-{self.asked}"
        return self.staff.ask("payments.create_refund", "POST", path, body, Idempotency_Key=key)

    def capture(self, payment_id: str) -> Answer:
        """POST the capture of what is authorized."""
        path = f"/admin/payments/{payment_id}/capture"
        return self.staff.ask("payments.capture_authorization", "POST", path, None)

    def refunds(self, payment_id: str, query: str = "") -> Any:
        """A page of what went back of a payment."""
        path = f"/admin/payments/{payment_id}/refunds{query}"
        answer = self.staff.ask("payments.list_refunds", "GET", path)
        assert answer.status == 200, answer.text
        return answer.json

    def disputes(self, query: str = "") -> Any:
        """A page of disputes."""
        answer = self.staff.ask("payments.list_disputes", "GET", f"/admin/disputes{query}")
        assert answer.status == 200, answer.text
        return answer.json

    def transactions(self, query: str = "") -> Any:
        """A page of the ledger."""
        answer = self.staff.admin.ask("payments.list_transactions", "GET", f"/admin/transactions{query}")
        assert answer.status == 200, answer.text
        return answer.json

    def reconcile(self) -> dict[str, int]:
        """The day has come; how many were checked, healed and left."""
        import payments.reconcile_payments

        found: dict[str, int] = payments.reconcile_payments.handler({"id": "test"}, LambdaContext())
        return found

    def reports(self, query: str = "") -> Any:
        """A page of reconciliations."""
        answer = self.staff.admin.ask("payments.list_reconciliations", "GET", f"/admin/reconciliations{query}")
        assert answer.status == 200, answer.text
        return answer.json

    def export(self, wanted: dict[str, Any], *, key: str = "") -> Answer:
        """POST an export of the ledger."""
        named = {"Idempotency_Key": key} if key else {}
        path = "/admin/transactions/exports"
        return self.staff.admin.ask("payments.export_transactions", "POST", path, wanted, **named)

    def exported(self, export_id: str) -> Answer:
        """GET it."""
        path = f"/admin/transactions/exports/{export_id}"
        return self.staff.admin.ask("payments.get_transactions_export", "GET", path)
