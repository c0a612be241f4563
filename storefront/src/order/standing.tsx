import { useCallback, useEffect, useState } from "react";
import { Link, useLocation } from "react-router";
import type { OrderView } from "../api/schema";
import { hasGiftCards } from "../lib/orders";
import { clock, useCountdown } from "../lib/time";
import { GiftCards } from "../payment/gift-card";
import { PaymentPanel } from "../payment/panel";
import { Spinner } from "../ui/marks";
import { Notice, Price } from "../ui/parts";
import { Again } from "./again";
import type { Return } from "./return";

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

/** The upper part of the page: what the order's state means for the buyer, and what there is to do. */
export function Standing({
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
  back: Return;
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
              <>
                {order.lines.some((line) => line.kind === "goods") && <GiftCards order={order} onMoved={refetch} />}
                <PaymentPanel order={order} brought={back.decline} onPaid={onPaid} onMoved={refetch} />
              </>
            ) : (
              <button type="button" className="btn btn-main" onClick={() => setPaying(true)}>
                Pay <Price money={order.due ?? order.totals.total} /> now
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
          It wasn't paid in time, so your things went back on the shelf.{" "}
          {order.paid.amount ? "What was paid goes back to where it came from." : "Nothing was charged."}
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
            : hasGiftCards(order)
              ? "Your money goes back to where it came from, but for what was spent from the gift cards."
              : order.refunded.amount >= order.paid.amount
                ? "Your money has gone back to where it came from. A bank can take some days to show it."
                : "Your money is on its way back to where it came from; that can take a moment to show here."}
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
            Your order is {order.totals.total.amount > 0 && order.payment_status !== "authorized" && "paid and "}
            confirmed. A receipt is on its way to{" "}
            <span className="break-words font-semibold text-ink">{order.contact.email}</span>.
          </>
        ) : (
          "We hope it found its place."
        )}
      </p>
      {hasGiftCards(order) && order.payment_status !== "authorized" && (
        <p className="text-lg text-soft">
          The codes of your gift cards were mailed to{" "}
          <span className="break-words font-semibold text-ink">{order.contact.email}</span>. Whoever has a code can
          spend it.
        </p>
      )}
      {status === "confirmed" && (
        <Link to="/" className="btn btn-quiet">
          Back to the market
        </Link>
      )}
    </div>
  );
}
