import { skipToken, useQuery } from "@tanstack/react-query";
import { api, ask, queries } from "../api/client";
import { isProblem } from "../api/problem";
import type { CartView } from "../api/schema";
import { type Along, whatCameAlong } from "../lib/along";
import { once } from "../lib/idempotency";
import { makeCart, readCart, showCart, shownWith } from "./cart";
import { type CartRef, cartOf, GUEST, keepCart } from "./refs";

const ALONG = ["along"];

/** What became of the cart of before the sign-in, until it is read. */
export function useAlong(): [Along | null, () => void] {
  const { data } = useQuery<Along | null>({ queryKey: ALONG, queryFn: skipToken, gcTime: Infinity });
  return [data ?? null, forgetAlong];
}

export const forgetAlong = (): void => void queries.setQueryData(ALONG, null);

/**
 * Someone has signed in: what they gathered as a guest becomes theirs, else they find the cart that they have. Broken
 * off, it goes on at the next visit.
 */
export async function comeIn(who: string): Promise<void> {
  const guests = cartOf(GUEST);
  if (guests) {
    try {
      await claim(guests, who);
    } catch (error) {
      // Too old, someone else's, or an order by now.
      if (!isProblem(error, "not_found") && !isProblem(error, "cart_already_ordered")) throw error;
    }
    keepCart(GUEST, null);
  }
  if (!cartOf(who)) await makeCart(who);
}

async function claim(guests: CartRef, who: string): Promise<void> {
  const before = await asItWas(guests);
  if (before && (before.order_id || !(before.lines.length || before.saved.length))) return;
  const params = { path: { cart_id: guests.id }, header: shownWith(guests) };
  const now = await once(`claim.${guests.id}.${who}`, (key) =>
    ask(
      api.POST("/carts/{cart_id}/claim", {
        params: { ...params, header: { ...params.header, "idempotency-key": key } },
      }),
    ),
  );
  if (now.order_id) return;
  keepCart(who, { id: now.id, token: null });
  showCart(now);
  if (before) queries.setQueryData(ALONG, whatCameAlong(before, now));
}

/** The guest's cart, or null if it isn't one any more: claimed by a try whose answer was lost, perhaps. */
async function asItWas(guests: CartRef): Promise<CartView | null> {
  try {
    return await readCart(guests);
  } catch (error) {
    if (isProblem(error, "not_found")) return null;
    throw error;
  }
}
