"""Templates to emails: one file with blocks per message, HTML escaped by jinja2, amounts as people write them."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_currency
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from commerce.money import to_decimal
from commerce.notifications.model import Message
from commerce.runtime import codes, signing
from commerce.runtime.clock import now
from commerce.runtime.settings import settings

LINK_SECONDS = 30 * 86_400
LOCALE = "en"
# What messages that were stored by an older version lack.
_LATER: dict[str, Any] = {"promotions": [], "shipping": None, "authorized": False, "gift_cards": []}


@dataclass(frozen=True)
class Email:
    """An email in both forms."""

    subject: str
    text: str
    html: str


def render(message: Message) -> Email:
    """The email for a message."""
    values = {**_LATER, **message.data, "shop_name": settings().shop_name, "shop_url": settings().shop_url}
    if "token_version" in message.data:
        kinds = {line.get("kind", "goods") for line in message.data["lines"]}
        values |= {"packed": "goods" in kinds, "mailed": "gift_card" in kinds}
        values["order_url"] = _order_url(message.data["order_id"], message.data["token_version"])
    if message.template == "gift_card":
        values["code"] = codes.again("gift_card", message.data["gift_card_id"], message.data["code_hash"])
    subject = _environment().get_template(f"{message.template}.subject.txt").render(values).strip()
    text = _environment().get_template(f"{message.template}.txt").render(values)
    html = _environment().get_template(f"{message.template}.html").render(values)
    return Email(subject, text, html)


def _order_url(order_id: str, token_version: int) -> str:
    """A link that opens the order for 30 days; the token stands in the fragment, which no server's log ever sees."""
    expires_at = int(now().timestamp()) + LINK_SECONDS
    token = signing.grant("order", f"{order_id}|{token_version}", expires_at=expires_at)
    return f"{settings().shop_url}/orders/{order_id}#token={token}"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(
        loader=loader,
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"money": _money, "date": _date, "country": _country, "rate": _rate, "days": _days}
    return environment


def _money(value: dict[str, Any]) -> str:
    """`{"amount": 1999, "currency": "USD"}` as $19.99. A currency shown by letters gets its space (CLDR's pattern
    `alphaNextToNumber`, which babel leaves out).
    """
    from decimal import Decimal

    amount, currency = Decimal(to_decimal(value["amount"], value["currency"])), value["currency"]
    text = str(format_currency(amount, currency, locale=LOCALE))
    return text.replace(currency, f"{currency}\u00a0") if f"{currency}\u00a0" not in text else text


def _country(code: str) -> str:
    """`GB` as United Kingdom; a code that nobody knows stays as it is."""
    return str(Locale(LOCALE).territories.get(code, code))


def _date(value: str) -> str:
    return str(format_datetime(datetime.fromisoformat(value), "d MMMM y", locale=LOCALE))


def _rate(tax: dict[str, Any]) -> str:
    """A rate of tax as 19 % VAT."""
    return f"{tax['percent']}\u00a0% {tax['name']}"


def _days(shipping: dict[str, Any]) -> str:
    """The working days that a way of shipping takes, as 2 to 4 working days; nothing where nobody promises any."""
    first, last = shipping["min_days"], shipping["max_days"]
    if last is None:
        return ""
    span = f"{first} to {last}" if first not in {None, last} else f"{last}"
    return f"{span} working {'day' if last == 1 else 'days'}"
