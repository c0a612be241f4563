import type { DocumentView, OrderView } from "../api/schema";
import { isProblem } from "../api/problem";
import { hasGiftCards } from "../lib/orders";
import { formatDay } from "../lib/time";
import { Fetch } from "../ui/marks";
import { Failure, Loading, Price, Skeleton } from "../ui/parts";
import { useDownload, usePapers } from "./papers";

const NAMES: Record<DocumentView["kind"], string> = {
  invoice: "Invoice",
  credit_note: "Credit note",
  correction: "Correction",
};

/** What was paid and what went back, and the papers of both. Nothing while nothing has happened yet. */
export function MoneySection({ order }: { order: OrderView }) {
  const { status, paid, refunded, totals } = order;
  const sold = status === "confirmed" || status === "completed";
  // What gift cards pay of an order that waits for the rest is told with the total.
  const shown = sold || (paid.amount > 0 && status !== "pending");
  const query = usePapers(order.id, shown, `${paid.amount}.${refunded.amount}`);
  const download = useDownload(order.id);
  if (!shown) return null;
  const papers = query.data;
  const none = isProblem(query.error, "invoice_not_issued");
  // What was spent from gift cards that were bought stays paid.
  const owed = status === "cancelled" && !hasGiftCards(order) ? paid.amount - refunded.amount : 0;
  return (
    <section aria-labelledby="money" className="sheet space-y-4 p-6">
      <h2 id="money" className="text-lg">
        {stateOf(order)}
      </h2>
      <dl className="space-y-2">
        {(paid.amount > 0 || totals.total.amount > 0) && (
          <Row label="Paid" note={papers ? formatDay(papers.issued_at) : ""}>
            <Price money={paid} />
          </Row>
        )}
        {papers?.credit_notes.map((document) => (
          <Row
            key={document.id}
            label={document.kind === "correction" ? "Did not reach you" : "Paid back"}
            note={formatDay(document.issued_at)}
          >
            <Price
              money={document.total}
              className={document.kind === "correction" ? "text-bad" : "font-semibold text-good"}
            />
          </Row>
        ))}
        {!papers?.credit_notes.length && refunded.amount > 0 && (
          <Row label="Paid back">
            <Price money={refunded} className="font-semibold text-good" />
          </Row>
        )}
        {owed > 0 && (
          <Row label="On its way back">
            <Price money={{ ...paid, amount: owed }} />
          </Row>
        )}
      </dl>
      {papers?.credit_notes.some((document) => document.kind === "correction") && (
        <p className="text-sm text-soft">
          A refund came back to us. We look into it and write to you; nothing is needed from you.
        </p>
      )}
      {papers ? (
        <ul className="space-y-2">
          {[papers, ...papers.credit_notes].map((document) => (
            <li key={document.id}>
              <button
                type="button"
                className="btn btn-quiet w-full justify-between gap-3 text-left"
                disabled={download.isPending}
                onClick={() => download.mutate(document.id)}
              >
                <span>
                  <span className="block font-semibold">{NAMES[document.kind]}</span>
                  <span className="block text-sm font-normal text-soft tabular-nums">{document.number}</span>
                </span>
                <span className="flex items-center gap-1 text-sm font-normal text-soft">
                  <Fetch /> PDF
                </span>
              </button>
            </li>
          ))}
        </ul>
      ) : none && sold ? (
        <p role="status" className="text-soft">
          Your invoice is being written.
        </p>
      ) : query.isPending ? (
        <Loading label="Looking for your invoice">
          <Skeleton className="h-12 w-full" />
        </Loading>
      ) : null}
      {(download.isError || (query.isError && !none)) && (
        <Failure
          error={download.error ?? query.error}
          title="We can't fetch your invoice"
          retry={download.isError ? undefined : () => void query.refetch()}
        />
      )}
    </section>
  );
}

function stateOf({ paid, refunded, totals }: OrderView): string {
  if (refunded.amount > 0) return refunded.amount >= paid.amount ? "Paid back" : "Partly paid back";
  if (totals.total.amount === 0) return "Nothing to pay";
  return paid.amount < totals.total.amount ? "Partly paid" : "Paid";
}

function Row({ label, note = "", children }: { label: string; note?: string; children: React.ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt>
        {label}
        {note && <span className="block text-sm text-soft">{note}</span>}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
