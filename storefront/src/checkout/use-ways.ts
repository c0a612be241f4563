import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Problem } from "../api/problem";
import type { CartView, ShippingOption } from "../api/schema";
import { waysTo } from "../cart/edits";
import type { CartRef } from "../cart/refs";

export type Ways =
  | { status: "waiting" | "loading" | "unserved" }
  | { status: "failed"; error: unknown; retry: () => void }
  | { status: "there"; options: ShippingOption[] };

/** The shipping to a place, asked for as soon as the place is known, and again when what is sent has changed. */
export function useWays(ref: CartRef, cart: CartView, place: { country: string; region: string } | null): Ways {
  const { totals } = cart;
  const goods = cart.lines.map((line) => `${line.sku}*${line.quantity}`).join() + `-${totals.discount.amount}`;
  const query = useQuery({
    queryKey: ["ways", ref.id, place?.country, place?.region, goods],
    enabled: place !== null && cart.lines.length > 0,
    queryFn: () => waysTo(ref, place!),
    // While only the goods have changed, the ways stay where they are.
    placeholderData: (before, last) => (last?.queryKey[2] === place?.country ? keepPreviousData(before) : undefined),
  });
  if (!place) return { status: "waiting" };
  if (query.data) return { status: "there", options: query.data };
  if (query.isPending) return { status: "loading" };
  const { error } = query;
  const unserved = error instanceof Problem && error.errors.some((one) => one.code === "country_not_served");
  return unserved ? { status: "unserved" } : { status: "failed", error, retry: () => void query.refetch() };
}
