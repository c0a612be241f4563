import { useMutation, useQuery } from "@tanstack/react-query";
import { api, ask, queries } from "../api/client";
import type { OrderStatus, OrderView } from "../api/schema";
import { auth } from "../auth/auth";
import { once } from "./idempotency";
import { read, write } from "./storage";
import { answerOtherTabs, askOtherTabs } from "./tabs";

const TOKENS = "souk.orders";

type Tokens = Record<string, string>;

/** Orders whose secret tokens this tab knows, the latest first. */
export const knownOrders = (): string[] => Object.keys(read<Tokens>("session", TOKENS) ?? {}).reverse();

export function keepOrderToken(orderId: string, token: string): void {
  const { [orderId]: _, ...others } = read<Tokens>("session", TOKENS) ?? {};
  write("session", TOKENS, { ...others, [orderId]: token });
}

const tokenOf = (orderId: string): string | undefined => read<Tokens>("session", TOKENS)?.[orderId];
answerOtherTabs(tokenOf);

export function orderHeader(orderId: string): Record<string, string> {
  const token = tokenOf(orderId);
  return token ? { "x-order-token": token } : {};
}

/** Links in mails carry the token behind the `#`, which no server sees; it moves into this tab's memory. */
export function takeTokenFromAddress(orderId: string): void {
  const token = new URLSearchParams(window.location.hash.slice(1)).get("token");
  if (!token) return;
  keepOrderToken(orderId, token);
  window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
}

export const OVER: readonly OrderStatus[] = ["expired", "cancelled", "completed"];
/** Whether gift cards were bought with it. */
export const hasGiftCards = (order: OrderView): boolean => order.lines.some((line) => line.kind === "gift_card");

export const UNPAID: readonly OrderStatus[] = ["pending", "expiring"];

/**
 * How long to wait before looking at an order again, in milliseconds; false when nothing more will happen by itself.
 * Eager while a payment is being settled, ever calmer while the buyer thinks.
 */
export function nextLook(status: OrderStatus | undefined, looks: number, settling: boolean): number | false {
  // Money that was on its way when the time ran out may still confirm the order.
  const open = status === "pending" || status === "expiring" || (status === "expired" && settling);
  if (!open) return false;
  if (settling || status === "expiring") return Math.min(5_000, 600 * 1.25 ** looks);
  return Math.min(15_000, 3_000 * 1.15 ** looks);
}

export async function fetchOrder(orderId: string): Promise<OrderView> {
  await auth.ready();
  if (auth.state.status !== "person" && !tokenOf(orderId)) {
    const token = await askOtherTabs(orderId);
    if (token) keepOrderToken(orderId, token);
  }
  return ask(api.GET("/orders/{order_id}", { params: { path: { order_id: orderId }, header: orderHeader(orderId) } }));
}

export function useOrder(orderId: string, settling: boolean, since: number) {
  return useQuery({
    queryKey: ["order", orderId],
    queryFn: () => fetchOrder(orderId),
    staleTime: 0,
    refetchInterval: (query) => nextLook(query.state.data?.status, query.state.dataUpdateCount - since, settling),
  });
}

export function useCancelOrder(orderId: string) {
  return useMutation({
    mutationFn: (reason: string) =>
      once(`cancel.${orderId}`, (key) =>
        ask(
          api.POST("/orders/{order_id}/cancel", {
            params: { path: { order_id: orderId }, header: { ...orderHeader(orderId), "idempotency-key": key } },
            body: { reason },
          }),
        ),
      ),
    onSuccess: (order) => {
      queries.setQueryData(["order", orderId], order);
      void queries.invalidateQueries({ queryKey: ["orders"] });
    },
  });
}
