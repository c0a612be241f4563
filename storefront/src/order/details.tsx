import { Link } from "react-router";
import type { OrderView } from "../api/schema";
import { countryName } from "../lib/countries";
import { UNPAID } from "../lib/orders";
import { formatMoment } from "../lib/time";
import { Picture, Price } from "../ui/parts";
import { Totals } from "../ui/totals";

export function Details({ order }: { order: OrderView }) {
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
