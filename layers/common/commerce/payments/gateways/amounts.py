"""What each provider takes: currencies, decimals, steps, minimums, maximums; checked before the provider is asked.

Sources: https://docs.stripe.com/currencies; https://developer.paypal.com/api/rest/reference/currency-codes/.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from commerce.money import Money, exponent
from commerce.payments.model import Provider
from commerce.runtime.errors import Invalid


@dataclass(frozen=True)
class Rules:
    """One provider's rules. Its units are the smallest it knows of a currency: `decimals` of them where they differ
    from ISO 4217's, `steps` where not every number of them is taken. Minimums and maximum in its units.
    """

    name: str
    decimals: Mapping[str, int]
    steps: Mapping[str, int]
    minimums: Mapping[str, int]
    maximum: int
    currencies: frozenset[str] | None = field(default=None)

    def units(self, amount: Money) -> int:
        """An amount in the provider's units, rounded down where it is finer than they are."""
        return _scaled(amount.amount, self._digits(amount.currency) - exponent(amount.currency))

    def minor(self, units: int, currency: str) -> int:
        """The provider's units in our minor units."""
        return _scaled(units, exponent(currency) - self._digits(currency))

    def takes(self, currency: str) -> bool:
        """Whether the provider takes this currency."""
        return self.currencies is None or currency in self.currencies

    def at_least(self, amount: Money) -> Money:
        """The smallest amount that the provider takes and that is not below this one."""
        currency = amount.currency
        step = self.steps.get(currency, 1)
        units = -_scaled(-amount.amount, self._digits(currency) - exponent(currency))  # rounded up
        units = max(units, self.minimums.get(currency, 1), 1)
        return Money(amount=self.minor(-(-units // step) * step, currency), currency=currency)

    def check(self, amount: Money) -> None:
        """Whether the provider takes this amount.

        Raises:
            Invalid: it does not; the code says why.
        """
        currency, units = amount.currency, self.units(amount)
        if not self.takes(currency):
            raise Invalid.field("provider", "currency_not_supported", f"{self.name} does not take {currency}.")
        if units < max(1, self.minimums.get(currency, 1)):
            raise Invalid.field("amount", "amount_too_small", f"{amount} is below what {self.name} takes.")
        if units > self.maximum:
            raise Invalid.field("amount", "amount_too_large", f"{amount} is above what {self.name} takes.")
        step = self.steps.get(currency, 1)
        if self.minor(units, currency) != amount.amount or units % step:
            least = Money(amount=self.minor(step, currency), currency=currency)
            raise Invalid.field("amount", "amount_not_payable", f"{self.name} takes steps of {least}.")

    def moves(self, amount: Money) -> bool:
        """Whether the provider can move just this amount; there is no minimum for what goes back."""
        units = self.units(amount)
        return self.minor(units, amount.currency) == amount.amount and units % self.steps.get(amount.currency, 1) == 0

    def _digits(self, currency: str) -> int:
        return self.decimals.get(currency, exponent(currency))


def _scaled(number: int, digits: int) -> int:
    return int(number * 10**digits) if digits >= 0 else number // int(10**-digits)


RULES: dict[Provider, Rules] = {
    "stripe": Rules(
        "Stripe",
        # "Special cases": no decimals by ISO 4217, but Stripe takes two, which must be zero; a fifth of an ariary is
        # the smallest coin, but Stripe takes whole ones.
        decimals={"ISK": 2, "UGX": 2, "MGA": 0},
        steps={"ISK": 100, "UGX": 100} | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 10),
        # "Minimum and maximum charge amounts".
        minimums={
            "USD": 50, "AED": 200, "ARS": 50, "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "COP": 50, "CZK": 1500,
            "DKK": 250, "EUR": 50, "GBP": 30, "HKD": 400, "HUF": 17500, "IDR": 50, "ILS": 50, "INR": 50, "JPY": 50,
            "KRW": 50, "MXN": 1000, "MYR": 200, "NOK": 300, "NZD": 50, "PHP": 50, "PLN": 200, "RON": 200, "RUB": 50,
            "SEK": 300, "SGD": 50, "THB": 1000, "ZAR": 50,
        },
        maximum=99_999_999,
    ),
    "paypal": Rules(
        "PayPal",
        decimals=dict.fromkeys(("HUF", "JPY", "TWD"), 0),
        steps={},
        minimums={},  # Anything above nothing.
        # Ten characters, two of them decimals and one the point:
        # https://developer.paypal.com/docs/api/payments/v1/#definition-amount
        maximum=999_999_999,
        currencies=frozenset(
            "AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD".split()
        ),
    ),
}  # fmt: skip
