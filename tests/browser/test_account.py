"""What belongs to one person: profile, addresses, wishes, devices, privacy."""

import csv
import io
import json
import re
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import Shopper
from tests.support.stack import RunningStack, wait_for

# A name that would run if a page or a mail took it for anything but a name.
WILD = "Ada <img src=x onerror=\"document.title='taken over'\"> Ünal"
LONDON = {"Street and number": "12 St James's Square", "City": "London", "Postcode": "SW1Y 4JH"}
PARIS = {"Street and number": "9 rue des Lampes", "City": "Paris", "Postal code": "75011"}


def part(page: Page, name: str) -> None:
    """Go to a part of the account by its menu."""
    page.get_by_role("navigation", name="Your account").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def inert(page: Page) -> None:
    """What was typed is text."""
    assert page.locator("img[src=x]").count() == 0
    assert "taken over" not in page.title()


def fill(page: Page, country: str, lines: dict[str, str], **more: str) -> None:
    """Fill the form of an address."""
    page.get_by_label("Country").select_option(country)
    for label, text in (lines | more).items():
        page.get_by_label(label).fill(text)


def entry(page: Page, text: str) -> Locator:
    """An address of the book."""
    return page.get_by_role("list", name="Your addresses").get_by_role("listitem").filter(has_text=text)


def kept(stack: RunningStack, shopper: Shopper) -> dict[str, Any]:
    """The profile as stored, once the sign-in service has told of them."""
    found = wait_for(lambda: stack.mongo.users.find_one({"email": shopper.email}), what="the profile")
    assert found
    return found


