# ruff: noqa: A002  (`format` is what the API calls it)
"""Imports and exports as a person of the shop makes them: ask, upload by the form, wait, look."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from commerce.runtime import files
from tests.support.api import Answer, call
from tests.support.shop import Shop
from tests.support.tour import bearer, signed_in
from tests.support.uploads import UPLOADS


@dataclass
class Desk:
    """A person of the shop at work."""

    shop: Shop
    role: str = "staff"

    def call(self, function: str, method: str, path: str, **options: Any) -> Answer:
        """A request with the person's token."""
        # A session token is good for a minute, which a large file outlasts.
        token = self.shop.sandbox.session_token(f"{self.role}@example.com", self.role)
        person = signed_in(token, method, path.partition("?")[0])
        headers = bearer(token) | options.pop("headers", {})
        return call(f"products.{function}", method, path, authorizer=person, headers=headers, **options)

    def start(self, format: str = "shopify_csv", **more: Any) -> dict[str, Any]:
        """A new import."""
        answer = self.call("start_import", "POST", "/admin/imports", body={"format": format} | more)
        assert answer.status == 201, answer.text
        started: dict[str, Any] = answer.json
        return started

    def upload(self, started: dict[str, Any], content: str | bytes) -> None:
        """Uploads a file by the form of an import."""
        self.shop.uploads.post(started["upload"], content.encode() if isinstance(content, str) else content)

    def bring(self, content: str | bytes, format: str = "shopify_csv", **more: Any) -> dict[str, Any]:
        """A whole import, to its end; how it stands then."""
        started = self.start(format, **more)
        self.upload(started, content)
        self.shop.uploads.deliver()
        self.settle()
        return self.look(started["id"])

    def settle(self) -> None:
        """What was published arrives."""
        self.shop.bus.deliver()
        assert not self.shop.uploads.failures, self.shop.uploads.failures
        mine = [failure for failure in self.shop.bus.failures if failure[0].startswith("products.run_")]
        assert not mine, mine

    def look(self, import_id: str) -> dict[str, Any]:
        """How an import stands."""
        answer = self.call("get_import", "GET", f"/admin/imports/{import_id}")
        assert answer.status == 200, answer.text
        found: dict[str, Any] = answer.json
        return found

    def errors(self, import_id: str) -> list[dict[str, Any]]:
        """What it could not use."""
        return self._all("list_import_errors", f"/admin/imports/{import_id}/errors")

    def changes(self, import_id: str) -> list[dict[str, Any]]:
        """What it changed, or would."""
        return self._all("list_import_changes", f"/admin/imports/{import_id}/changes")

    def _all(self, function: str, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.call(function, "GET", f"{path}?limit=100{cursor and f'&cursor={cursor}'}")
            assert page.status == 200, page.text
            found += page.json["items"]
            if not page.json["next_cursor"]:
                return found
            cursor = page.json["next_cursor"]

    def undo(self, import_id: str) -> dict[str, Any]:
        """Takes an import back, to the end of it."""
        answer = self.call("undo_import", "POST", f"/admin/imports/{import_id}/undo")
        assert answer.status == 202, answer.text
        self.settle()
        return self.look(import_id)

    def export(self, format: str, **more: Any) -> tuple[dict[str, Any], bytes]:
        """A whole export, to its end; how it stands then, and its file."""
        answer = self.call("export_products", "POST", "/admin/exports", body={"format": format} | more)
        assert answer.status == 202, answer.text
        self.settle()
        path = f"/admin/exports/{answer.json['id']}"
        done = self.call("get_export", "GET", path).json
        assert done["status"] == "finished", done
        assert "X-Amz-Signature" in parse_qs(urlsplit(done["url"]).query)
        return done, files.read(UPLOADS, f"exports/{done['id']}.{'csv' if format == 'shopify_csv' else 'jsonl'}")


def lines(*products: dict[str, Any]) -> str:
    """A file in JSON Lines."""
    return "".join(json.dumps(product) + "\n" for product in products)


def product(slug: str, **more: Any) -> dict[str, Any]:
    """A line with one variant, unless it says otherwise."""
    variant = {"sku": slug.upper(), "prices": {"USD": 1000}, "quantity": 3}
    return {"slug": slug, "title": slug.title(), "variants": [variant]} | more
