"""The pages for those who use a keyboard or have them read out."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Shopper

# The mistakes that can be told without judgement; run on every page.
LOOK = """() => {
  const shown = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";
  const all = (s) => [...document.querySelectorAll(s)].filter(shown);
  const named = (e) => (e.getAttribute("aria-label") || e.textContent || "").trim() || e.labels?.length ||
    (e.getAttribute("aria-labelledby") || "").split(" ").some((id) => document.getElementById(id)) || e.querySelector("img[alt]:not([alt=''])");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  const rgb = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => { for (; e; e = e.parentElement) { const s = getComputedStyle(e); const c = rgb(s.backgroundColor);
    if (s.backgroundColor.startsWith("rgb") && (c.length === 3 || c[3] > 0.9)) return c;
    if (!s.backgroundColor.startsWith("rgb")) return null; if (s.backgroundImage !== "none") return null; } return [255, 255, 255]; };
  const faint = all("p, span, a, button, h1, h2, h3, dt, dd, label, legend, li, summary, time").filter((e) =>
    [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && !e.closest("[disabled], .sr-only, .line-through")).filter((e) => {
      const back = ground(e); if (!back) return false;
      const [a, b] = [light(rgb(getComputedStyle(e).color)), light(back)].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05) < 4.5; });
  return {
    headings: all("h1").length === 1 ? [] : all("h1").map((e) => e.textContent),
    unnamed: all("a[href], button, input, select, textarea").filter((e) => !named(e)).map((e) => e.outerHTML.slice(0, 120)),
    pictures: all("img").filter((e) => !e.hasAttribute("alt")).map((e) => e.src),
    doubled: ids.filter((id, i) => ids.indexOf(id) !== i),
    dangling: [...document.querySelectorAll("[aria-describedby], [aria-labelledby], [aria-controls]")].filter((e) =>
      ["aria-describedby", "aria-labelledby", "aria-controls"].some((a) => (e.getAttribute(a) || "").split(" ").some((id) => id && !document.getElementById(id))))
      .map((e) => e.outerHTML.slice(0, 120)),
    faint: faint.map((e) => `${e.textContent.slice(0, 40)} ${getComputedStyle(e).color} on ${ground(e)}`),
    small: all("button, select, input:not([type=radio])").filter((e) => e.getBoundingClientRect().height < 24).map((e) => e.outerHTML.slice(0, 120)),
    wide: document.documentElement.scrollWidth > innerWidth + 1 ? [document.documentElement.scrollWidth] : [],
    untitled: document.title && document.documentElement.lang ? [] : ["title or lang"],
  };
}"""


def look(page: Page) -> None:
    """Fails with what is wrong on the page."""
    found: dict[str, Any] = page.evaluate(LOOK)
    assert not {what: where for what, where in found.items() if where}, page.url


@pytest.mark.parametrize("page", ["desktop", "phone"], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_in_order(page: Page, shopper: Shopper, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/")
    expect(page.get_by_role("listitem").filter(has_text="Goblet Drum")).to_be_visible()
    look(page)
    shopper.take("clay-tagine")
    look(page)
    page.goto("/cart")
    expect(page.get_by_role("link", name="Go to checkout")).to_be_visible()
    look(page)
    page.goto("/checkout")
    shopper.button("Continue").click()
    expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")
    look(page)
    shopper.order()
    shopper.pay("Declined")
    expect(page.get_by_role("alert")).to_be_visible()
    look(page)
    for path, title in (("/orders", "Your orders"), ("/nowhere", "Nothing here"), ("/cart", "Your cart is empty")):
        page.goto(path)
        expect(shopper.heading(title)).to_be_visible()
        look(page)


def test_by_keyboard_alone(page: Page, shopper: Shopper) -> None:
    page.goto("/")
    expect(page.get_by_role("link", name="Goblet Drum")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.get_by_role("link", name="Goblet Drum").focus()
    page.keyboard.press("Enter")
    expect(shopper.heading("Goblet Drum")).to_be_focused()  # so that the new page is read out
    first, second = page.get_by_role("radio").nth(0), page.get_by_role("radio").nth(1)
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(second).to_be_checked()
    shopper.button("Add to cart").press("Enter")
    expect(page.get_by_text("in your cart.")).to_be_visible()
