import { expect, test } from "vitest";
import type { CartProblem } from "../api/schema";
import { problemSentence, refusalSentence, wayOut } from "./problems";

const usd = (amount: number) => ({ amount, currency: "USD" });
const problem = (code: CartProblem["code"], more: Partial<CartProblem> = {}): CartProblem => ({
  code,
  line_id: "l1",
  message: "As the API says.",
  blocking: true,
  ...more,
});

test("each problem of a line has its sentence and its way out", () => {
  const few = problem("insufficient_stock", { available: 2 });
  expect([problemSentence(few), wayOut(few)]).toEqual(["Only 2 left.", { do: "set", quantity: 2 }]);
  const gone = problem("insufficient_stock", { available: 0 });
  expect([problemSentence(gone), wayOut(gone)]).toEqual(["Sold out.", { do: "remove" }]);
  expect(wayOut(problem("limit_per_customer", { available: 1 }))).toEqual({ do: "set", quantity: 1 });
  expect(wayOut(problem("limit_per_customer", { available: 0 }))).toEqual({ do: "remove" });
  expect(wayOut(problem("unavailable"))).toEqual({ do: "remove" });
  const dearer = problem("price_changed", { was: usd(500), now: usd(550) });
  expect([problemSentence(dearer), wayOut(dearer)]).toEqual(["The price was $5.00 and is $5.50 now.", { do: "agree" }]);
});

test("the delivery's are mended at the checkout, the code's at its field", () => {
  expect(wayOut(problem("delivery_stale"))).toBeNull();
  expect(wayOut(problem("coupon_invalid"))).toBeNull();
  const dearer = problem("delivery_stale", { was: usd(500), now: usd(700) });
  expect(problemSentence(dearer)).toBe("The shipping was $5.00 and is $7.00 now.");
  expect(problemSentence(problem("delivery_stale"))).toBe("As the API says.");
});

test("a code that gives nothing says why, and what is lacking", () => {
  const lacking = { code: "coupon_minimum_not_reached" as const, message: "m", missing: usd(1200) };
  expect(refusalSentence(lacking)).toBe("It needs goods for $12.00 more.");
  expect(refusalSentence({ code: "coupon_expired", message: "m" })).toBe("This code has expired.");
});
