import { api, ask } from "../api/client";
import { isProblem } from "../api/problem";
import type { CartView, Delivery, ShippingOption, UpdateLine } from "../api/schema";
import { readCart, showCart, shownWith } from "./cart";
import type { CartRef } from "./refs";

const paramsOf = (ref: CartRef) => ({ path: { cart_id: ref.id }, header: shownWith(ref) });
const lineParams = (ref: CartRef, lineId: string) => ({
  path: { cart_id: ref.id, line_id: lineId },
  header: shownWith(ref),
});

/** Another number of pieces, a note, saved for later or taken back. */
export async function editLine(ref: CartRef, lineId: string, change: UpdateLine): Promise<CartView> {
  const params = lineParams(ref, lineId);
  return showCart(await ask(api.PATCH("/carts/{cart_id}/lines/{line_id}", { params, body: change })));
}

export async function removeLine(ref: CartRef, lineId: string): Promise<CartView> {
  try {
    return showCart(await ask(api.DELETE("/carts/{cart_id}/lines/{line_id}", { params: lineParams(ref, lineId) })));
  } catch (error) {
    // Taken out already, in another tab or by a try whose answer was lost.
    if (!isProblem(error, "not_found")) throw error;
    return showCart(await readCart(ref));
  }
}

export async function applyCoupon(ref: CartRef, code: string): Promise<CartView> {
  return showCart(await ask(api.PUT("/carts/{cart_id}/coupon", { params: paramsOf(ref), body: { code } })));
}

export async function removeCoupon(ref: CartRef): Promise<CartView> {
  return showCart(await ask(api.DELETE("/carts/{cart_id}/coupon", { params: paramsOf(ref) })));
}

/** What the buyer wishes to say about the whole order. */
export async function noteCart(ref: CartRef, note: string): Promise<CartView> {
  return showCart(await ask(api.PATCH("/carts/{cart_id}", { params: paramsOf(ref), body: { note } })));
}

export async function saveDelivery(ref: CartRef, delivery: Delivery): Promise<CartView> {
  return showCart(await ask(api.PUT("/carts/{cart_id}/delivery", { params: paramsOf(ref), body: delivery })));
}

/** The ways to send the cart as it is to a place, the cheapest first. */
export async function waysTo(ref: CartRef, place: { country: string; region: string }): Promise<ShippingOption[]> {
  const params = { ...paramsOf(ref), query: place };
  return (await ask(api.GET("/carts/{cart_id}/shipping-options", { params }))).items;
}
