import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { queries } from "../api/client";
import { isProblem, Problem } from "../api/problem";
import type { OrderView } from "../api/schema";
import { CodeField } from "../ui/code-field";
import { Failure, Price } from "../ui/parts";
import { payByGiftCard, takeBackGiftCard } from "./payments";

/** What gift cards pay of an order that waits for money, and the field for one more. */
export function GiftCards({ order, onMoved }: { order: OrderView; onMoved: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [said, setSaid] = useState("");
  const change = useMutation({
    mutationFn: (wanted: { code: string } | { back: string }) =>
      "code" in wanted ? payByGiftCard(order.id, wanted.code) : takeBackGiftCard(order.id, wanted.back),
    onSuccess: (now, wanted) => {
      // Attempts for what was due before are closed.
      queries.removeQueries({ queryKey: ["payment", order.id] });
      queries.setQueryData(["order", order.id], now);
      setTyped("");
      setSaid("code" in wanted ? "The gift card has paid." : "The gift card has its money back.");
    },
    onError: (error) => {
      if (isProblem(error, "order_state") || isProblem(error, "already_paid")) onMoved();
      else field.current?.focus();
    },
  });
  const refused = change.error instanceof Problem ? change.error.field("code") : undefined;

  function use() {
    const code = typed.trim();
    if (code) change.mutate({ code });
    else field.current?.focus();
  }

  return (
    <section aria-label="Gift cards" className="max-w-xl space-y-3">
      <p role="status" className="sr-only">
        {said}
      </p>
      {order.gift_cards.length > 0 && (
        <ul className="divide-y divide-line rounded-2xl bg-good-ground px-4">
          {order.gift_cards.map((part) => (
            <li key={part.payment_id} className="flex min-h-12 flex-wrap items-center gap-x-4 py-2">
              <span>
                Gift card <span className="font-semibold tracking-wide">···· {part.last4}</span> pays{" "}
                <Price money={part.amount} className="font-semibold" />
              </span>
              <button
                type="button"
                className="link ml-auto min-h-11"
                disabled={change.isPending}
                onClick={() => change.mutate({ back: part.payment_id })}
              >
                Take back<span className="sr-only"> the gift card {part.last4}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {open ? (
        <div>
          <CodeField
            ref={field}
            label="Code of the gift card"
            placeholder="XXXX-XXXX-XXXX-XXXX-XXXX"
            typed={typed}
            refused={refused}
            busy={change.isPending}
            words="Use it"
            onType={(now) => {
              setTyped(now);
              if (change.isError) change.reset();
            }}
            onUse={use}
          />
        </div>
      ) : (
        <button
          type="button"
          className="link min-h-11"
          onClick={() => {
            setOpen(true);
            setTimeout(() => field.current?.focus());
          }}
        >
          {order.gift_cards.length ? "Use another gift card" : "Use a gift card"}
        </button>
      )}
      {change.isError && !refused && <Failure error={change.error} />}
    </section>
  );
}
