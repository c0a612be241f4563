"""The shop's shelves: categories and filters, looking for something, a product's page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Shopper
from tests.support.stack import RunningStack


@pytest.mark.parametrize("page", ["desktop", "phone"], indirect=True)
def test_a_category_is_narrowed_and_sorted_by_its_address(page: Page, shopper: Shopper) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Categories").get_by_role("link", name="Kitchen").click()
    expect(shopper.heading("Kitchen")).to_be_visible()
    expect(page.get_by_role("navigation", name="Breadcrumbs")).to_be_visible()
    count = page.get_by_text(re.compile(r"^\d+ products?$"))
    expect(count).to_be_visible()
    before = int((count.text_content() or "0").split()[0])
    filters = page.get_by_role("button", name=re.compile("^Filters"))
    if filters.is_visible():
        filters.click()
    brand = page.get_by_role("group", name="Brand").get_by_role("checkbox").first
    brand.click()
    expect(page).to_have_url(re.compile(r"/categories/.+\?brand="))
    expect(page.get_by_role("list", name="Filters").get_by_role("button").first).to_be_visible()
    expect(count).not_to_have_text(f"{before} products")
    page.get_by_label("Sort").select_option("price")
    expect(page).to_have_url(re.compile("sort=price"))
    page.reload()
    expect(page.get_by_label("Sort")).to_have_value("price")
    page.get_by_role("button", name="Take all away").click()
    expect(count).to_have_text(f"{before} products")
    page.go_back()
    expect(page).to_have_url(re.compile("brand="))


@pytest.mark.parametrize("page", ["desktop", "phone"], indirect=True)
def test_looking_for_something(page: Page, shopper: Shopper) -> None:
    page.goto("/")
    box = page.get_by_role("combobox", name="Search the shop")
    box.press_sequentially("tagi", delay=40)
    option = page.get_by_role("option", name=re.compile("Clay Tagine"))
    expect(option).to_be_visible()
    box.press("Escape")
    expect(option).not_to_be_visible()
    box.fill("tagien")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=tagien"))
    expect(page.get_by_role("link", name="Clay Tagine")).to_be_visible()
    expect(page.get_by_text("Showing what was found for tagine")).to_be_visible()
    box.fill("qwertzuiop")
    box.press("Enter")
    expect(shopper.heading("Nothing fits")).to_be_visible()
    box.fill("tagine")
    expect(option).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).not_to_have_url(re.compile("qwertzuiop"))


def test_a_products_page(page: Page, shopper: Shopper, stack: RunningStack) -> None:
    page.goto("/products/clay-tagine")
    expect(
        page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name="Kitchen", exact=True)
    ).to_be_visible()
    expect(page.get_by_text("Nobody has reviewed this yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in to write a review")).to_be_visible()
    expect(page.get_by_role("region", name="Goes with it")).to_be_visible()
    gone = next(iter(stack.mongo.stock.find({"available": {"$lte": 0}})), None)
    assert gone, "the demo has something that is sold out"
    product = stack.mongo.products.find_one({"variants.sku": gone["_id"]})
    assert product
    page.goto(f"/products/{product['_id']}?sku={gone['_id']}")
    expect(page).to_have_url(re.compile(f"/products/{product['slug']}"))
    expect(page.get_by_text("Sold out for now")).to_be_visible()
    page.get_by_label("Email").fill(shopper.email)
    page.get_by_role("button", name="Tell me").click()
    expect(page.get_by_text(f"We write to {shopper.email}")).to_be_visible()
    assert stack.mongo.stock_subscriptions.count_documents({"email": shopper.email, "status": "waiting"}) == 1
