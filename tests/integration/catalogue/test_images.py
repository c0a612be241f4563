"""Pictures: what is none is refused, what is one is served, whatever comes twice or is cut short."""

from typing import Any

import pytest

from commerce.catalog import images
from commerce.runtime import files
from tests.support.api import Answer, call
from tests.support.shop import Shop
from tests.support.staff import Staff
from tests.support.uploads import MEDIA, UPLOADS, Refused

PICTURES = {
    "image/jpeg": b"\xff\xd8\xff\xe0" + b"x" * 60,
    "image/png": b"\x89PNG\r\n\x1a\n" + b"x" * 60,
    "image/gif": b"GIF89a" + b"x" * 60,
    "image/webp": b"RIFF\x00\x00\x00\x00WEBP" + b"x" * 60,
    "image/avif": b"\x00\x00\x00\x1cftypavif" + b"x" * 60,
}


@pytest.fixture
def staff(shop: Shop) -> Staff:
    return Staff(shop.sandbox)


@pytest.fixture
def lamp(shop: Shop) -> str:
    shop.stock("LAMP", 1)
    return str(shop.one("products", slug="lamp")["_id"])


def begin(staff: Staff, product_id: str, content_type: str = "image/png", **headers: str) -> Answer:
    path = f"/admin/products/{product_id}/images"
    body = {"content_type": content_type, "alt": "A lamp"}
    return staff.ask("products.create_image_upload", "POST", path, body, **headers)


def shown() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call("products.get_product", "GET", "/products/lamp").json["images"]
    return found


@pytest.mark.parametrize("content_type", list(PICTURES))
def test_a_picture_is_looked_at_and_then_served(shop: Shop, staff: Staff, lamp: str, content_type: str) -> None:
    assert shown() == []
    begun = begin(staff, lamp, content_type)
    assert begun.status == 201, begun.text
    shop.uploads.post(begun.json["upload"], PICTURES[content_type])
    assert shown() == [], "nobody has looked at it"
    shop.uploads.deliver()
    (image,) = shown()
    assert (image["id"], image["alt"]) == (begun.json["id"], "A lamp")
    key = image["url"].removeprefix("/")
    assert shop.uploads.stored(MEDIA) == {key: PICTURES[content_type]}
    assert files.look(MEDIA, key).content_type == content_type
    assert shop.uploads.stored(UPLOADS) == {}


def test_it_comes_twice_and_is_there_once(shop: Shop, staff: Staff, lamp: str) -> None:
    begun = begin(staff, lamp, Idempotency_Key="once")
    assert begin(staff, lamp, Idempotency_Key="once").json["id"] == begun.json["id"]
    shop.uploads.post(begun.json["upload"], PICTURES["image/png"])
    event = shop.uploads.told[0]
    for _ in range(3):
        shop.uploads.tell(event)
    assert (len(shown()), shop.uploads.failures) == (1, [])
    assert shop.count("audit", action="image.added") == 1


def test_killed_after_each_step_it_is_done_by_the_next_delivery(
    shop: Shop, staff: Staff, lamp: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, step in enumerate(("copy", "remove"), start=1):
        begun = begin(staff, lamp)
        shop.uploads.post(begun.json["upload"], PICTURES["image/png"])
        event = shop.uploads.told.pop()
        with monkeypatch.context() as patch:
            patch.setattr(files, step, _killed)
            shop.uploads.tell(event)
        assert shop.uploads.failures.pop()
        shop.uploads.tell(event)
        assert len(shown()) == number
        assert shop.uploads.stored(UPLOADS) == {}


def _killed(*_: object, **__: object) -> None:
    raise SystemError("killed")


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'/>", PICTURES["image/jpeg"], b"x"])
def test_a_lie_is_refused_and_gone(shop: Shop, staff: Staff, lamp: str, content: bytes) -> None:
    begun = begin(staff, lamp, "image/png")
    shop.uploads.post(begun.json["upload"], content)
    shop.uploads.deliver()
    assert (shown(), shop.uploads.stored(MEDIA), shop.uploads.stored(UPLOADS)) == ([], {}, {})
    told = staff.admin.ask("products.list_audit", "GET", f"/admin/audit?subject={lamp}").json["items"]
    assert told[0]["action"] == "image.refused"
    assert told[0]["changes"][0]["before"] == "image/png"


def test_the_form_holds_type_and_size(shop: Shop, staff: Staff, lamp: str, monkeypatch: pytest.MonkeyPatch) -> None:
    form = begin(staff, lamp).json["upload"]
    with pytest.raises(Refused):
        shop.uploads.post(form | {"fields": form["fields"] | {"Content-Type": "text/html"}}, b"<html>")
    with pytest.raises(Refused):
        shop.uploads.post(form | {"fields": form["fields"] | {"key": "images/another"}}, PICTURES["image/png"])
    monkeypatch.setattr(images, "MAX_BYTES", 20)
    with pytest.raises(Refused):
        shop.uploads.post(begin(staff, lamp).json["upload"], PICTURES["image/png"])
    shop.uploads.post(form, PICTURES["image/png"])  # S3 let it in, as it was when the form was made
    shop.uploads.deliver()
    assert shown() == []
    assert begin(staff, lamp, "image/svg+xml").status == 422
    assert begin(staff, "prod_none").status == 404


def test_pictures_are_ordered_described_and_removed_by_a_patch(shop: Shop, staff: Staff, lamp: str) -> None:
    for _ in range(2):
        shop.uploads.post(begin(staff, lamp).json["upload"], PICTURES["image/png"])
        shop.uploads.deliver()
    first, second = shown()
    turned = [second | {"alt": "From behind"}, first]
    path = f"/admin/products/{lamp}"
    staff.ask("products.update_product", "PATCH", path, {"images": turned}, If_Match="*")
    assert [(image["id"], image["alt"]) for image in shown()] == [
        (second["id"], "From behind"),
        (first["id"], "A lamp"),
    ]
    staff.ask("products.update_product", "PATCH", path, {"images": [first]}, If_Match="*")
    assert [image["id"] for image in shown()] == [first["id"]]
