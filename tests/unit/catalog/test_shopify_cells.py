"""Single cells: exact prices, and descriptions that are safe to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from commerce.catalog import cells, richtext
from commerce.catalog.drafts import MAX_PRICE, ProductDraft, VariantDraft
from commerce.money import to_decimal


@given(st.integers(0, MAX_PRICE), st.sampled_from(["USD", "JPY", "KWD"]))
def test_prices_round_trip(amount: int, currency: str) -> None:
    assert cells.price(to_decimal(amount, currency), currency) == amount


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("50", "USD", 5000),
        ("9.9", "USD", 990),
        ("0019.990", "USD", 1999),
        ("0", "USD", 0),
        ("0.29", "USD", 29),
        ("1000.00", "JPY", 1000),
        ("1.005", "KWD", 1005),
        ("999999.99", "USD", MAX_PRICE),
    ],
)
def test_prices(text: str, currency: str, amount: int) -> None:
    assert cells.price(text, currency) == amount


@pytest.mark.parametrize(("text", "currency"), [("1.5", "JPY"), ("1.0005", "KWD"), ("0.001", "USD")])
def test_too_fine(text: str, currency: str) -> None:
    with pytest.raises(cells.CellError) as caught:
        cells.price(text, currency)
    assert caught.value.code == "price_precision"


@given(st.text(max_size=20))
def test_any_text_is_a_price_or_a_refusal(text: str) -> None:
    try:
        amount = cells.price(text, "USD")
    except cells.CellError:
        return
    assert 0 <= amount <= MAX_PRICE


def test_grams_round_half_up() -> None:
    assert [cells.grams(text) for text in ("453.592", "0.5", "1.49", "250")] == [454, 1, 1, 250]


@given(st.text(max_size=30))
def test_slugs_fit_the_model(text: str) -> None:
    slug = cells.slug(text)
    assert cells.slug(slug) == slug
    if slug:
        assert draft(handle=slug).handle == slug


def draft(**fields: object) -> ProductDraft:
    variant = {"sku": "A", "price": 1}
    return ProductDraft.model_validate({"handle": "a", "title": "A", "currency": "USD", "variants": [variant]} | fields)


class TestDescriptions:
    @pytest.mark.parametrize(
        "attack",
        [
            "<script>alert(1)</script>",
            "<ScRiPt src=//evil.test/x.js></sCrIpT>",
            "<img src=x onerror=alert(1)>",
            "<svg onload=alert(1)><script>1</script></svg>",
            "<math><mtext></p><style><img src=x onerror=alert(1)></style></mtext></math>",
            '<a href="javascript:alert(1)">x</a>',
            '<a href="java\tscript:alert(1)">x</a>',
            '<a href="&#106;avascript:alert(1)">x</a>',
            '<a href="data:text/html,<script>1</script>">x</a>',
            '<p style="position:fixed" onclick="alert(1)" class="x" id="y">x</p>',
            "<iframe src=https://evil.test></iframe>",
            "<form action=/orders><input name=a><button>go</button></form>",
            "<style>body{display:none}</style>",
            "<link rel=stylesheet href=//evil.test><meta http-equiv=refresh content=0><base href=//evil.test>",
            "<object data=x></object><embed src=x>",
            "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
            "<!--><img src=x onerror=alert(1)>-->",
        ],
    )
    def test_nothing_that_runs(self, attack: str) -> None:
        safe = richtext.clean(f"<p>before</p>{attack}<p>after</p>")
        assert "before" in safe
        for bad in (
            "script",
            "onerror=",
            "onload=",
            "onclick",
            "style",
            "<iframe",
            "<form",
            "<svg",
            "javascript:",
            "data:",
        ):
            assert bad not in safe.lower().replace("title=", "")
        for bad in ("<meta", "<link", "<base", "<object", "<embed", "class=", "id=", "<input", "<button"):
            assert bad not in safe.lower()

    def test_prose_stays(self) -> None:
        html = "<h2>Use</h2><p>A <strong>big</strong> <em>pot</em></p><ul><li>one</li></ul>"
        html += '<table><tbody><tr><td colspan="2">x</td></tr></tbody></table>'
        assert richtext.clean(html) == html

    def test_links(self) -> None:
        link = richtext.clean('<a href="https://x.test" rel="opener" target="_top">x</a>')
        assert 'rel="nofollow noopener noreferrer"' in link
        assert 'target="_blank"' in link
        assert "_top" not in link

    def test_plain_text(self) -> None:
        assert richtext.clean("5 < 6 &amp; 7\r\nnext\r\n\r\nmore") == "<p>5 &lt; 6 &amp; 7<br>next</p><p>more</p>"
        assert richtext.clean("  ") == ""

    def test_plain_text_that_hides_markup(self) -> None:
        assert richtext.clean("&lt;script&gt;alert(1)&lt;/script&gt;") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"

    @given(st.text(max_size=60) | st.text(alphabet="<>/\"'=&;! apscriptonclikhref-", max_size=80))
    def test_cleaning_twice_changes_nothing(self, text: str) -> None:
        once = richtext.clean(text)
        assert richtext.clean(once) == once

    def test_no_draft_holds_an_unsafe_description(self) -> None:
        assert draft(description_html="<b>x</b><script>1</script>").description_html == "<b>x</b>"


class TestDrafts:
    def test_variants_must_fit_the_options(self) -> None:
        with pytest.raises(ValidationError, match="each option"):
            draft(options=["Size"])

    def test_no_two_alike(self) -> None:
        one = {"sku": "A", "price": 1, "option_values": {"Size": "S"}}
        with pytest.raises(ValidationError, match="same option values"):
            draft(options=["Size"], variants=[one, one | {"sku": "B"}])
        with pytest.raises(ValidationError, match="same SKU"):
            draft(options=["Size"], variants=[one, one | {"option_values": {"Size": "M"}}])

    def test_an_offer_is_lower(self) -> None:
        with pytest.raises(ValidationError, match="above price"):
            VariantDraft(sku="A", price=10, compare_at=10)
