import { useCallback, useState } from "react";
import { useParams } from "react-router";
import { queries } from "../api/client";
import { isProblem } from "../api/problem";
import type { OrderStatus } from "../api/schema";
import { auth, useAuth } from "../auth/auth";
import { takeTokenFromAddress, useOrder } from "../lib/orders";
import { formatMoment } from "../lib/time";
import { Cancel } from "../order/cancel";
import { Details } from "../order/details";
import { useReturn } from "../order/return";
import { Standing } from "../order/standing";
import { Empty, Failure, Loading, PageTitle, Skeleton } from "../ui/parts";
import { Steps } from "../ui/steps";

const HEADLINES: Record<OrderStatus, string> = {
  pending: "Pay for your order",
  expiring: "Time is up",
  expired: "This order has run out",
  confirmed: "Thank you!",
  cancelled: "Order cancelled",
  completed: "Delivered and done",
};

function Missing({ error, refetch }: { error: unknown; refetch: () => void }) {
  const state = useAuth();
  if (!isProblem(error, "not_found") && !isProblem(error, "unauthorized")) {
    return <Failure error={error} retry={refetch} title="We can't show this order" />;
  }
  return (
    <Empty title={<PageTitle title="We can't find this order" />}>
      <p>
        An order opens to whoever placed it: follow the link in the mail we sent
        {state.status === "guest" && ", or sign in if you ordered with an account"}.
      </p>
      {state.status === "guest" && (
        <button type="button" className="btn btn-main" onClick={() => auth.signIn()}>
          Sign in
        </button>
      )}
    </Empty>
  );
}

function Order({ orderId }: { orderId: string }) {
  useState(() => takeTokenFromAddress(orderId)); // once, before the first look
  const [paidAt, setPaidAt] = useState<number | null>(null);
  const settling = paidAt !== null;
  const query = useOrder(orderId, settling, paidAt ?? 0);
  const { refetch } = query;
  const onPaid = useCallback(() => {
    setPaidAt((before) => before ?? queries.getQueryState(["order", orderId])?.dataUpdateCount ?? 0);
    void refetch();
  }, [orderId, refetch]);
  const again = useCallback(() => void refetch(), [refetch]);
  const back = useReturn(orderId, onPaid);

  if (query.isPending) {
    return (
      <Loading label="Loading your order">
        <Skeleton className="h-12 w-72" />
        <Skeleton className="mt-6 h-40 w-full" />
        <Skeleton className="mt-6 h-64 w-full" />
      </Loading>
    );
  }
  if (!query.data) return <Missing error={query.error} refetch={again} />;
  const order = query.data;
  const { status } = order;
  const waiting = status === "pending" && (settling || back.busy);
  const title = waiting ? "One moment" : HEADLINES[status];
  return (
    <>
      {(status === "pending" || status === "confirmed") && <Steps now={status === "confirmed" ? "done" : "payment"} />}
      <PageTitle title={`${title} · ${order.number}`}>{title}</PageTitle>
      {status === "confirmed" && <div className="tiles mb-4 mt-5 w-44 rounded-full" aria-hidden="true" />}
      <p className="mt-2 text-soft">
        Order <span className="font-semibold text-ink">{order.number}</span>, placed {formatMoment(order.placed_at)}
      </p>
      <p role="status" className="sr-only">
        {waiting ? "Confirming your payment" : `The order is ${status}`}
      </p>
      <div className="mb-10 mt-6">
        <Standing order={order} settling={settling} onPaid={onPaid} refetch={again} back={back} />
        {query.isRefetchError && (
          <div className="mt-4">
            <Failure error={query.error} retry={again} title="We've lost touch with your order" />
          </div>
        )}
      </div>
      <Details order={order} />
      {!waiting && (status === "pending" || status === "confirmed") && (
        <div className="mt-10 border-t border-line pt-6">
          <Cancel order={order} />
        </div>
      )}
    </>
  );
}

export default function OrderPage() {
  const { orderId = "" } = useParams();
  return <Order key={orderId} orderId={orderId} />;
}
