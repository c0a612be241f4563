import { expect, test } from "vitest";
import { endOf } from "../auth/sandbox";
import { Problem, sentence } from "../api/problem";
import { groupExpiry, groupNumber } from "./sandbox";

test("cards are grouped as they are typed and pasted", () => {
  expect(groupNumber("4242-4242 42424242")).toBe("4242 4242 4242 4242");
  expect(groupNumber("42424")).toBe("4242 4");
  expect(groupExpiry("1")).toBe("1");
  expect(groupExpiry("3")).toBe("03");
  expect(groupExpiry("1230")).toBe("12 / 30");
  expect(groupExpiry("12 / 30")).toBe("12 / 30");
});

test("a token's end is read from it", () => {
  const payload = btoa(JSON.stringify({ exp: 1_900_000_000 })).replaceAll("=", "");
  expect(endOf(`x.${payload}.y`)).toBe(1_900_000_000_000);
});

test("problems become sentences", () => {
  const field = { field: "contact.email", code: "value_error", message: "the part after the @-sign is not valid" };
  const problem = new Problem({ code: "validation_failed", errors: [field] }, 422);
  expect(problem.field("contact.email")).toBe("The part after the @-sign is not valid.");
  expect(problem.field("contact.phone")).toBeUndefined();
  expect(sentence(new Problem({}, 500))).toContain("our side");
  expect(sentence(new Problem({ code: "never_heard_of", detail: "Bring it back." }, 409))).toBe("Bring it back.");
  expect(sentence(new TypeError("x"))).toContain("unexpected");
});
