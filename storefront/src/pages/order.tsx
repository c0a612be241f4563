import { useMutation, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useId, useRef, useState } from "react";
import { Link, useLocation, useNavigate, useParams, useSearchParams } from "react-router";
import { queries } from "../api/client";
import { isProblem, Problem } from "../api/problem";
import type { OrderStatus, OrderView } from "../api/schema";
import { auth, useAuth } from "../auth/auth";
import { addToCart } from "../cart/cart";
import { countryName } from "../lib/countries";
import { takeTokenFromAddress, UNPAID, useCancelOrder, useOrder } from "../lib/orders";
import { clock, formatMoment, useCountdown } from "../lib/time";
import { PaymentPanel } from "../payment/panel";
import { declineSentence, syncPayment } from "../payment/payments";
import { Spinner } from "../ui/marks";
import { Empty, Failure, Loading, Notice, PageTitle, Picture, Price, Skeleton } from "../ui/parts";
import { Steps } from "../ui/steps";
import { Totals } from "../ui/totals";

const HEADLINES: Record<OrderStatus, string> = {
  pending: "Pay for your order",
  expiring: "Time is up",
  expired: "This order has run out",
  confirmed: "Thank you!",
  cancelled: "Order cancelled",
  completed: "Delivered and done",
};

/** Comes back from the bank: asks how the payment stands, since the events may still be under way. */
function useReturn(orderId: string, onPaid: () => void) {
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

function Clock({ until, onOver }: { until: string; onOver: () => void }) {
  const left = useCountdown(until);
  const over = left === 0;
  useEffect(() => {
    if (over) onOver();
  }, [over, onOver]);
  return (
    <p className={left < 120 ? "font-semibold text-bad" : "text-soft"}>
      Your things are set aside for{" "}
      <span role="timer" className="font-semibold tabular-nums text-ink">
        {clock(left)}
      </span>{" "}
      more.
    </p>
  );
}

function Cancel({ order }: { order: OrderView }) {
  const cancel = useCancelOrder(order.id);
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [reason, setReason] = useState("");
  const paid = order.paid.amount > 0;
  return (
    <>
      <button type="button" className="btn btn-bad" onClick={() => dialog.current?.showModal()}>
        Cancel this order
      </button>
      <dialog
        ref={dialog}
        aria-labelledby={id}
        className="w-[min(30rem,calc(100vw-2rem))] rounded-3xl bg-card p-6 text-ink"
      >
        <h2 id={id} className="text-2xl">
          Cancel order {order.number}?
        </h2>
        <p className="mt-2 text-soft">
          {paid
            ? "You get your money back, and your things go back on the shelf."
            : "Nothing was charged. Your things go back on the shelf."}
        </p>
        <label className="mt-4 block">
          <span className="mb-1 block font-medium">
            Why? <span className="font-normal text-soft">(optional)</span>
          </span>
          <textarea
            className="field"
            rows={3}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        {cancel.isError && (
          <div className="mt-4">
            <Failure error={cancel.error} />
          </div>
        )}
        <div className="mt-5 flex flex-wrap justify-end gap-3">
          <button type="button" className="btn btn-quiet" onClick={() => dialog.current?.close()}>
            Keep it
          </button>
          <button
            type="button"
            className="btn btn-bad"
            disabled={cancel.isPending}
            onClick={() => cancel.mutate(reason, { onSuccess: () => dialog.current?.close() })}
          >
            {cancel.isPending ? <Spinner label="Cancelling" /> : "Cancel the order"}
          </button>
        </div>
      </dialog>
    </>
  );
}

function Again({ order }: { order: OrderView }) {
  const navigate = useNavigate();
  const again = useMutation({
    mutationFn: async () => {
      let added = 0;
      for (const line of order.lines) {
        try {
          await addToCart(line.sku, line.quantity);
          added += 1;
        } catch (error) {
          if (!(error instanceof Problem) || error.unsettled) throw error; // else it can't be had any more
        }
      }
      if (!added) throw new Problem({ code: "insufficient_stock" }, 409);
    },
    onSuccess: () => navigate("/cart"),
  });
  return (
    <div className="space-y-3">
      <button type="button" className="btn btn-main" disabled={again.isPending} onClick={() => again.mutate()}>
        {again.isPending ? <Spinner label="Filling your cart" /> : "Put it all back in the cart"}
      </button>
      {again.isError && <Failure error={again.error} />}
    </div>
  );
}

function Details({ order }: { order: OrderView }) {
  const { shipping_address: to } = order;
  return (
    <div className="grid gap-8 lg:grid-cols-[1fr_22rem] lg:gap-12">
      <section aria-labelledby="lines">
        <h2 id="lines" className="text-2xl">
          What you ordered
        </h2>
        <ul className="mt-3 divide-y divide-line">
          {order.lines.map((line) => (
            <li key={line.line_id} className="flex items-center gap-4 py-4">
              <Picture src={line.image_url} alt="" className="size-18 shrink-0 rounded-2xl" />
              <div className="min-w-0 grow">
                <p className="font-semibold leading-snug">
                  <Link
                    to={`/products/${line.slug}`}
                    className="decoration-madder decoration-2 underline-offset-4 hover:underline"
                  >
                    {line.title}
                  </Link>
                </p>
                <p className="text-sm text-soft">
                  {line.variant_title && `${line.variant_title} · `}
                  {line.quantity} × <Price money={line.unit_price} />
                </p>
              </div>
              <Price money={line.line_total} className="font-semibold" />
            </li>
          ))}
        </ul>
        <details className="mt-4 border-t border-line pt-4" open={!UNPAID.includes(order.status)}>
          <summary className="w-fit text-lg font-semibold">What happened so far</summary>
          <ol className="mt-3 space-y-2">
            {order.history.map((entry) => (
              <li key={`${entry.at}.${entry.what}`} className="flex flex-wrap gap-x-4">
                <time dateTime={entry.at} className="w-44 shrink-0 text-soft tabular-nums">
                  {formatMoment(entry.at)}
                </time>
                <span className="first-letter:uppercase">{entry.what.replaceAll("_", " ")}</span>
              </li>
            ))}
          </ol>
        </details>
      </section>
      <div className="space-y-6">
        <section aria-label="Totals" className="sheet p-6">
          <Totals totals={order.totals} lines={order.lines} shippingKnown />
          {order.refunded.amount > 0 && (
            <p className="mt-3 flex justify-between font-semibold text-good">
              <span>Paid back</span> <Price money={order.refunded} />
            </p>
          )}
        </section>
        <section aria-labelledby="to" className="sheet p-6">
          <h2 id="to" className="text-lg">
            Goes to
          </h2>
          <address className="mt-2 not-italic leading-relaxed">
            {[
              to.name,
              to.company,
              to.line1,
              to.line2,
              [to.postal_code, to.city].filter(Boolean).join(" "),
              to.region,
              countryName(to.country),
            ]
              .filter(Boolean)
              .map((line, index) => (
                <span key={index} className="block">
                  {line}
                </span>
              ))}
          </address>
          <p className="mt-3 break-words text-soft">{order.contact.email}</p>
        </section>
      </div>
    </div>
  );
}

/** The upper part of the page: what the order's state means for the buyer, and what there is to do. */
function Standing({
  order,
  settling,
  onPaid,
  refetch,
  back,
}: {
  order: OrderView;
  settling: boolean;
  onPaid: () => void;
  refetch: () => void;
  back: ReturnType<typeof useReturn>;
}) {
  const location = useLocation();
  const fromCheckout = (location.state as { pay?: boolean } | null)?.pay === true;
  const [paying, setPaying] = useState(fromCheckout || back.returned);
  const [over, setOver] = useState(false);
  const onOver = useCallback(() => {
    setOver(true);
    refetch();
  }, [refetch]);
  const { status } = order;

  if (status === "pending" && (settling || back.busy)) {
    return (
      <Notice tone="plain">
        <p className="text-lg font-semibold">
          <Spinner label="Confirming your payment" />
        </p>
        <p className="text-soft">
          This takes a few seconds. You can stay or go: we write to {order.contact.email} once it is done.
        </p>
      </Notice>
    );
  }
  if (status === "pending") {
    return (
      <section aria-label="Payment" className="space-y-5">
        {order.on_hold ? (
          <Notice tone="warn" title="Someone is looking at this order">
            <p>You can pay as soon as that is done. We'll write to you.</p>
          </Notice>
        ) : over || !order.pay_by ? (
          <Notice tone="warn">The time to pay is over. We are making sure that no payment is under way.</Notice>
        ) : (
          <>
            <Clock until={order.pay_by} onOver={onOver} />
            {paying ? (
              <PaymentPanel order={order} brought={back.decline} onPaid={onPaid} onMoved={refetch} />
            ) : (
              <button type="button" className="btn btn-main" onClick={() => setPaying(true)}>
                Pay <Price money={order.totals.total} /> now
              </button>
            )}
          </>
        )}
      </section>
    );
  }
  if (status === "expiring")
    return <Notice tone="warn">The time to pay is over. We are making sure that no payment is under way.</Notice>;
  if (status === "expired") {
    return (
      <div className="space-y-4">
        <p className="text-lg text-soft">
          It wasn't paid in time, so your things went back on the shelf. Nothing was charged.
        </p>
        <Again order={order} />
      </div>
    );
  }
  if (status === "cancelled") {
    return (
      <div className="space-y-4">
        <p className="text-lg text-soft">
          {order.paid.amount === 0
            ? "Nothing was charged."
            : order.refunded.amount >= order.paid.amount
              ? "Your money is on its way back to your card."
              : "Your money goes back to your card; that can take a moment to show here."}
        </p>
        <Again order={order} />
      </div>
    );
  }
  return (
    <div className="space-y-4">
      {order.on_hold && (
        <Notice tone="warn" title="Someone is looking at this order">
          <p>Something needs a person's eye before it goes on. We'll write to you.</p>
        </Notice>
      )}
      <p className="text-lg text-soft">
        {status === "confirmed" ? (
          <>
            Your order is paid and confirmed. A receipt is on its way to{" "}
            <span className="break-words font-semibold text-ink">{order.contact.email}</span>.
          </>
        ) : (
          "We hope it found its place."
        )}
      </p>
      {status === "confirmed" && (
        <Link to="/" className="btn btn-quiet">
          Back to the market
        </Link>
      )}
    </div>
  );
}

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
      {status === "confirmed" && <div className="tiles mt-4 w-44 rounded-full" aria-hidden="true" />}
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
