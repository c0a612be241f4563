import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { capturePayment, declineSentence, isMade, syncPayment } from "../payment/payments";

/**
 * Comes back from the bank, or from PayPal: asks how the payment stands, since the events may still be under way. Who has
 * agreed at PayPal's page is charged now; who turned back there is not.
 */
export function useReturn(orderId: string, onPaid: () => void) {
  const [search, setSearch] = useSearchParams();
  const [paymentId] = useState(() => (search.has("turned_back") ? null : search.get("payment")));
  const [agreed] = useState(() => search.has("PayerID"));
  const [returned] = useState(() => search.has("payment"));
  const query = useQuery({
    queryKey: ["return", orderId, paymentId],
    enabled: paymentId !== null,
    staleTime: Infinity,
    gcTime: 0,
    queryFn: () => (agreed ? capturePayment(orderId, paymentId!) : syncPayment(orderId, paymentId!)),
  });
  const status = query.data?.status;
  const paid = query.data !== undefined && isMade(query.data);
  useEffect(() => {
    if (search.has("payment")) setSearch({}, { replace: true });
  }, [search, setSearch]);
  useEffect(() => {
    if (paid) onPaid();
  }, [paid, onPaid]);
  return {
    /** Nothing to ask of the buyer: it is being found out how the payment stands, or known that it is made. */
    busy: paid || (paymentId !== null && query.isPending),
    decline: status === "failed" ? declineSentence(query.data?.decline) : null,
    returned,
  };
}

export type Return = ReturnType<typeof useReturn>;
