import { useSyncExternalStore } from "react";
import { read, write } from "../lib/storage";

/** Which cart is whose in this browser. A guest's has a secret token; a person's opens to their session. */
export interface CartRef {
  id: string;
  token: string | null;
}

const SLOT = "souk.carts";
export const GUEST = "";

type Refs = Record<string, CartRef>;
let refs: Refs = read<Refs>("local", SLOT) ?? {};
const listeners = new Set<() => void>();

function changed(): void {
  for (const listener of listeners) listener();
}

if (typeof window !== "undefined") {
  window.addEventListener("storage", (event) => {
    if (event.key !== SLOT) return;
    refs = read<Refs>("local", SLOT) ?? {};
    changed();
  });
}

export function cartOf(owner: string): CartRef | null {
  return refs[owner] ?? null;
}

export function keepCart(owner: string, ref: CartRef | null): void {
  const { [owner]: _, ...others } = refs;
  refs = ref ? { ...others, [owner]: ref } : others;
  write("local", SLOT, refs);
  changed();
}

export function useCartRef(owner: string): CartRef | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => refs[owner] ?? null,
  );
}
