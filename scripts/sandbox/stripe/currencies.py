"""Which amounts Stripe takes: https://docs.stripe.com/currencies. All amounts are in minor units."""

from scripts.sandbox.stripe.errors import StripeError, invalid

ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())
# Two decimals for the API's sake that must be zero.
_WHOLE_HUNDREDS = frozenset("isk ugx".split())

_TWO_DECIMAL = frozenset(
    "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc "
    "cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd kes kgs khr "
    "kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk "
    "php pkr pln qar ron rsd sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah ugx usd uyu "
    "uzs wst xcd xcg yer zar zmw".split()
)
SUPPORTED = ZERO_DECIMAL | THREE_DECIMAL | _TWO_DECIMAL

# The published minimums.
MINIMUM = {
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50,
    "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50,
    "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
# Elsewhere an amount must convert to the settlement currency's minimum (US$0.50 here): at rates that only ever
# have to be roughly right, those of currencies whose unit is far from a dollar.
_ROUGH_MINIMUM = {
    "bhd": 190, "jod": 360, "kwd": 160, "omr": 200, "tnd": 1550, "krw": 700, "vnd": 13000, "clp": 480, "idr": 810000,
    "isk": 7000, "ugx": 185000, "twd": 1600, "php": 2900, "zar": 900, "try": 2000, "uah": 2100, "cop": 205000,
}  # fmt: skip

MAXIMUM = 99_999_999
"""Eight digits, for every currency we know of."""

_SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}


def format_amount(amount: int, currency: str) -> str:
    """For people: `$12.34`, `1.234 KWD`."""
    digits = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    whole, part = divmod(amount, 10**digits)
    number = f"{whole:,}" + (f".{part:0{digits}d}" if digits else "")
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{number} {currency.upper()}"


def check_currency(currency: str) -> str:
    """The currency in lower case. Raises StripeError for one that is not supported."""
    lowered = currency.lower()
    if lowered not in SUPPORTED:
        names = ", ".join(sorted(SUPPORTED))
        raise invalid(
            f"Invalid currency: {currency}. Stripe currently supports these currencies: {names}", param="currency"
        )
    return lowered


def check_amount(amount: int, currency: str) -> None:
    """Raises StripeError for an amount that cannot be charged in `currency`."""
    if amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.", code="parameter_invalid_integer", param="amount"
        )
    if amount > MAXIMUM:
        limit = format_amount(MAXIMUM, currency)
        raise invalid(f"Amount must be no more than {limit}", code="amount_too_large", param="amount")
    step = 10 if currency in THREE_DECIMAL else 100 if currency in _WHOLE_HUNDREDS else 1
    if amount % step:
        raise invalid(
            f"Invalid amount: {amount}. Amounts in {currency} must be evenly divisible by {step}.",
            code="invalid_charge_amount",
            param="amount",
        )
    least = MINIMUM.get(currency)
    if least is not None and amount < least:
        raise _too_small(f"Amount must be at least {format_amount(least, currency)} {currency}")
    if least is None and amount < _ROUGH_MINIMUM.get(currency, 50):
        raise _too_small("Amount must convert to at least 50 cents.")


def _too_small(message: str) -> StripeError:
    return invalid(message, code="amount_too_small", param="amount")
