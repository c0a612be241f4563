import type { CartView } from "../api/schema";
import { lineName } from "./names";

/** What became of a guest's cart when its owner signed in. */
export interface Along {
  /** What came into the cart that the person had. */
  joined: string[];
  /** What was in that cart and gave way to the one that was being ordered; or found no room. */
  saved: string[];
}

type Lines = Pick<CartView, "id" | "lines" | "saved">;

/** Compares a guest's cart with the one that its owner has now; null if nothing was mixed. */
export function whatCameAlong(guests: Lines, now: Lines): Along | null {
  const skus = (lines: CartView["lines"]) => new Set(lines.map((line) => line.sku));
  const brought = skus(guests.lines);
  const before = skus(guests.saved);
  const joined = now.id === guests.id ? [] : now.lines.filter((line) => brought.has(line.sku)).map(lineName);
  const saved = now.saved.filter((line) =>
    now.id === guests.id ? !before.has(line.sku) : brought.has(line.sku) && !before.has(line.sku),
  );
  return joined.length || saved.length ? { joined, saved: saved.map(lineName) } : null;
}
