"""Staff at the desk where the rules of pricing are made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from commerce.runtime.errors import ShopError
from tests.support.api import Answer
from tests.support.race import together
from tests.support.staff import Staff

# By the last part of the path: how the functions are named, and what makes a thing of the kind.
NAMES = {
    "coupons": "coupon",
    "shipping-zones": "shipping_zone",
    "shipping-methods": "shipping_method",
    "tax-rates": "tax_rate",
}
COUPON = {"code": "SPRING", "title": "Spring", "kind": "percent", "percent": "12.5"}
ZONE = {"title": "Europe", "areas": [{"country": "DE"}, {"country": "FR"}]}
METHOD = {"title": "Standard", "kind": "flat", "rates": {"USD": [{"amount": 500}]}}
RATE = {"name": "VAT", "country": "DE", "percent": 19, "included": True}


@dataclass
class Desk:
    """Requests to the functions of pricing."""

    staff: Staff

    def post(self, kind: str, body: dict[str, Any], **headers: str) -> Answer:
        return self.staff.ask(f"carts.create_{NAMES[kind]}", "POST", f"/admin/{kind}", body, **headers)

    def make(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        """What was made."""
        made = self.post(kind, body)
        assert made.status == 201, made.text
        found: dict[str, Any] = made.json
        return found

    def patch(self, kind: str, id_: str, body: dict[str, Any], if_match: str = "*") -> Answer:
        path = f"/admin/{kind}/{id_}"
        return self.staff.ask(f"carts.update_{NAMES[kind]}", "PATCH", path, body, If_Match=if_match)

    def delete(self, kind: str, id_: str, if_match: str = "*") -> Answer:
        path = f"/admin/{kind}/{id_}"
        return self.staff.ask(f"carts.delete_{NAMES[kind]}", "DELETE", path, If_Match=if_match)

    def get(self, kind: str, query: str = "") -> Answer:
        return self.staff.ask(f"carts.list_{NAMES[kind]}s", "GET", f"/admin/{kind}{query}")

    def listed(self, kind: str, query: str = "") -> list[dict[str, Any]]:
        """The items of a page."""
        answer = self.get(kind, query)
        assert answer.status == 200, answer.text
        items: list[dict[str, Any]] = answer.json["items"]
        return items

    def coupon(self, **members: Any) -> dict[str, Any]:
        return self.make("coupons", COUPON | members)

    def zone(self, **members: Any) -> dict[str, Any]:
        return self.make("shipping-zones", ZONE | members)

    def method(self, zone_id: str, **members: Any) -> dict[str, Any]:
        return self.make("shipping-methods", METHOD | {"zone_id": zone_id} | members)

    def rate(self, **members: Any) -> dict[str, Any]:
        return self.make("tax-rates", RATE | members)


def raced(jobs: Sequence[Callable[[], object]]) -> list[str]:
    """How jobs that begin at the same moment end: `done`, or the code of the fault; in the alphabet's order."""
    outcomes = together(jobs)
    strange = [found for found in outcomes if isinstance(found, Exception) and not isinstance(found, ShopError)]
    assert not strange, strange
    return sorted(found.code if isinstance(found, ShopError) else "done" for found in outcomes)


def faults(answer: Answer) -> list[tuple[str, str]]:
    """The fields that are wrong, each with its code."""
    assert answer.status == 422, answer.text
    return [(error["field"], error["code"]) for error in answer.json["errors"]]
