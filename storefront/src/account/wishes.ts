import { useMutation, useMutationState, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, ask, done, queries } from "../api/client";
import type { WishlistView } from "../api/schema";
import { auth } from "../auth/auth";
import { forget, read, write } from "../lib/storage";
import { mine, useMyId } from "./me";

const LATER = "souk.wish";
const FRESH_MS = 300_000;

interface Wanted {
  productId: string;
  wished: boolean;
}

const keyOf = (who: string) => mine(who, "wishlist");

/** What whoever is signed in would like to have; nothing for guests. */
export function useWishlist() {
  const who = useMyId();
  return useQuery({
    queryKey: keyOf(who),
    enabled: who !== "",
    staleTime: FRESH_MS,
    queryFn: () => ask(api.GET("/me/wishlist")),
  });
}

/** Whether a product is wished for, and the way to change that. What was pressed counts at once, until it fails. */
export function useWish(productId: string) {
  const who = useMyId();
  const { data } = useWishlist();
  const action = ["wish", who, productId];
  const pressed = useMutationState({
    filters: { mutationKey: action, exact: true, status: "pending" },
    select: ({ state }) => (state.variables as Wanted).wished,
  }).at(-1);
  const { mutate, error, reset } = useMutation({
    mutationKey: action,
    scope: { id: `wish.${productId}` }, // One after the other: the last press is what counts.
    mutationFn: ({ wished }: Wanted) => (wished ? add(who, productId) : remove(who, productId)),
  });
  // What a guest has wished for before signing in is theirs now.
  useEffect(() => {
    if (!who || read<string>("session", LATER) !== productId) return;
    forget("session", LATER);
    mutate({ productId, wished: true });
  }, [who, productId, mutate]);
  return {
    wished: pressed ?? data?.items.some((wish) => wish.product_id === productId) ?? false,
    guest: !who,
    set: (wished: boolean) => mutate({ productId, wished }),
    error,
    reset,
  };
}

/** Asks a guest who they are, and wishes for it afterwards. */
export function wishAfter(way: "signIn" | "signUp", productId: string): void {
  write("session", LATER, productId);
  auth[way]();
}

export async function add(who: string, productId: string): Promise<void> {
  const wish = await ask(api.PUT("/me/wishlist/{product_id}", { params: { path: { product_id: productId } } }));
  change(who, (items) => (items.some((one) => one.product_id === wish.product_id) ? items : [wish, ...items]));
}

export async function remove(who: string, productId: string): Promise<void> {
  await done(api.DELETE("/me/wishlist/{product_id}", { params: { path: { product_id: productId } } }));
  change(who, (items) => items.filter((one) => one.product_id !== productId));
}

function change(who: string, items: (before: WishlistView["items"]) => WishlistView["items"]): void {
  const known = queries.getQueryData<WishlistView>(keyOf(who));
  if (known) queries.setQueryData<WishlistView>(keyOf(who), { ...known, items: items(known.items) });
  else void queries.invalidateQueries({ queryKey: keyOf(who) });
}
