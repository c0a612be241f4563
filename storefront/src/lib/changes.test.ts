import { expect, test } from "vitest";
import type { CartView } from "../api/schema";
import { whatChanged } from "./changes";

const usd = (amount: number) => ({ amount, currency: "USD" });

function cart(lines: [string, number, number][], shipping: number | null): CartView {
  const items = lines.reduce((sum, [, quantity, price]) => sum + quantity * price, 0);
  return {
    lines: lines.map(([title, quantity, price]) => ({
      line_id: title,
      title,
      variant_title: "",
      quantity,
      unit_price: usd(price),
      line_total: usd(quantity * price),
    })),
    delivery: shipping === null ? null : {},
    totals: { items: usd(items), shipping: usd(shipping ?? 0), total: usd(items + (shipping ?? 0)) },
  } as unknown as CartView;
}

test("nothing changed, nothing to say", () => {
  expect(whatChanged(cart([["Pot", 1, 500]], 300), cart([["Pot", 1, 500]], 300))).toEqual([]);
});

test("a shipping rate that wasn't known before is no change", () => {
  expect(whatChanged(cart([["Pot", 1, 500]], null), cart([["Pot", 1, 500]], 300))).toEqual([]);
});

test("prices, pieces, lines, shipping and the total are told", () => {
  const before = cart(
    [
      ["Pot", 1, 500],
      ["Lamp", 2, 900],
    ],
    300,
  );
  const after = cart(
    [
      ["Pot", 1, 550],
      ["Oud", 1, 9000],
    ],
    400,
  );
  expect(whatChanged(before, after)).toEqual([
    "Pot: $5.50 each instead of $5.00.",
    "Oud was added.",
    "Lamp was taken out.",
    "Shipping is $4.00 instead of $3.00.",
    "The total is $99.50 instead of $26.00.",
  ]);
});
