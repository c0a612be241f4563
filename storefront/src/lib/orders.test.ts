import { expect, test } from "vitest";
import { nextLook } from "./orders";
import { clock, secondsUntil } from "./time";

test("looks eagerly while money moves, calmly while the buyer thinks, and not at all once it is over", () => {
  expect(nextLook("pending", 0, true)).toBe(600);
  expect(nextLook("pending", 30, true)).toBe(5_000);
  expect(nextLook("pending", 0, false)).toBe(3_000);
  expect(nextLook("pending", 30, false)).toBe(15_000);
  expect(nextLook("expiring", 3, false)).toBeLessThan(5_000);
  expect(nextLook("expired", 0, true)).toBe(600);
  expect(nextLook("expired", 0, false)).toBe(false);
  for (const status of ["confirmed", "cancelled", "completed"] as const) {
    expect(nextLook(status, 0, true)).toBe(false);
    expect(nextLook(status, 0, false)).toBe(false);
  }
});

test("counts down to zero and no further", () => {
  const now = Date.parse("2030-01-01T00:00:00Z");
  expect(secondsUntil("2030-01-01T00:01:05Z", now)).toBe(65);
  expect(secondsUntil("2029-12-31T23:00:00Z", now)).toBe(0);
  expect(clock(65)).toBe("1:05");
  expect(clock(0)).toBe("0:00");
});
