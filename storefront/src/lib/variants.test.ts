import { expect, test } from "vitest";
import type { VariantView } from "../api/schema";
import { choose, firstChoice, stockOf } from "./variants";

const make = (glaze: string, size: string, available: number): VariantView => ({
  sku: `${glaze}-${size}`,
  title: `${glaze} / ${size}`,
  options: { Glaze: glaze, Size: size },
  price: { amount: 100, currency: "USD" },
  compare_at: null,
  lowest_price_30_days: null,
  image: "",
  available,
});
// There is no small olive one, and the large cobalt is sold out.
const all = [make("Cobalt", "Large", 0), make("Cobalt", "Small", 2), make("Olive", "Large", 3)];

test("shows what was asked for, else what can be had", () => {
  expect(firstChoice(all, "Olive-Large")?.sku).toBe("Olive-Large");
  expect(firstChoice(all, "unknown")?.sku).toBe("Cobalt-Small");
  expect(firstChoice(all.slice(0, 1), null)?.sku).toBe("Cobalt-Large");
  expect(firstChoice([], null)).toBeUndefined();
});

test("keeps the other options where it can, and gives way where it must", () => {
  expect(choose(all, all[1]!.options, "Size", "Large")?.sku).toBe("Cobalt-Large");
  expect(choose(all, all[1]!.options, "Glaze", "Olive")?.sku).toBe("Olive-Large");
  expect(choose(all, all[1]!.options, "Glaze", "Pink")).toBeUndefined();
});

test("tells sold out from never made", () => {
  expect(stockOf(all, all[1]!.options, "Size", "Large")).toBe("gone");
  expect(stockOf(all, all[1]!.options, "Glaze", "Olive")).toBe("never");
  expect(stockOf(all, all[1]!.options, "Size", "Small")).toBe("there");
});
