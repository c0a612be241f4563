import { expect, test } from "vitest";
import { askedFor } from "./history";

const ask = (query: string) => askedFor(new URLSearchParams(query), Date.parse("2026-11-26T01:00:00Z"));

test("the address of the list says what is asked for", () => {
  expect(ask("")).toEqual({});
  expect(ask("status=confirmed&days=30&q= S-7 ")).toEqual({ status: "confirmed", from: "2026-10-27", q: "S-7" });
});

test("what makes no sense in it is left out", () => {
  expect(ask("status=lost&days=9&q=%20")).toEqual({});
});
