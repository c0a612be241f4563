import type { AppliedPromotion, Money, ShippingOption, Totals as TotalsView } from "../api/schema";
import { formatMoney } from "../lib/money";
import { derivation, includedIn, type Row, rowsOf } from "../lib/totals";
import { Price } from "./parts";

interface Bought {
  totals: TotalsView;
  promotions: readonly AppliedPromotion[];
  shipping?: ShippingOption | null;
  lines: readonly {
    line_id: string;
    title: string;
    variant_title: string;
    quantity: number;
    unit_price: Money | null;
  }[];
}

const ROW = "flex items-baseline justify-between gap-4";

function Line({ row, className = "" }: { row: Row; className?: string }) {
  return (
    <div className={`${ROW} ${className}`}>
      <dt className="min-w-0 break-words">
        {row.name}
        {row.note && <span className="text-soft"> · {row.note}</span>}
      </dt>
      <dd className={row.amount.amount < 0 ? "text-good" : ""}>
        <Price money={row.amount} />
      </dd>
    </div>
  );
}

/** What is to be paid, and on demand where every part of it comes from. */
export function Totals({ of, shippingKnown }: { of: Bought; shippingKnown: boolean }) {
  const { totals } = of;
  const bill = { totals, promotions: of.promotions, shipping: of.shipping ?? null };
  return (
    <div>
      <dl className="space-y-1.5">
        {rowsOf(bill).map((row, index) => (
          <Line key={index} row={row} />
        ))}
        {!shippingKnown && (
          <div className={ROW}>
            <dt>Shipping</dt>
            <dd className="text-soft">once we know where to</dd>
          </div>
        )}
        <div className={`${ROW} border-t border-line pt-3 text-xl font-bold`}>
          <dt>{shippingKnown ? "Total" : "So far"}</dt>
          <dd>
            <Price money={totals.total} />
          </dd>
        </div>
        {includedIn(totals).map((row, index) => (
          <Line key={index} row={row} className="text-sm text-soft" />
        ))}
      </dl>
      <Derivation of={of} bill={bill} />
    </div>
  );
}

function Derivation({ of, bill }: { of: Bought; bill: Parameters<typeof rowsOf>[0] }) {
  const parts = derivation({ ...bill, lines: of.lines }, formatMoney);
  return (
    <details className="mt-3 text-sm">
      <summary className="w-fit py-1 text-soft underline decoration-dotted underline-offset-4">
        How is this made up?
      </summary>
      <ol className="mt-2 space-y-2.5 border-l-2 border-line pl-3">
        {parts.map((part, index) => (
          <li key={index} className={part.included ? "text-soft" : ""}>
            <div className={ROW}>
              <span className="min-w-0 break-words">{part.name}</span>
              {part.included ? (
                <span>
                  (<Price money={part.amount} />)
                </span>
              ) : (
                <Price money={part.amount} />
              )}
            </div>
            {part.from && <p className="text-soft">{part.from}</p>}
            {part.shares.length > (part.kind === "promotion" ? 0 : 1) && (
              <ul className="text-soft">
                {part.shares.map((share, at) => (
                  <li key={at} className={`${ROW} pl-3`}>
                    <span className="min-w-0 break-words">{share.name}</span>
                    <Price money={share.amount} />
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
        <li className={`${ROW} border-t border-line pt-2 font-semibold`}>
          <span>Together</span>
          <Price money={bill.totals.total} />
        </li>
      </ol>
    </details>
  );
}
