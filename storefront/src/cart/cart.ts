import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, ask, queries } from "../api/client";
import { isProblem } from "../api/problem";
import type { CartView } from "../api/schema";
import { auth, type State, useAuth } from "../auth/auth";
import { once } from "../lib/idempotency";
import { type CartRef, cartOf, GUEST, keepCart, useCartRef } from "./refs";

const keyOf = (ref: CartRef | null) => ["cart", ref?.id ?? null];

/** What opens the cart: a guest's by its secret token. */
export const shownWith = (ref: CartRef) => (ref.token ? { "x-cart-token": ref.token } : {});

export async function owner(): Promise<string> {
  await auth.ready();
  return auth.state.status === "person" ? auth.state.person.id : GUEST;
}

/** Puts a cart that came with an answer on show, unless a later one was quicker. */
export function showCart(cart: CartView): CartView {
  return queries.setQueryData<CartView>(["cart", cart.id], (old) => later(old, cart)) ?? cart;
}

const later = (old: CartView | null | undefined, cart: CartView) => (old && old.version > cart.version ? old : cart);

/** A new cart; for a person the one that they have, on whatever device they began it. */
export async function makeCart(who: string): Promise<CartRef> {
  const cart = await once(`cart.${who}`, (key) =>
    ask(api.POST("/carts", { params: { header: { "idempotency-key": key } }, body: {} })),
  );
  const ref = { id: cart.id, token: cart.token ?? null };
  keepCart(who, ref);
  showCart(cart);
  return ref;
}

function putIn(ref: CartRef, sku: string, quantity: number, action: string): Promise<CartView> {
  return once(action, (key) =>
    ask(
      api.POST("/carts/{cart_id}/lines", {
        params: { path: { cart_id: ref.id }, header: { ...shownWith(ref), "idempotency-key": key } },
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
    return showCart(await putIn(ref, sku, quantity, `add.${ref.id}.${sku}.${quantity}`));
  } catch (error) {
    if (!isProblem(error, "not_found") && !isProblem(error, "cart_already_ordered")) throw error;
    const fresh = await makeCart(who);
    return showCart(await putIn(fresh, sku, quantity, `add.${fresh.id}.${sku}.${quantity}`));
  }
}

export function readCart(ref: CartRef): Promise<CartView> {
  return ask(api.GET("/carts/{cart_id}", { params: { path: { cart_id: ref.id }, header: shownWith(ref) } }));
}

const comings = new Map<string, Promise<void>>();
const arrived = new Set<string>();

/** Once per person and visit: finds the cart of someone who is signed in. */
function coming(who: string): Promise<void> {
  const begun =
    comings.get(who) ?? import("./claim").then(({ comeIn }) => comeIn(who)).then(() => void arrived.add(who));
  comings.set(who, begun);
  begun.catch(() => comings.delete(who)); // The next page tries again.
  return begun;
}

/** Whether it is known whose cart is to be shown. */
function useArrived(state: State): boolean {
  const [tried, setTried] = useState("");
  const who = state.status === "person" ? state.person.id : GUEST;
  useEffect(() => {
    if (!who || arrived.has(who)) return;
    let here = true;
    void coming(who)
      .catch(() => undefined)
      .then(() => here && setTried(who));
    return () => {
      here = false;
    };
  }, [who]);
  return state.status !== "loading" && (!who || arrived.has(who) || tried === who);
}

/** The cart of whoever is here. `cart` is null as long as there is nothing in it. */
export function useCart() {
  const state = useAuth();
  const who = state.status === "person" ? state.person.id : GUEST;
  const ref = useCartRef(who);
  const settled = useArrived(state);
  const query = useQuery({
    queryKey: keyOf(ref),
    enabled: settled && ref !== null,
    staleTime: 5_000,
    queryFn: async () => {
      try {
        const cart = await readCart(ref!);
        if (!cart.order_id) return later(queries.getQueryData<CartView>(keyOf(ref)), cart);
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
