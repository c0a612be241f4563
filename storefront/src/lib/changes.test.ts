import { expect, test } from "vitest";
import type { CartView } from "../api/schema";
import { afterOwn, asSeen, whatChanged } from "./changes";

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
      available: 5,
    })),
    promotions: [],
    problems: [],
    delivery: shipping === null ? null : {},
    totals: { items: usd(items), tax: usd(0), shipping: usd(shipping ?? 0), total: usd(items + (shipping ?? 0)) },
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

test("a promotion that went, came or saves another sum is told, and a tax where nothing else changed", () => {
  const seen = {
    ...cart([["Pot", 1, 500]], 300),
    promotions: [{ id: "a", code: "", title: "Spring", amount: usd(50) }],
  };
  const without = { ...seen, promotions: [] };
  expect(whatChanged(seen, without)).toEqual(["Spring doesn't apply any more."]);
  expect(whatChanged(without, seen)).toEqual(["Spring saves $0.50."]);
  const less = { ...seen, promotions: [{ ...seen.promotions[0]!, amount: usd(20) }] };
  expect(whatChanged(seen, less)).toEqual(["Spring saves $0.20 instead of $0.50."]);
  const taxed = { ...seen, totals: { ...seen.totals, tax: usd(7), total: usd(807) } };
  expect(whatChanged(seen, taxed)).toEqual(["Tax is $0.07 instead of $0.00.", "The total is $8.07 instead of $8.00."]);
});

test("what ran out since is told, what had run out before is not told again", () => {
  const seen = cart([["Pot", 2, 500]], 300);
  const left = (available: number) => ({ ...seen, lines: seen.lines.map((line) => ({ ...line, available })) });
  expect(whatChanged(seen, left(1))).toEqual(["Pot: only 1 left."]);
  expect(whatChanged(seen, left(0))).toEqual(["Pot is sold out."]);
  expect(whatChanged(left(0), left(0))).toEqual([]);
});

test("a price that changed before the page was opened is news to whoever opens it", () => {
  const now = cart([["Pot", 1, 550]], 300);
  const told = {
    ...now,
    problems: [{ code: "price_changed", line_id: "Pot", message: "", blocking: false, was: usd(500) }],
  };
  expect(whatChanged(asSeen(told as CartView), told as CartView)).toEqual(["Pot: $5.50 each instead of $5.00."]);
});

test("what follows from the buyer's own change is no news, but other prices are", () => {
  const seen = cart([["Pot", 1, 500]], 300);
  const abroad = cart([["Pot", 1, 500]], 900);
  expect(whatChanged(afterOwn(seen, abroad), abroad)).toEqual([]);
  const dearer = cart([["Pot", 1, 550]], 900);
  expect(whatChanged(afterOwn(seen, dearer), dearer)).toEqual(["Pot: $5.50 each instead of $5.00."]);
  const fewer = cart([["Pot", 1, 500]], 300);
  const two = cart([["Pot", 2, 500]], 300);
  expect(whatChanged(afterOwn(two, fewer, "Pot"), fewer)).toEqual([]);
  const none = cart([], 300);
  expect(whatChanged(afterOwn(two, none, "Pot"), none)).toEqual([]);
});