@pytest.mark.parametrize("page", ["desktop", "phone"], indirect=True)
def test_a_profile(page: Page, shopper: Shopper, stack: RunningStack) -> None:
    page.goto("/account")
    shopper.sign_up(WILD)
    proved = page.get_by_role("region", name="How we know you")
    expect(proved.get_by_text(shopper.email)).to_be_visible()
    expect(proved.get_by_text("Verified", exact=True)).to_be_visible()
    name = page.get_by_label("Name")
    expect(name).to_have_value(WILD)
    inert(page)

    name.evaluate("(field) => field.removeAttribute('maxlength')")  # the API says it, not the browser
    name.fill("A" * 121)
    shopper.button("Save").click()
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("This is too long.")
    name.fill("Ünal <i>Ada</i>")
    page.get_by_label("Language").select_option("de")
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    shopper.button("Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()

    other = page.context.new_page()
    other.goto("/account")
    other.get_by_label("Time zone").select_option("Asia/Tokyo")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("Saved.")).to_be_visible()
    name.fill("Ada Ünal")
    shopper.button("Save").click()
    expect(page.get_by_role("alert")).to_contain_text("changed in another tab")
    expect(name).to_have_value("Ada Ünal")  # what was typed here
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")  # what was chosen there
    shopper.button("Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    stored = kept(stack, shopper)
    assert (stored["own_name"], stored["locale"], stored["time_zone"]) == ("Ada Ünal", "de", "Asia/Tokyo")


def test_the_address_book_is_used_at_the_checkout(page: Page, shopper: Shopper, stack: RunningStack) -> None:
    shopper.take("olive-wood-spoons")
    page.goto("/account/addresses")
    shopper.sign_up("Ada")
    fill(page, "GB", LONDON, Postcode="SW1")
    page.get_by_label("Name").fill(WILD)
    page.get_by_label("What you call it").fill("<b>Home</b>")
    shopper.button("Save address").click()
    expect(page.get_by_label("Postcode")).to_be_focused()
    expect(page.get_by_label("Postcode")).to_have_accessible_description(re.compile("postal code", re.IGNORECASE))
    page.get_by_label("Postcode").fill("SW1Y 4JH")
    shopper.button("Save address").click()
    expect(entry(page, "<b>Home</b>").get_by_text("Things go here")).to_be_visible()
    inert(page)

    shopper.button("Add an address").click()
    expect(page.get_by_label("Country")).to_be_focused()
    fill(page, "FR", PARIS, Phone="+33 1 42 68 53 00")
    page.get_by_label("Bills usually go here").check()
    shopper.button("Save address").click()
    expect(entry(page, "rue des Lampes").get_by_text("Bills go here")).to_be_visible()
    expect(entry(page, "Home").get_by_text("Bills go here")).to_be_hidden()

    page.goto("/checkout")
    expect(page.get_by_label("Street and number").first).to_have_value(LONDON["Street and number"])
    expect(page.get_by_label("Street and number").last).to_have_value(PARIS["Street and number"])
    inert(page)
    page.get_by_label("Address", exact=True).first.select_option(label="Ada: 9 rue des Lampes, 75011 Paris")
    expect(page.get_by_label("City").first).to_have_value("Paris")
    expect(page.get_by_text("Shipping · Standard")).to_be_visible()
    home = "<b>Home</b>: 12 St James's Square, SW1Y 4JH London"
    page.get_by_label("Address", exact=True).last.select_option(label=home)
    shopper.button("Place order").click()
    expect(page.get_by_label("Card number")).to_be_visible()
    inert(page)
    order = stack.mongo.orders.find_one({"contact.email": shopper.email})
    assert order
    assert (order["shipping_address"]["city"], order["billing_address"]["name"]) == ("Paris", WILD)
    shopper.pay("Pays")
    shopper.sees_confirmation()
    mail = wait_for(lambda: stack.mails(shopper.email), what="the receipt")[0]
    assert "<img src=x" not in mail.html

    page.goto("/account/addresses")
    shopper.button("Delete <b>Home</b>").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(entry(page, "Home")).to_be_hidden()
    expect(entry(page, "rue des Lampes").get_by_text("Things go here")).to_be_visible()


def test_orders_are_found_again(page: Page, shopper: Shopper) -> None:
    page.goto("/orders")
    shopper.sign_up()
    shopper.take("mint-tea")
    shopper.order()
    page.goto("/orders")
    rows = page.get_by_role("main").get_by_role("listitem")
    expect(rows).to_have_count(1)
    number = rows.get_by_role("link").inner_text()
    page.get_by_label("State").select_option("completed")
    expect(shopper.heading("Nothing fits")).to_be_visible()
    expect(page).to_have_url(re.compile("status=completed"))
    shopper.button("See all of them").click()
    page.get_by_label("When").select_option("30")
    page.get_by_label("Number").fill(number[:6])
    shopper.button("Find").click()
    expect(page).to_have_url(re.compile("days=30&q="))
    expect(rows).to_have_count(1)
    page.reload()
    expect(rows).to_have_count(1)


def test_wishes(page: Page, shopper: Shopper) -> None:
    page.goto("/products/clay-tagine")
    shopper.button("Wish for it").click()
    asked = page.get_by_role("dialog")
    expect(asked.get_by_role("heading", name="Keep Clay Tagine in mind?")).to_be_visible()
    asked.get_by_role("button", name="Sign up").click()
    with page.expect_response(lambda got: "/me/wishlist/" in got.url and got.status == 200):  # what a guest has pressed
        shopper.create_account()
    expect(shopper.button("On your wishlist")).to_have_attribute("aria-pressed", "true")

    page.goto("/categories/kitchen")
    hearts = page.get_by_role("button", name=re.compile("^Wish for"))
    known = page.get_by_role("button", name="Wish for Clay Tagine")
    expect(known).to_have_attribute("aria-pressed", "true")
    other = hearts.and_(page.locator("[aria-pressed=false]")).first
    title = (other.get_attribute("aria-label") or "").removeprefix("Wish for ")
    heart = page.get_by_role("button", name=f"Wish for {title}", exact=True)
    waiting: list[Route] = []
    page.route("**/api/me/wishlist/*", lambda route: waiting.append(route))  # noqa: PLW0108  (Playwright marks it)
    with page.expect_request("**/api/me/wishlist/*"):
        heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")  # at once, before anybody has answered
    waiting[0].abort()
    expect(heart).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("alert")).to_contain_text("We can't reach the shop")
    page.unroute("**/api/me/wishlist/*")
    with page.expect_response(lambda got: "/me/wishlist/" in got.url and got.status == 200):
        heart.click()
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(heart).to_have_attribute("aria-pressed", "true")

    shopper.button("Your account").click()
    page.get_by_role("link", name="Wishlist").first.click()
    wishes = page.get_by_role("list", name="Your wishes").get_by_role("listitem")
    expect(wishes).to_have_count(2)
    expect(wishes.first).to_contain_text(title)  # the newest first
    shopper.button("Take off: Clay Tagine").click()
    expect(wishes).to_have_count(1)
    page.reload()
    expect(wishes).to_have_count(1)


def test_what_was_looked_at(page: Page, shopper: Shopper) -> None:
    page.goto("/account/privacy")
    shopper.sign_up()
    for slug in ("clay-tagine", "mint-tea"):
        with page.expect_response(lambda got: got.url.endswith("/me/recently-viewed") and got.status == 204):
            page.goto(f"/products/{slug}")
    looked = page.get_by_role("region", name="You looked at")
    expect(looked.get_by_role("link")).to_have_text(["Clay Tagine"])  # not what is looked at now
    page.goto("/")
    expect(looked.get_by_role("link")).to_have_count(2)
    page.goto("/account/privacy")
    page.get_by_role("switch", name="What I looked at").uncheck()
    expect(page.get_by_text("You said no on")).to_be_visible()
    with page.expect_response(lambda got: got.url.endswith("/me/recently-viewed")) as asked:
        page.goto("/")
    assert asked.value.json() == {"items": [], "next_cursor": None, "keeping": False}
    expect(looked).to_be_hidden()


