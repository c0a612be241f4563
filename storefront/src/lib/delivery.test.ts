import { expect, test } from "vitest";
import { deliveryOf, destinationOf, emptyAddress, type Form, formOf, missing, withCountry } from "./delivery";

const address = { ...emptyAddress("Ada", "FR"), line1: " 1 rue X ", postal_code: "75011", city: "Paris" };
const form = (more: Partial<Form> = {}): Form => ({
  email: "ada@example.com",
  phone: " ",
  ship_to: address,
  bill_to: null,
  method: "",
  note: "",
  ...more,
});

test("what is typed is sent trimmed, and without what was left empty", () => {
  const sent = deliveryOf(form());
  expect(sent.contact).toEqual({ email: "ada@example.com" });
  expect(sent.shipping_address.line1).toBe("1 rue X");
  expect("billing_address" in sent).toBe(false);
  expect(deliveryOf(form({ bill_to: address })).billing_address?.city).toBe("Paris");
});

test("what the API keeps fills the form again", () => {
  const kept = deliveryOf(form({ bill_to: address, method: "m1", phone: "+331" }));
  expect(deliveryOf(formOf(kept, "", "", ""))).toEqual(kept);
  expect(formOf(null, "a@b.c", "Ada", "DE").ship_to).toEqual(emptyAddress("Ada", "DE"));
});

test("the country decides what is needed", () => {
  const of = (country: string, more = {}) =>
    Object.keys(missing(form({ ship_to: { ...emptyAddress("Ada", country), line1: "x", ...more } })));
  expect(of("FR")).toEqual(["shipping_address.city", "shipping_address.postal_code"]);
  expect(of("US", { city: "Reno", postal_code: "89501" })).toEqual(["shipping_address.region"]);
  expect(of("HK", { region: "Kowloon" })).toEqual([]); // neither postal codes nor cities there
  expect(missing(form({ bill_to: emptyAddress("", "FR") }))).toHaveProperty(["billing_address.name"]);
  expect(missing(form({ email: "ada@nowhere" }))).toHaveProperty(["contact.email"]);
});

test("another country forgets the region, and the postal code where there are none", () => {
  const there = { ...address, country: "US", region: "NY", postal_code: "10001" };
  expect(withCountry(there, "CA")).toMatchObject({ country: "CA", region: "", postal_code: "10001" });
  expect(withCountry(there, "HK").postal_code).toBe("");
});

test("the place is known once its region is, where there is a list of them", () => {
  expect(destinationOf(emptyAddress("", ""))).toBeNull();
  expect(destinationOf(emptyAddress("", "US"))).toBeNull();
  expect(destinationOf({ ...emptyAddress("", "US"), region: "NY" })).toEqual({ country: "US", region: "NY" });
  expect(destinationOf({ ...emptyAddress("", "IT"), region: "Rom" })).toEqual({ country: "IT", region: "" });
});
