import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { useNavigate } from "react-router";
import { isProblem, Problem } from "../api/problem";
import { Spinner } from "../ui/marks";
import { Failure, Notice, PageTitle } from "../ui/parts";
import { keepOrder, type Placement, send } from "./place";

/** Finds out what became of a placement that nobody heard of: the same request once more gives its answer. */
export function Finding({ placement, onNone }: { placement: Placement; onNone: () => void }) {
  const navigate = useNavigate();
  const again = useMutation({
    mutationFn: () => send(placement),
    onSuccess: (order) => {
      void navigate(`/orders/${order.id}`, { replace: true, state: { pay: true } });
      keepOrder(order, placement.who);
    },
    onError: (error) => {
      if (isProblem(error, "cart_already_ordered") && typeof error.extra.order_id === "string") {
        void navigate(`/orders/${error.extra.order_id}`, { replace: true, state: { pay: true } });
      } else if (error instanceof Problem && !error.unsettled) onNone(); // No order: the checkout goes on.
    },
  });
  const { mutate } = again;
  useEffect(() => mutate(), [mutate]);
  return (
    <>
      <PageTitle title="One moment" />
      <div className="mt-6">
        {again.isError && !again.isPending ? (
          <Failure
            error={again.error}
            retry={() => mutate()}
            title="We don't know yet whether your order went through"
          />
        ) : (
          <Notice tone="plain">
            <Spinner label="Finding out what became of your order" />
          </Notice>
        )}
      </div>
    </>
  );
}
