import { expect, test } from "vitest";
import type { CartView } from "../api/schema";
import { whatCameAlong } from "./along";

const lines = (...names: string[]) =>
  names.map((name) => ({ sku: name, title: name, variant_title: "" })) as unknown as CartView["lines"];
const cart = (id: string, now: string[], later: string[] = []) => ({
  id,
  lines: lines(...now),
  saved: lines(...later),
});

test("a guest's cart that becomes theirs as it is mixes nothing", () => {
  expect(whatCameAlong(cart("g", ["Lamp"], ["Oud"]), cart("g", ["Lamp"], ["Oud"]))).toBeNull();
});

test("lines that join the cart of the account are named, those that found no room as well", () => {
  const guests = cart("g", ["Lamp", "Tea"], ["Oud"]);
  const now = cart("own", ["Pot", "Lamp"], ["Tea", "Oud"]);
  expect(whatCameAlong(guests, now)).toEqual({ joined: ["Lamp"], saved: ["Tea"] });
});

test("where the guest was ordering already, the lines of the account are saved for later", () => {
  const guests = cart("g", ["Lamp"], ["Oud"]);
  expect(whatCameAlong(guests, cart("g", ["Lamp"], ["Oud", "Pot"]))).toEqual({ joined: [], saved: ["Pot"] });
});
