import { api, ask, queries } from "../api/client";
import { isProblem, Problem } from "../api/problem";
import type { CartView, OrderView } from "../api/schema";
import { showCart, shownWith } from "../cart/cart";
import { type CartRef, keepCart } from "../cart/refs";
import { whatChanged } from "../lib/changes";
import { forgetDraft } from "../lib/kept";
import { once } from "../lib/idempotency";
import { keepOrderToken } from "../lib/orders";
import { forget, read, write } from "../lib/storage";

/** A placement that was sent: the cart, whose it is, and the quote that was agreed to. */
export interface Placement {
  ref: CartRef;
  who: string;
  hash: string;
}

const SLOT = "souk.placing";

/**
 * The placement whose outcome nobody knows yet: the connection broke, or the page was left. Sent again as it was it
 * gives the first answer; a guest has no other way to the secret token of the order.
 */
export const unanswered = (): Placement | null => read<Placement>("session", SLOT);

/** Sends a placement, or sends it again: it is one request to the API until its outcome is known. */
export async function send(placement: Placement): Promise<OrderView> {
  const { ref, hash } = placement;
  write("session", SLOT, placement);
  try {
    const order = await once(`place.${ref.id}.${hash}`, (key) =>
      ask(
        api.POST("/orders", {
          params: { header: { ...shownWith(ref), "idempotency-key": key } },
          body: { cart_id: ref.id, quote_hash: hash },
        }),
      ),
    );
    forget("session", SLOT);
    return order;
  } catch (error) {
    if (error instanceof Problem && !error.unsettled) forget("session", SLOT);
    throw error;
  }
}

/** Orders the cart at the price that was on the screen, and at no other. */
export async function placeOrder(ref: CartRef, who: string, seen: CartView): Promise<OrderView> {
  const open = unanswered();
  if (open?.ref.id === ref.id) return send(open);
  try {
    return await send({ ref, who, hash: seen.quote?.hash ?? "" });
  } catch (error) {
    const fresh = error instanceof Problem ? (error.extra.cart as CartView | undefined) : undefined;
    if (!fresh) throw error;
    showCart(fresh);
    // Quotes end after a quarter of an hour. Where nothing but that has changed, the buyer has agreed already.
    const same = isProblem(error, "quote_stale") && seen.totals.total.amount === fresh.totals.total.amount;
    if (same && fresh.quote && whatChanged(seen, fresh).length === 0) return send({ ref, who, hash: fresh.quote.hash });
    throw error;
  }
}

/** The cart has become an order: what this tab keeps of both. */
export function keepOrder(order: OrderView, who: string): void {
  if (order.token) keepOrderToken(order.id, order.token);
  queries.setQueryData(["order", order.id], order);
  void queries.invalidateQueries({ queryKey: ["orders"] });
  forgetDraft();
  keepCart(who, null);
}