@pytest.mark.parametrize("page", ["desktop", "phone"], indirect=True)
def test_devices(page: Page, shopper: Shopper, stack: RunningStack, browser: Browser) -> None:
    page.goto("/account")
    shopper.sign_up()
    elsewhere = browser.new_context(base_url=stack.facts["shop"], locale="en-US")
    other = elsewhere.new_page()
    other.goto("/")
    Shopper(other, shopper.email).sign_in()

    part(page, "Devices")
    rows = page.get_by_role("list", name="Where you are signed in").get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="This one")).to_have_count(1)
    rows.filter(has_not_text="This one").get_by_role("button", name="Sign out").click()
    expect(rows).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="Signed out")).to_be_visible()
    other.reload()
    expect(other.get_by_role("banner").get_by_role("button", name="Sign in")).to_be_visible()
    elsewhere.close()

    rows.get_by_role("button", name="Sign out here").click()
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()


def test_a_copy_of_everything(page: Page, shopper: Shopper, tmp_path: Path) -> None:
    page.goto("/account/addresses")
    shopper.sign_up(WILD)
    fill(page, "GB", LONDON)
    shopper.button("Save address").click()
    expect(entry(page, "London")).to_be_visible()
    part(page, "Privacy")
    page.get_by_role("switch", name="News by mail").check()
    expect(page.get_by_text("You said yes on")).to_be_visible()
    shopper.button("Ask for my data").click()
    expect(shopper.button("Download it")).to_be_visible()
    page.reload()  # and found again
    with page.expect_download() as begun:
        shopper.button("Download it").click()
    archive = tmp_path / "mine.zip"
    begun.value.save_as(archive)
    assert re.fullmatch(r"my-data-\d{4}-\d\d-\d\d\.zip", begun.value.suggested_filename)
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        texts = {name: opened.read(name).decode() for name in opened.namelist()}
    everything = next(json.loads(text) for name, text in texts.items() if name.endswith(".json"))
    said = json.dumps(everything, ensure_ascii=False)
    assert shopper.email in said
    assert "St James's Square" in said
    tables = {name: list(csv.reader(io.StringIO(text))) for name, text in texts.items() if name.endswith(".csv")}
    assert any("marketing" in row for table in tables.values() for row in table), list(tables)


@pytest.mark.parametrize("page", ["desktop", "phone"], indirect=True)
def test_leaving_and_thinking_better_of_it(page: Page, shopper: Shopper, stack: RunningStack) -> None:
    page.goto("/account/privacy")
    shopper.sign_up()
    shopper.button("Delete my account").click()
    sure = page.get_by_role("dialog")
    sure.get_by_role("button", name="Delete it").click()
    expect(sure.get_by_label("Type DELETE")).to_have_accessible_description("Type DELETE if you mean it.")
    assert kept(stack, shopper)["status"] == "active"
    sure.get_by_label("Type DELETE").fill("delete")
    sure.get_by_role("button", name="Delete it").click()
    expect(shopper.button("Keep my account")).to_be_visible()
    assert kept(stack, shopper)["status"] == "closing"

    part(page, "Profile")
    warned = page.get_by_text(re.compile("^Your account will be deleted after"))
    expect(warned).to_be_visible()
    page.get_by_role("link", name="Keep it after all").click()
    shopper.button("Keep my account").click()
    expect(shopper.button("Delete my account")).to_be_visible()
    part(page, "Profile")
    expect(page.get_by_role("region", name="How we know you")).to_be_visible()
    expect(warned).to_be_hidden()
    assert kept(stack, shopper)["status"] == "active"
    assert "erase_at" not in kept(stack, shopper)


def test_the_next_one_in_this_browser_sees_nothing_of_it(page: Page, shopper: Shopper) -> None:
    page.goto("/account/addresses")
    shopper.sign_up("Ada")
    fill(page, "GB", LONDON)
    shopper.button("Save address").click()
    expect(entry(page, "London")).to_be_visible()
    shopper.sign_out()
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    expect(page.get_by_text("St James's")).to_be_hidden()
    Shopper(page, f"bob-{uuid.uuid4().hex[:10]}@example.com").sign_up()
    expect(page.get_by_text("Your first address")).to_be_visible()
    expect(page.get_by_text("St James's")).to_be_hidden()
