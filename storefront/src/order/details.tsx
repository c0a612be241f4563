import { Link } from "react-router";
import type { OrderView } from "../api/schema";
import { UNPAID } from "../lib/orders";
import { daysOf } from "../lib/shipping";
import { formatMoment } from "../lib/time";
import { Picture, Price } from "../ui/parts";
import { Place } from "../ui/place";
import { Totals } from "../ui/totals";
import { MoneySection } from "./money";

export function Details({ order }: { order: OrderView }) {
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
                {line.note && <p className="break-words whitespace-pre-line text-sm text-soft">“{line.note}”</p>}
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
          <Totals of={order} shippingKnown />
          {order.gift_cards.map((part) => (
            <p key={part.payment_id} className="mt-3 flex justify-between gap-4">
              <span>Gift card ···· {part.last4}</span>
              <span>
                −<Price money={part.amount} />
              </span>
            </p>
          ))}
          {order.gift_cards.length > 0 && order.due && (
            <p className="mt-3 flex justify-between font-semibold">
              <span>Left to pay</span> <Price money={order.due} />
            </p>
          )}
        </section>
        <MoneySection order={order} />
        <Arrival order={order} />
        {order.note && (
          <section aria-labelledby="wish" className="sheet p-6">
            <h2 id="wish" className="text-lg">
              Your note
            </h2>
            <p className="mt-2 break-words whitespace-pre-line text-soft">{order.note}</p>
          </section>
        )}
      </div>
    </div>
  );
}

/** How it comes, where to, and who gets the bill. */
function Arrival({ order }: { order: OrderView }) {
  const { shipping, shipping_address: to, billing_address: bill } = order;
  const collected = shipping?.kind === "pickup";
  const days = shipping ? daysOf(shipping) : "";
  const elsewhere = JSON.stringify(bill) !== JSON.stringify(to);
  return (
    <section aria-labelledby="to" className="sheet space-y-4 p-6">
      <div>
        <h2 id="to" className="text-lg">
          {collected ? "To be collected" : shipping ? "How it comes" : "Ordered for"}
        </h2>
        {shipping && (
          <p className="mt-2">
            {shipping.title}
            {days && <span className="text-soft">, {days}</span>}
          </p>
        )}
        {collected && <p className="break-words">{shipping.pickup_at || shipping.description}</p>}
      </div>
      {!collected && <Place address={to} />}
      {(elsewhere || collected) && (
        <div>
          <h3 className="font-semibold">Bill to</h3>
          <Place address={bill} />
        </div>
      )}
      <p className="break-words text-soft">{order.contact.email}</p>
    </section>
  );
}
