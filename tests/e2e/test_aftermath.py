"""What the whole run has left behind: books that balance, empty queues, no secret in any answer or log."""

import re
from uuid import uuid4

import pytest

from tests.e2e.shopping import Shop
from tests.support import books
from tests.support.stack import wait_for

# Not within a longer word: one UUID in some thousands reads like a card number for a while.
CARD = re.compile(r"(?<![\w-])4[0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?![\w-])")
SESSION = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]+")
CLIENT_SECRET = re.compile(r"\bpi_\w+_secret_\w+")
EMAIL = re.compile(r"\b[\w.+-]+@(?!\d)[\w-]+\.[\w.]+\b")
# A secret token of a cart or an order, and a quote: an expiry in hexadecimal and an HMAC in base64.
TOKEN = re.compile(r"\b[0-9a-f]{1,9}\.[\w-]{43}\b")


@pytest.fixture(scope="module")
def secrets(shop: Shop) -> dict[str, str]:
    """Every key of the shop, by its name."""
    keys = shop.stack.keys
    known = {name: getattr(keys, name) for name in vars(keys) if "publishable" not in name}
    found = {name: value for name, value in known.items() if isinstance(value, str) and len(value) >= 12}
    assert {"signing_key", "stripe_secret_key", "stripe_webhook_secret"} <= set(found)
    return found | {"database": shop.stack.facts["mongo"], "cache": shop.stack.facts["cache"]}


def test_the_books_balance(shop: Shop) -> None:
    def quiet() -> bool:
        names = [name for name in shop.stack.facts["queues"] if not name.endswith("DeadLetters")]
        return not any(shop.stack.messages(name) for name in names)

    wait_for(quiet, seconds=60, what="the queues are empty")
    with shop.stack.in_process(with_files=True):
        books.check()


def test_no_event_was_given_up(shop: Shop) -> None:
    assert not [
        (message["Queue"], message["Body"][:300])
        for message in shop.dead_letters()
        if message["MessageId"] not in shop.dead_before
    ]


def test_no_answer_held_a_secret(shop: Shop, secrets: dict[str, str]) -> None:
    shop.stack.api("GET", "/health")
    assert shop.answers, "nothing was recorded"
    for url, text in shop.answers:
        for name, secret in secrets.items():
            assert secret not in text, f"{url} answered with the {name}"
        assert not CARD.search(text), url
        assert not SESSION.search(text), url
        if not url.endswith("/payments"):
            assert not CLIENT_SECRET.search(text), url
        for inside in ("Traceback", "pymongo", "site-packages", "/var/task", "/opt/python"):
            assert inside not in text, f"{url} tells of our insides"


def test_no_log_of_a_function_held_a_secret(shop: Shop, secrets: dict[str, str]) -> None:
    mark = f"aftermath-{uuid4()}"
    shop.stack.api("GET", "/orders/ord_x", headers={"X-Correlation-Id": mark})
    wait_for(lambda: mark in shop.stack.log("functions-orders"), seconds=30, what="the logs are complete")
    assert len(shop.logs()) >= 6
    for file in shop.logs():
        new = file.read_bytes()[shop.logged_before.get(file.name, 0) :].decode("utf-8", "replace")
        for line in new.splitlines():
            where = f"{file.name}: {line[:600]}"
            for name, secret in secrets.items():
                assert secret not in line, f"{name} in {where}"
            for kind in (CARD, SESSION, CLIENT_SECRET, EMAIL, TOKEN):
                assert not kind.search(line), where
