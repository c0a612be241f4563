import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, ask, queries } from "../api/client";
import { isProblem } from "../api/problem";
import type { CartView, Delivery } from "../api/schema";
import { auth, useAuth } from "../auth/auth";
import { once } from "../lib/idempotency";
import { type CartRef, cartOf, GUEST, keepCart, useCartRef } from "./refs";

const keyOf = (ref: CartRef | null) => ["cart", ref?.id ?? null];
const shown = (ref: CartRef) => (ref.token ? { "x-cart-token": ref.token } : {});

export async function owner(): Promise<string> {
  await auth.ready();
  return auth.state.status === "person" ? auth.state.person.id : GUEST;
}

function show(cart: CartView): CartView {
  queries.setQueryData(["cart", cart.id], cart);
  return cart;
}

/** Puts a cart that came with an answer (a problem's, say) on show. */
export const showCart = show;

async function makeCart(who: string): Promise<CartRef> {
  const cart = await once(`cart.${who}`, (key) =>
    ask(api.POST("/carts", { params: { header: { "idempotency-key": key } }, body: {} })),
  );
  const ref = { id: cart.id, token: cart.token ?? null };
  keepCart(who, ref);
  show(cart);
  return ref;
}

function putIn(ref: CartRef, sku: string, quantity: number, action: string): Promise<CartView> {
  return once(action, (key) =>
    ask(
      api.POST("/carts/{cart_id}/lines", {
        params: { path: { cart_id: ref.id }, header: { ...shown(ref), "idempotency-key": key } },
        body: { sku, quantity },
      }),
    ),
  );
}

/** Adds to the cart; makes one where there is none, or where the old one has expired or been ordered meanwhile. */
export async function addToCart(sku: string, quantity: number): Promise<CartView> {
  const who = await owner();
  const ref = cartOf(who) ?? (await makeCart(who));
  try {
    return show(await putIn(ref, sku, quantity, `add.${ref.id}.${sku}.${quantity}`));
  } catch (error) {
    if (!isProblem(error, "not_found") && !isProblem(error, "cart_already_ordered")) throw error;
    const fresh = await makeCart(who);
    return show(await putIn(fresh, sku, quantity, `add.${fresh.id}.${sku}.${quantity}`));
  }
}

export async function setQuantity(ref: CartRef, lineId: string, quantity: number): Promise<CartView> {
  const params = { path: { cart_id: ref.id, line_id: lineId }, header: shown(ref) };
  if (quantity < 1) {
    try {
      return show(await ask(api.DELETE("/carts/{cart_id}/lines/{line_id}", { params })));
    } catch (error) {
      // Taken out already, in another tab or by a try whose answer was lost.
      if (!isProblem(error, "not_found")) throw error;
      return show(await readCart(ref));
    }
  }
  return show(await ask(api.PATCH("/carts/{cart_id}/lines/{line_id}", { params, body: { quantity } })));
}

export async function saveDelivery(ref: CartRef, delivery: Delivery): Promise<CartView> {
  const params = { path: { cart_id: ref.id }, header: shown(ref) };
  return show(await ask(api.PUT("/carts/{cart_id}/delivery", { params, body: delivery })));
}

export function readCart(ref: CartRef): Promise<CartView> {
  return ask(api.GET("/carts/{cart_id}", { params: { path: { cart_id: ref.id }, header: shown(ref) } }));
}

/**
 * What a guest has gathered becomes theirs when they sign in: a guest's cart would become an order that is in nobody's
 * history. Broken off, it goes on at the next visit; asked again, the API answers the cart that it became.
 */
async function bringAlong(who: string): Promise<void> {
  const guest = cartOf(GUEST);
  if (!guest) return;
  try {
    const params = { path: { cart_id: guest.id }, header: shown(guest) };
    const cart = await ask(api.POST("/carts/{cart_id}/claim", { params }));
    if (!cart.order_id) {
      keepCart(who, { id: cart.id, token: null });
      show(cart);
    }
  } catch (error) {
    if (!isProblem(error, "not_found") && !isProblem(error, "cart_already_ordered")) throw error;
  }
  keepCart(GUEST, null);
}

let bringing: Promise<void> | null = null;

/** The cart of whoever is here. `cart` is null as long as there is nothing in it. */
export function useCart() {
  const state = useAuth();
  const who = state.status === "person" ? state.person.id : GUEST;
  const ref = useCartRef(who);
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    if (state.status === "loading") return;
    if (state.status !== "person") {
      setSettled(true);
      return;
    }
    bringing ??= bringAlong(state.person.id).finally(() => (bringing = null));
    let here = true;
    void bringing.catch(() => undefined).then(() => here && setSettled(true));
    return () => {
      here = false;
    };
  }, [state]);

  const query = useQuery({
    queryKey: keyOf(ref),
    enabled: settled && ref !== null,
    staleTime: 5_000,
    queryFn: async () => {
      try {
        const cart = await readCart(ref!);
        if (!cart.order_id) return cart;
      } catch (error) {
        if (!isProblem(error, "not_found")) throw error;
      }
      keepCart(who, null); // ordered, or too old
      return null;
    },
  });
  const cart = ref ? (query.data ?? null) : null;
  const pending = !settled || (ref !== null && query.isPending);
  return { cart, ref, who, pending, error: ref ? query.error : null, refetch: query.refetch };
}

export function usePieces(): number {
  const { cart } = useCart();
  return cart?.lines.reduce((sum, line) => sum + line.quantity, 0) ?? 0;
}

export function useAddToCart() {
  return useMutation({
    mutationFn: ({ sku, quantity }: { sku: string; quantity: number }) => addToCart(sku, quantity),
  });
}
