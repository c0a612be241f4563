import { expect, test } from "vitest";
import type { Totals } from "../api/schema";
import { formatMoney } from "./money";
import { daysOf } from "./shipping";
import { derivation, includedIn, rowsOf } from "./totals";

const eur = (amount: number) => ({ amount, currency: "EUR" });
const lines = [
  { line_id: "l1", title: "Lamp", variant_title: "Brass", quantity: 2, unit_price: eur(1000) },
  { line_id: "l2", title: "Tea", variant_title: "", quantity: 1, unit_price: eur(500) },
];
const part = (kind: string, reference: string, text: string, amount: number, more = {}) => ({
  kind,
  reference,
  text,
  amount: eur(amount),
  included: false,
  shares: [],
  ...more,
});
// 25.00 less 10 % is 22.50, shipping 5.00, together 27.50, of which 19/119 are tax: 4.39.
const totals = {
  items: eur(2500),
  discount: eur(250),
  shipping: eur(500),
  tax: eur(0),
  included_tax: eur(439),
  rounding: eur(0),
  total: eur(2750),
  lines: [],
  taxes: [{ name: "VAT", percent: "19", base: eur(2311), amount: eur(439), included: true }],
  explain: [
    part("item", "l1", "2 x EUR 10.00", 2000),
    part("item", "l2", "1 x EUR 5.00", 500),
    part("promotion", "p1", "Welcome", -250, {
      shares: [
        { line_id: "l1", amount: eur(-200) },
        { line_id: "l2", amount: eur(-50) },
      ],
    }),
    part("shipping", "s1", "Courier", 500),
    part("tax", "t1", "VAT, 19 % of ...", 439, { included: true, shares: [{ line_id: "", amount: eur(80) }] }),
  ],
} as Totals;
const promotions = [{ id: "p1", code: "WELCOME10", title: "Welcome", amount: eur(250) }];
const shipping = { id: "s1", title: "Courier", description: "", kind: "flat" as const, price: eur(500), pickup_at: "" };
const plain = (text: string) => text.replaceAll("\u00a0", " ");

test("the rows sum to the total; what is inside of them stands apart", () => {
  const rows = rowsOf({ totals, promotions, shipping });
  expect(rows.map(({ name, note, amount }) => [name, note, amount.amount])).toEqual([
    ["Goods", "", 2500],
    ["Welcome", "WELCOME10", -250],
    ["Shipping", "Courier", 500],
  ]);
  expect(rows.reduce((sum, row) => sum + row.amount.amount, 0)).toBe(totals.total.amount);
  expect(includedIn(totals).map((row) => [plain(row.name), row.amount.amount])).toEqual([["incl. 19 % VAT", 439]]);
});

test("taxes on top and rounding are rows, each rate its own", () => {
  const taxed: Totals = {
    ...totals,
    tax: eur(30),
    rounding: eur(-2),
    taxes: [
      { name: "State tax", percent: "8.875", base: eur(250), amount: eur(22), included: false },
      { name: "City tax", percent: "3", base: eur(250), amount: eur(8), included: false },
    ],
  };
  const rows = rowsOf({ totals: taxed, promotions, shipping: null }).slice(3);
  expect(rows.map((row) => [plain(row.name), row.amount.amount])).toEqual([
    ["8.875 % State tax", 22],
    ["3 % City tax", 8],
    ["Rounding", -2],
  ]);
  expect(includedIn(taxed)).toEqual([]);
});

test("nothing that has to be sent has no shipping, and an order of old its plain discount", () => {
  const bare = { ...totals, shipping: eur(0), taxes: [] };
  expect(rowsOf({ totals: bare, promotions: [], shipping: null }).map((row) => row.name)).toEqual([
    "Goods",
    "Discount",
  ]);
});

test("every part is told with its name, where it comes from, and on what it falls", () => {
  const parts = derivation({ totals, promotions, shipping, lines }, formatMoney);
  expect(parts.map(({ name, from }) => [plain(name), plain(from)])).toEqual([
    ["Lamp, Brass", "2 × €10.00"],
    ["Tea", "1 × €5.00"],
    ["Welcome", "by the code WELCOME10"],
    ["Shipping", "Courier"],
    ["19 % VAT", "19 % of €23.11, which the prices hold"],
  ]);
  expect(parts[2]!.shares.map(({ name, amount }) => [name, amount.amount])).toEqual([
    ["Lamp, Brass", -200],
    ["Tea", -50],
  ]);
  expect(parts[4]!.shares[0]!.name).toBe("Shipping");
  const sum = parts.filter((one) => !one.included).reduce((total, one) => total + one.amount.amount, 0);
  expect(sum).toBe(totals.total.amount);
});

test("working days in words", () => {
  expect(daysOf({ ...shipping, min_days: 2, max_days: 4 })).toBe("2 to 4 working days");
  expect(daysOf({ ...shipping, min_days: 1, max_days: 1 })).toBe("1 working day");
  expect(daysOf({ ...shipping, max_days: 3 })).toBe("3 working days");
  expect(daysOf({ ...shipping, min_days: 3 })).toBe("");
});
