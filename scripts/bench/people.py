"""What people's operations cost: `python -m scripts.bench.people [--times 15] [--cold-times 5] [--layer FOLDER]`.

The authorizer, warm and from cold, and every operation of auth and users, warm, in this process: CPU of this thread,
round trips, bytes. Timings of one run belong together; round trips are exact. Calls of the sign-in service are neither
counted nor free of CPU.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymongo.monitoring

from commerce.runtime.observability import logger
from scripts.bench import cold
from scripts.bench.meter import TripCounter, cpu_ms
from scripts.bench.operations import Bench, Cost
from scripts.stack.build import build, locked
from scripts.stack.layout import BUILD, ROOT
from tests.support import fixtures
from tests.support.api import event
from tests.support.person import ADDRESS, Customer, account, tell
from tests.support.shop import Shop
from tests.support.staff import Staff
from tests.support.tour import bearer, signed_in

SKU = "BENCH-MUG"
OUR_FUNCTIONS = ("auth.", "users.")

type Request = tuple[str, dict[str, Any]]


class People:
    """Measures operations one after another, each call by somebody new who has all that the operation needs."""

    def __init__(self, shop: Shop, bench: Bench) -> None:
        self.shop, self.bench = shop, bench
        self._number = 0

    def run(self) -> list[Cost]:
        """All of them."""
        self.shop.stock(SKU, 10)
        self.product = str(self.shop.one("products", slug="bench-mug")["_id"])
        for measure in (self._auth, self._profile, self._addresses, self._lists, self._privacy, self._staff):
            measure()
        return self.bench.costs

    def authorizer_ms(self, times: int) -> float:
        """CPU of the authorizer for a good token."""
        token = self.someone().token
        return cpu_ms(lambda: signed_in(token, "GET", "/me"), times=times)

    def someone(self) -> Customer:
        """A person whom the sign-in service has told of, and the shop knows."""
        self._number += 1
        one = Customer(self.shop.sandbox, f"person-{self._number}@example.com")
        tell(account(one.id, at=self._number, email=one.email))
        return one

    def ask(self, function: str, method: str, path: str, body: Any = None, *, who: Customer | Staff) -> Request:
        """A request as the gateway hands it on, from an address of its own."""
        token = self.shop.sandbox.session_token(who.email, who.role if isinstance(who, Staff) else "customer")
        self._number += 1
        address = f"10.1.{self._number // 250}.{self._number % 250}"
        authorizer = signed_in(token, method, path)
        return function, event(method, path, body=body, headers=bearer(token), authorizer=authorizer, address=address)

    def _measure(self, name: str, request: Callable[[], Request]) -> None:
        self.bench.measure(name, "people", request, floors=False)

    def _mine(self, name: str, method: str, path: str, body: Any = None, service: str = "users") -> None:
        self._measure(name, lambda: self.ask(f"{service}.{name}", method, path, body, who=self.someone()))

    def _auth(self) -> None:
        self._measure("get_config", lambda: ("auth.get_config", event("GET", "/auth/config")))
        self._mine("get_session", "GET", "/auth/session", service="auth")
        self._mine("list_sessions", "GET", "/auth/sessions", service="auth")

        def revoke() -> Request:
            one = self.someone()
            other = self.shop.sandbox.session(one.email, "customer", fresh=True)["session_id"]
            return self.ask("auth.revoke_session", "DELETE", f"/auth/sessions/{other}", who=one)

        self._measure("revoke_session", revoke)

    def _profile(self) -> None:
        self._mine("get_profile", "GET", "/me")
        self._mine("update_profile", "PATCH", "/me", {"name": "Ada", "locale": "en-GB", "time_zone": "Europe/London"})

    def _addresses(self) -> None:
        def with_one(function: str, method: str, body: Any = None) -> Callable[[], Request]:
            def request() -> Request:
                one = self.someone()
                known = one.add_address().json["id"]
                return self.ask(f"users.{function}", method, f"/me/addresses/{known}", body, who=one)

            return request

        def book() -> Request:
            one = self.someone()
            one.add_address()
            return self.ask("users.list_addresses", "GET", "/me/addresses", who=one)

        self._measure("list_addresses", book)
        self._mine("add_address", "POST", "/me/addresses", ADDRESS)
        self._measure("update_address", with_one("update_address", "PATCH", {"label": "Home", "city": "London"}))
        self._measure("delete_address", with_one("delete_address", "DELETE"))

    def _lists(self) -> None:
        def with_wish(function: str, method: str, path: str) -> Callable[[], Request]:
            def request() -> Request:
                one = self.someone()
                one.ask("add_wish", "PUT", f"/me/wishlist/{self.product}")
                return self.ask(f"users.{function}", method, path, who=one)

            return request

        self._measure("get_wishlist", with_wish("get_wishlist", "GET", "/me/wishlist"))
        self._mine("add_wish", "PUT", f"/me/wishlist/{self.product}")
        self._measure("remove_wish", with_wish("remove_wish", "DELETE", f"/me/wishlist/{self.product}"))
        self._mine("get_recently_viewed", "GET", "/me/recently-viewed")
        self._mine("note_viewed", "PUT", "/me/recently-viewed", {"product_id": self.product})

    def _privacy(self) -> None:
        said = {"kind": "marketing", "given": True, "text_version": "1", "source": "bench"}
        self._mine("get_consents", "GET", "/me/consents")
        self._mine("say_consent", "PUT", "/me/consents", said)
        self._mine("export_data", "POST", "/me/export")
        self._mine("delete_account", "DELETE", "/me")

        def leaving() -> Request:
            one = self.someone()
            one.ask("delete_account", "DELETE", "/me")
            return self.ask("users.restore_account", "POST", "/me/restore", who=one)

        self._measure("restore_account", leaving)

    def _staff(self) -> None:
        staff = Staff(self.shop.sandbox)

        def about(name: str, method: str, path: str = "", body: Any = None) -> None:
            def request() -> Request:
                return self.ask(f"users.{name}", method, f"/admin/users/{self.someone().id}{path}", body, who=staff)

            self._measure(name, request)

        self._measure("list_users", lambda: self.ask("users.list_users", "GET", "/admin/users", who=staff))
        about("get_user", "GET")
        about("add_user_note", "POST", "/notes", {"text": "Rings twice."})
        about("block_user", "POST", "/block", {"reason": "Chargebacks"})


def measure(times: int) -> tuple[list[Cost], float]:
    """The costs of all operations, and the CPU of the authorizer."""
    counter = TripCounter()
    pymongo.monitoring.register(counter)
    with fixtures.shop_of_its_own("souk_bench") as shop:
        people = People(shop, Bench(shop, counter, times=times))
        return people.run(), people.authorizer_ms(times * 4)


def main(arguments: list[str] | None = None) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.people")
    parser.add_argument("--times", type=int, default=15, help="calls of each operation")
    parser.add_argument("--cold-times", type=int, default=5, help="imports of each function")
    parser.add_argument("--layer", type=Path, help="a built layer's folder `python`; without it one is built")
    wanted = parser.parse_args(arguments)
    logger.setLevel(logging.CRITICAL)
    with contextlib.redirect_stdout(io.StringIO()):
        costs, authorizer = measure(wanted.times)
    print("| operation | CPU ms | database | cache | bytes |\n|---|---:|---:|---:|---:|")
    print(f"| authorizer | {authorizer:.2f} | 0 | 0 | |")
    for cost in costs:
        print(f"| {cost.name} | {cost.cpu:.2f} | {len(cost.trips.mongo)} | {cost.trips.cache} | {cost.size} |")
    layer = wanted.layer
    with locked("sam"):
        if layer is None:
            build(ROOT / ".local" / "logs" / "build.log")
            layer = BUILD / "out" / "CommonLayer" / "python"
        measured = [
            cold.measure_one(function, layer, times=wanted.cold_times)
            for function in cold.functions()
            if function.startswith(OUR_FUNCTIONS)
        ]
    print("\n| function | import ms | third-party alone | modules |\n|---|---:|---:|---:|")
    for one in measured:
        print(f"| {one.function} | {one.ms:.0f} | {one.bare_ms:.0f} | {one.modules} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
