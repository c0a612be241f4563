import { describe, expect, test } from "vitest";
import { decimal, formatMoney } from "./money";

describe("decimal", () => {
  test.each([
    [1999, "USD", "19.99"],
    [5, "USD", "0.05"],
    [0, "EUR", "0.00"],
    [-150, "GBP", "-1.50"],
    [1999, "JPY", "1999"],
    [1999, "KWD", "1.999"],
    [7, "KWD", "0.007"],
    [250, "IQD", "0.250"],
  ])("%i %s is %s", (amount, currency, text) => {
    expect(decimal(amount, currency)).toBe(text);
  });

  test("is exact where floats are not", () => {
    expect(decimal(9_999_999_999, "USD")).toBe("99999999.99");
    expect(decimal(9_999_999_999, "KWD")).toBe("9999999.999");
  });
});

describe("formatMoney", () => {
  test("shows every minor unit, whatever the browser thinks of the currency", () => {
    expect(formatMoney({ amount: 123456, currency: "USD" })).toBe("$1,234.56");
    expect(formatMoney({ amount: 1999, currency: "JPY" })).toBe("¥1,999");
    expect(formatMoney({ amount: 1999, currency: "KWD" })).toMatch(/1\.999$/);
    expect(formatMoney({ amount: 250, currency: "IQD" })).toMatch(/0\.250$/);
    expect(formatMoney({ amount: 9_999_999_999, currency: "EUR" })).toBe("€99,999,999.99");
    expect(formatMoney({ amount: -5, currency: "USD" })).toBe("-$0.05");
  });
});
