import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { declineSentence, syncPayment } from "../payment/payments";

/** Comes back from the bank: asks how the payment stands, since the events may still be under way. */
export function useReturn(orderId: string, onPaid: () => void) {
  const [search, setSearch] = useSearchParams();
  const [paymentId] = useState(() => search.get("payment"));
  const query = useQuery({
    queryKey: ["return", orderId, paymentId],
    enabled: paymentId !== null,
    staleTime: Infinity,
    gcTime: 0,
    queryFn: () => syncPayment(orderId, paymentId!),
  });
  const status = query.data?.status;
  const paid = status === "paid" || status === "processing";
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
    returned: paymentId !== null,
  };
}

export type Return = ReturnType<typeof useReturn>;
