import { expect, test } from "vitest";
import { Problem } from "../api/problem";
import { once } from "./idempotency";

const fail = (status: number, code: string) => async (key: string) => {
  keys.push(key);
  throw new Problem({ code }, status);
};
const keys: string[] = [];
const succeed = async (key: string) => {
  keys.push(key);
  return "done";
};

test("a try whose outcome is unknown is repeated under its key", async () => {
  for (const [status, code] of [
    [0, "offline"],
    [503, "unavailable"],
    [504, "gateway_timeout"],
    [409, "still_running"],
    [429, "too_many_requests"],
  ] as const) {
    keys.length = 0;
    await expect(once("a", fail(status, code))).rejects.toThrow();
    await expect(once("a", succeed)).resolves.toBe("done");
    expect(keys[0]).toBe(keys[1]);
  }
});

test("once it is known, the next one is another request", async () => {
  keys.length = 0;
  await once("b", succeed);
  await once("b", succeed);
  await expect(once("b", fail(422, "validation_failed"))).rejects.toThrow();
  await once("b", succeed);
  expect(new Set(keys).size).toBe(4);
});

test("different actions do not share a key", async () => {
  keys.length = 0;
  await expect(once("c", fail(0, "offline"))).rejects.toThrow();
  await once("d", succeed);
  expect(keys[0]).not.toBe(keys[1]);
});
