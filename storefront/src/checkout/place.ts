import { api, ask } from "../api/client";
import { isProblem, Problem } from "../api/problem";
import type { CartView, OrderView } from "../api/schema";
import { showCart } from "../cart/cart";
import type { CartRef } from "../cart/refs";
import { whatChanged } from "../lib/changes";
import { once } from "../lib/idempotency";

/** Orders the cart at the price that was on the screen, and at no other. */
export async function placeOrder(ref: CartRef, seen: CartView): Promise<OrderView> {
  const place = (cart: CartView) =>
    once(`place.${cart.id}.${cart.quote?.hash}`, (key) =>
      ask(
        api.POST("/orders", {
          params: { header: { ...(ref.token ? { "x-cart-token": ref.token } : {}), "idempotency-key": key } },
          body: { cart_id: cart.id, quote_hash: cart.quote?.hash ?? "" },
        }),
      ),
    );
  try {
    return await place(seen);
  } catch (error) {
    const fresh = error instanceof Problem ? (error.extra.cart as CartView | undefined) : undefined;
    if (!fresh) throw error;
    showCart(fresh);
    // Quotes end after a quarter of an hour. Where nothing but that has changed, the buyer has agreed already.
    const same = isProblem(error, "quote_stale") && seen.totals.total.amount === fresh.totals.total.amount;
    if (same && fresh.quote && whatChanged(seen, fresh).length === 0) return place(fresh);
    throw error;
  }
}
