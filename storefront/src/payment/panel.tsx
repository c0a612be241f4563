import { lazy, Suspense, useEffect, useState } from "react";
import { isProblem } from "../api/problem";
import type { OrderView, SavedCard } from "../api/schema";
import { useAuth } from "../auth/auth";
import { formatMoney } from "../lib/money";
import { Failure, Loading, Skeleton } from "../ui/parts";
import { useSavedCards } from "./cards";
import { PayPal } from "./paypal";
import { beginPayment, cardName, declineSentence, goodUntil, isMade, syncPayment, usePayment } from "./payments";
import { SavedCardForm } from "./saved-card";

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

function Ways(props: { saved: SavedCard[]; paypal: boolean; way: string; onWay: (way: string) => void }) {
  const { saved, paypal, way, onWay } = props;
  const ways = [
    ...saved.map((card) => ({ id: card.id, name: cardName(card), note: `good until ${goodUntil(card)}` })),
    { id: "card", name: saved.length ? "Another card" : "Card", note: "" },
    ...(paypal ? [{ id: "paypal", name: "PayPal", note: "you agree at PayPal’s page" }] : []),
  ];
  if (ways.length === 1) return null;
  return (
    <fieldset>
      <legend className="mb-2 text-lg font-semibold">How do you want to pay?</legend>
      <div className="max-w-xl divide-y divide-line rounded-2xl border-[1.5px] border-edge">
        {ways.map(({ id, name, note }) => (
          <label key={id} className="flex min-h-12 cursor-pointer items-center gap-3 px-4 py-2 has-checked:bg-sunk">
            <input type="radio" name="way" value={id} checked={way === id} onChange={() => onWay(id)} />
            <span className="font-semibold">{name}</span>
            {note && <span className="ml-auto text-right text-sm text-soft">{note}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function PaymentPanel({ order, brought, onPaid, onMoved }: PanelProps) {
  const payment = usePayment(order);
  const known = useSavedCards();
  const person = useAuth().status === "person";
  const [chosen, setChosen] = useState<string | null>(null);
  const [keep, setKeep] = useState(false);
  const [told, setTold] = useState(false);
  const [decline, setDecline] = useState(brought);
  useEffect(() => {
    if (brought) setDecline(brought);
  }, [brought]);
  const { error, refetch } = payment;
  useEffect(() => {
    if (isProblem(error, "already_paid")) onPaid();
    if (isProblem(error, "order_state") || isProblem(error, "payment_closed")) onMoved();
  }, [error, onPaid, onMoved]);
  const settled = payment.data !== undefined && isMade(payment.data);
  useEffect(() => {
    if (settled) onPaid();
  }, [settled, onPaid]);
  useEffect(() => {
    // Back by the browser's button from another way to pay, which has closed the attempt that this page knew.
    const back = (event: PageTransitionEvent) => event.persisted && void refetch();
    window.addEventListener("pageshow", back);
    return () => window.removeEventListener("pageshow", back);
  }, [refetch]);

  if (payment.isError && !isProblem(error, "already_paid")) {
    return <Failure error={error} retry={() => void refetch()} title="We can't take your payment yet" />;
  }
  if (!payment.data || settled || (person && known.isPending)) return <Shape />;
  const { id, provider_url: sandbox, client_secret: secret, publishable_key: key, amount, providers } = payment.data;
  const saved = known.data ?? [];
  const way = chosen ?? saved[0]?.id ?? "card";
  const card = saved.find((one) => one.id === way);
  const Form = sandbox ? SandboxForm : StripeForm;
  const keys = { client_secret: secret ?? "", publishable_key: key ?? "", provider_url: sandbox ?? null };
  const returnUrl = `${window.location.origin}/orders/${order.id}?payment=${id}`;
  const words = `Pay ${formatMoney(amount)}`;

  async function confirmed() {
    const now = await syncPayment(order.id, id).catch(() => null);
    // Without an answer the events will tell; asking for the card again could charge it twice.
    if (now?.status === "failed") setDecline(declineSentence(now.decline));
    else onPaid();
  }

  /** The provider must know whether to keep the card before it sees it. */
  async function tell() {
    await beginPayment(order.id, { save_card: keep });
    setTold(keep);
  }

  return (
    <div className="space-y-6">
      <Ways
        saved={saved}
        paypal={providers?.includes("paypal") ?? false}
        way={way}
        onWay={(next) => {
          setChosen(next);
          setDecline(null);
        }}
      />
      {way === "paypal" ? (
        <PayPal orderId={order.id} words={`${words} with PayPal`} decline={decline} onPaid={onPaid} />
      ) : card ? (
        <SavedCardForm
          key={card.id}
          keys={keys}
          card={card}
          returnUrl={returnUrl}
          words={words}
          decline={decline}
          prepare={() => beginPayment(order.id, { payment_method_id: card.id })}
          onDecline={setDecline}
          onConfirmed={confirmed}
        />
      ) : (
        <Suspense fallback={<Shape />}>
          <Form
            key={id}
            keys={keys}
            returnUrl={returnUrl}
            words={words}
            decline={decline}
            onDecline={setDecline}
            onConfirmed={confirmed}
            {...(keep !== told && { prepare: tell })}
          >
            {person && (
              <label className="flex min-h-11 items-center gap-3">
                <input type="checkbox" checked={keep} onChange={(event) => setKeep(event.target.checked)} />
                <span>Save this card for the next time</span>
              </label>
            )}
          </Form>
        </Suspense>
      )}
    </div>
  );
}
