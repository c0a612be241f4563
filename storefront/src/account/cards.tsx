import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { api, ask, done, queries } from "../api/client";
import { isProblem } from "../api/problem";
import type { SavedCard } from "../api/schema";
import { useSavedCards } from "../payment/cards";
import { cardName, goodUntil } from "../payment/payments";
import type { Keys } from "../payment/sandbox";
import { Spinner } from "../ui/marks";
import { Failure, Loading, PageTitle, Skeleton } from "../ui/parts";
import { mine, useMyId } from "./me";
import { Sure } from "./sure";

const SandboxForm = lazy(() => import("../payment/sandbox-form"));
const StripeForm = lazy(() => import("../payment/stripe-form"));

const Shape = () => (
  <Loading label="Loading your cards">
    <Skeleton className="h-16 w-full" />
    <Skeleton className="mt-4 h-16 w-full" />
  </Loading>
);

export default function Cards() {
  const who = useMyId();
  const query = useSavedCards();
  const top = useRef<HTMLDivElement>(null);
  const [search, setSearch] = useSearchParams();
  const [said, setSaid] = useState("");
  const again = (what: string) => {
    setSaid(what);
    top.current?.focus();
    void queries.invalidateQueries({ queryKey: mine(who, "cards") });
  };
  const outcome = search.get("redirect_status");
  useEffect(() => {
    // Back from the bank's page.
    if (!outcome) return;
    setSaid(outcome === "succeeded" ? "The card is saved." : "Your bank did not agree: the card was not saved.");
    setSearch({}, { replace: true });
  }, [outcome, setSearch]);
  return (
    <>
      <PageTitle title="Cards" />
      <p className="mt-2 max-w-prose text-soft">
        Cards you can pay with again. The payment service keeps them, not the shop: here is only what you need to tell
        them apart.
      </p>
      <div ref={top} tabIndex={-1} className="mt-6 focus:outline-none">
        <p role="status" className="mb-4 font-medium text-good empty:hidden">
          {said}
        </p>
        {query.data ? (
          query.data.length ? (
            <ul className="divide-y divide-line border-y border-line" aria-label="Your cards">
              {query.data.map((card) => (
                <Row key={card.id} card={card} onGone={() => again(`${cardName(card)} is deleted.`)} />
              ))}
            </ul>
          ) : (
            <p className="text-soft">You have saved no card yet.</p>
          )
        ) : query.isError ? (
          <Failure error={query.error} retry={() => void query.refetch()} title="We can't show your cards" />
        ) : (
          <Shape />
        )}
      </div>
      <Add onAdded={() => again("The card is saved.")} />
    </>
  );
}

function Row({ card, onGone }: { card: SavedCard; onGone: () => void }) {
  const remove = useMutation({
    mutationFn: async () => {
      try {
        const params = { path: { payment_method_id: card.id } };
        await done(api.DELETE("/me/payment-methods/{payment_method_id}", { params }));
      } catch (error) {
        if (!isProblem(error, "not_found")) throw error; // It is gone already.
      }
    },
    onSuccess: onGone,
  });
  const name = cardName(card);
  return (
    <li className="py-3">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-1">
        <p className="min-w-0 grow">
          <span className="font-semibold">{name}</span>{" "}
          <span className="block text-soft sm:inline">good until {goodUntil(card)}</span>
        </p>
        <Sure
          ask={`Delete ${name}`}
          words="Delete"
          title={`Delete ${name}?`}
          busy={remove.isPending}
          onYes={() => remove.mutate()}
        >
          Nobody can pay with it here any more. What was paid with it stays paid.
        </Sure>
      </div>
      {remove.isError && <Failure error={remove.error} />}
    </li>
  );
}

function Add({ onAdded }: { onAdded: () => void }) {
  const [keys, setKeys] = useState<Keys | null>(null);
  const [decline, setDecline] = useState<string | null>(null);
  const begin = useMutation({ mutationFn: () => ask(api.POST("/me/payment-methods")), onSuccess: setKeys });
  if (!keys) {
    return (
      <div className="mt-6 space-y-4">
        {begin.isError && <Failure error={begin.error} />}
        <button type="button" className="btn btn-quiet" disabled={begin.isPending} onClick={() => begin.mutate()}>
          {begin.isPending ? <Spinner label="One moment" /> : "Add a card"}
        </button>
      </div>
    );
  }
  const Form = keys.provider_url ? SandboxForm : StripeForm;
  return (
    <section aria-labelledby="add" className="mt-8">
      <h2 id="add" className="mb-4 text-2xl">
        A new card
      </h2>
      <Suspense fallback={<Shape />}>
        <Form
          keys={keys}
          returnUrl={`${window.location.origin}/account/cards`}
          words="Save this card"
          decline={decline}
          onDecline={setDecline}
          onConfirmed={async () => {
            setKeys(null);
            onAdded();
            await Promise.resolve();
          }}
        />
      </Suspense>
      <button type="button" className="link mt-4 min-h-11" onClick={() => setKeys(null)}>
        Never mind
      </button>
    </section>
  );
}
