import { useMutation, useQuery } from "@tanstack/react-query";
import { api, ask, queries } from "../api/client";
import { isProblem } from "../api/problem";
import type { InvoiceView } from "../api/schema";
import { orderHeader } from "../lib/orders";

const LOOK_AGAIN_MS = 2_000;
const LOOKS = 15;

const fetchPapers = (orderId: string): Promise<InvoiceView> =>
  ask(api.GET("/orders/{order_id}/invoice", { params: { path: { order_id: orderId }, header: orderHeader(orderId) } }));

/** The invoice of an order and its credit notes. It is written moments after the payment: until then it is looked for. */
export function usePapers(orderId: string, wanted: boolean, moved: string) {
  return useQuery({
    queryKey: ["papers", orderId, moved],
    queryFn: () => fetchPapers(orderId),
    enabled: wanted,
    refetchInterval: ({ state }) =>
      isProblem(state.error, "invoice_not_issued") && state.errorUpdateCount < LOOKS && LOOK_AGAIN_MS,
  });
}

/** Fetches a document by its id. Links are good for minutes: one is made when it is pressed. */
export function useDownload(orderId: string) {
  return useMutation({
    mutationFn: async (documentId: string) => {
      const papers = await fetchPapers(orderId);
      const found = [papers, ...papers.credit_notes].find((document) => document.id === documentId) ?? papers;
      window.location.assign(found.url);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["papers", orderId] }),
  });
}
