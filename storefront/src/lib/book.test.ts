import { expect, test } from "vitest";
import type { AddressView } from "../api/schema";
import { entryLine, entryOf, filled } from "./book";
import { addressOf, emptyAddress, type Form } from "./delivery";

const entry = (id: string, more: Partial<AddressView> = {}): AddressView => ({
  ...emptyAddress("Ada", "FR"),
  line1: `${id} rue X`,
  city: "Paris",
  postal_code: "75011",
  id,
  label: "",
  phone: "",
  default_shipping: false,
  default_billing: false,
  created_at: "",
  updated_at: "",
  version: 1,
  ...more,
});
const empty: Form = { email: "", phone: "", ship_to: emptyAddress("Ada", "US"), bill_to: null, method: "", note: "" };

test("what is typed is found in the book, whatever the entry is called", () => {
  const book = [entry("1"), entry("2", { label: "Home", phone: "+33" })];
  expect(entryOf(book, { ...addressOf(book[1]!), city: " Paris " })?.id).toBe("2");
  expect(entryOf(book, emptyAddress("Ada", "FR"))).toBeUndefined();
  expect(entryLine(book[1]!)).toBe("Home: 2 rue X, 75011 Paris");
});

test("the defaults fill a form in which nothing is said of a place", () => {
  const both = entry("1", { default_shipping: true, default_billing: true, phone: "+33" });
  expect(filled(empty, [both])).toMatchObject({ phone: "+33", ship_to: { line1: "1 rue X" }, bill_to: null });
  const apart = [entry("1", { default_billing: true }), entry("2", { default_shipping: true })];
  expect(filled(empty, apart)).toMatchObject({ ship_to: { line1: "2 rue X" }, bill_to: { line1: "1 rue X" } });
});

test("what somebody has typed stays", () => {
  const typed = { ...empty, ship_to: { ...empty.ship_to, city: "Lyon" } };
  expect(filled(typed, [entry("1", { default_shipping: true })])).toBe(typed);
  expect(filled(empty, [])).toBe(empty);
});
