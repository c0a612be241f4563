import type { Totals as TotalsView } from "../api/schema";
import { Price } from "./parts";

interface Named {
  line_id: string;
  title: string;
  variant_title: string;
  quantity: number;
  unit_price: { amount: number; currency: string } | null;
}

/** What is to be paid, and on demand where every part of it comes from. */
export function Totals({
  totals,
  lines,
  shippingKnown,
}: {
  totals: TotalsView;
  lines: readonly Named[];
  shippingKnown: boolean;
}) {
  const row = "flex items-baseline justify-between gap-4";
  return (
    <div>
      <dl className="space-y-1.5">
        <div className={row}>
          <dt>Goods</dt>
          <dd>
            <Price money={totals.items} />
          </dd>
        </div>
        {totals.discount.amount !== 0 && (
          <div className={row}>
            <dt>Discount</dt>
            <dd>
              −<Price money={totals.discount} />
            </dd>
          </div>
        )}
        <div className={row}>
          <dt>Shipping</dt>
          <dd>
            {shippingKnown ? (
              <Price money={totals.shipping} />
            ) : (
              <span className="text-soft">once we know where to</span>
            )}
          </dd>
        </div>
        {totals.tax.amount !== 0 && (
          <div className={row}>
            <dt>Tax</dt>
            <dd>
              <Price money={totals.tax} />
            </dd>
          </div>
        )}
        <div className={`${row} border-t border-line pt-3 text-xl font-bold`}>
          <dt>{shippingKnown ? "Total" : "So far"}</dt>
          <dd>
            <Price money={totals.total} />
          </dd>
        </div>
      </dl>
      <details className="mt-3 text-sm">
        <summary className="w-fit py-1 text-soft underline decoration-dotted underline-offset-4">
          How this adds up
        </summary>
        <ul className="mt-2 space-y-1.5">
          {totals.explain.map((part) => {
            const line = lines.find((one) => one.line_id === part.reference);
            return (
              <li key={`${part.kind}.${part.reference}`} className={row}>
                <span>
                  {line ? (
                    <>
                      {line.title}
                      {line.variant_title && `, ${line.variant_title}`}
                      {line.unit_price && (
                        <span className="block text-soft">
                          {line.quantity} × <Price money={line.unit_price} />
                        </span>
                      )}
                    </>
                  ) : part.kind === "shipping" ? (
                    <>
                      Shipping <span className="block text-soft">{part.text}</span>
                    </>
                  ) : (
                    part.text
                  )}
                </span>
                <Price money={part.amount} />
              </li>
            );
          })}
        </ul>
      </details>
    </div>
  );
}
