import { lazy, Suspense, useEffect, useState } from "react";
import { isProblem } from "../api/problem";
import type { OrderView } from "../api/schema";
import { Failure, Loading, Skeleton } from "../ui/parts";
import { declineSentence, syncPayment, usePayment } from "./payments";

const SandboxForm = lazy(() => import("./sandbox-form"));
const StripeForm = lazy(() => import("./stripe-form"));

const Shape = () => (
  <Loading label="Preparing the payment">
    <div className="max-w-xl space-y-4">
      <Skeleton className="h-12 w-full" />
      <Skeleton className="h-12 w-full" />
      <Skeleton className="h-12 w-full rounded-full" />
    </div>
  </Loading>
);

interface PanelProps {
  order: OrderView;
  /** A decline that was brought back from the bank's page. */
  brought: string | null;
  /** The money is there, or on its way: nothing more to do but wait. */
  onPaid: () => void;
  /** The order is not what this page thinks it is. */
  onMoved: () => void;
}

export function PaymentPanel({ order, brought, onPaid, onMoved }: PanelProps) {
  const payment = usePayment(order.id, true);
  const [decline, setDecline] = useState(brought);
  useEffect(() => {
    if (brought) setDecline(brought);
  }, [brought]);
  const { error } = payment;
  useEffect(() => {
    if (isProblem(error, "already_paid")) onPaid();
    if (isProblem(error, "order_state") || isProblem(error, "payment_closed")) onMoved();
  }, [error, onPaid, onMoved]);
  const settled = payment.data?.status === "paid" || payment.data?.status === "processing";
  useEffect(() => {
    if (settled) onPaid();
  }, [settled, onPaid]);

  if (payment.isError && !isProblem(error, "already_paid")) {
    return <Failure error={error} retry={() => void payment.refetch()} title="We can't take your payment yet" />;
  }
  if (!payment.data || settled) return <Shape />;
  const { id, provider_url: sandbox } = payment.data;
  const Form = sandbox ? SandboxForm : StripeForm;

  async function confirmed() {
    const now = await syncPayment(order.id, id).catch(() => null);
    // Without an answer the events will tell; asking for the card again could charge it twice.
    if (now?.status === "failed") setDecline(declineSentence(now.decline));
    else onPaid();
  }

  return (
    <Suspense fallback={<Shape />}>
      <Form
        payment={payment.data}
        returnUrl={`${window.location.origin}/orders/${order.id}?payment=${id}`}
        decline={decline}
        onDecline={setDecline}
        onConfirmed={confirmed}
      />
    </Suspense>
  );
}
