import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { Spinner } from "../ui/marks";
import { Field, Notice } from "../ui/parts";
import { declineSentence } from "./payments";
import {
  type Card,
  type CardField,
  confirmInSandbox,
  groupExpiry,
  groupNumber,
  isSaving,
  type Keys,
  TEST_CARDS,
} from "./sandbox";

const EMPTY: Card = { number: "", expiry: "", cvc: "" };

export interface FormProps {
  keys: Keys;
  returnUrl: string;
  /** What the button does: "Pay $12.00". */
  words: string;
  /** What stands before the button. */
  children?: ReactNode;
  /** Done when everything is filled in, before the card goes to the provider. */
  prepare?: () => Promise<unknown>;
  /** Why the last try failed, if there was one. */
  decline: string | null;
  onDecline: (sentence: string | null) => void;
  /** The provider has taken it: ask how it stands. */
  onConfirmed: () => Promise<void>;
}

export default function SandboxForm({
  keys,
  returnUrl,
  words,
  children,
  prepare,
  decline,
  onDecline,
  onConfirmed,
}: FormProps) {
  const [card, setCard] = useState(EMPTY);
  const [errors, setErrors] = useState<Partial<Record<CardField, string>>>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const type = (field: CardField, value: string) => {
    setCard((now) => ({ ...now, [field]: value }));
    setErrors(({ [field]: _, ...others }) => others);
  };

  async function pay(event: FormEvent) {
    event.preventDefault();
    const found: typeof errors = {};
    if (card.number.replace(/\s/g, "").length < 12) found.number = "The number on the front of the card.";
    if (!/^\d\d \/ \d\d$/.test(card.expiry)) found.expiry = "Month and year, as on the card.";
    if (!/^\d{3,4}$/.test(card.cvc)) found.cvc = "Three or four digits.";
    setErrors(found);
    if (Object.keys(found).length) {
      setTimeout(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    setBusy(true);
    onDecline(null);
    try {
      await prepare?.();
      const outcome = await confirmInSandbox(keys, returnUrl, card);
      if (outcome.kind === "redirect") {
        window.location.assign(outcome.url);
        return; // busy until the bank's page is there
      }
      if (outcome.kind === "done") await onConfirmed();
      else {
        const sentence = declineSentence(outcome.declineCode, outcome.code);
        if (outcome.field) {
          setErrors({ [outcome.field]: sentence });
          setTimeout(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
        } else onDecline(sentence);
      }
    } catch {
      onDecline("We can't reach the payment service. Nothing was charged; check your connection and try again.");
    }
    setBusy(false);
  }

  return (
    <div className="grid gap-8 md:grid-cols-[1fr_17rem]">
      <form ref={form} onSubmit={(event) => void pay(event)} noValidate className="space-y-4" aria-label="Card">
        {decline && (
          <Notice tone="bad" title={isSaving(keys) ? "The card was not saved" : "The payment did not go through"}>
            <p>{decline}</p>
          </Notice>
        )}
        <Field
          label="Card number"
          inputMode="numeric"
          autoComplete="cc-number"
          placeholder="1234 1234 1234 1234"
          value={card.number}
          error={errors.number}
          onChange={(event) => type("number", groupNumber(event.target.value))}
        />
        <div className="grid grid-cols-2 gap-4">
          <Field
            label="Good until"
            inputMode="numeric"
            autoComplete="cc-exp"
            placeholder="MM / YY"
            value={card.expiry}
            error={errors.expiry}
            onChange={(event) => type("expiry", groupExpiry(event.target.value))}
          />
          <Field
            label="Security code"
            inputMode="numeric"
            autoComplete="cc-csc"
            placeholder="CVC"
            maxLength={4}
            value={card.cvc}
            error={errors.cvc}
            onChange={(event) => type("cvc", event.target.value.replace(/\D/g, ""))}
          />
        </div>
        {children}
        <button type="submit" className="btn btn-main w-full" disabled={busy}>
          {busy ? <Spinner label="Asking the bank" /> : decline ? `Try again · ${words}` : words}
        </button>
      </form>
      <aside aria-label="Test cards" className="h-fit rounded-2xl border-[1.5px] border-dashed border-edge p-4">
        <h3 className="font-semibold">Play money</h3>
        <p className="mt-1 text-sm text-soft">
          This shop runs in a sandbox: no bank, no real cards. Choose one of these.
        </p>
        <ul className="mt-2">
          {TEST_CARDS.map(({ label, hint, number }) => (
            <li key={number}>
              <button
                type="button"
                className="-mx-2 w-[calc(100%+1rem)] rounded-xl px-2 py-2 text-left leading-snug hover:bg-sunk"
                onClick={() => {
                  const next = new Date().getFullYear() + 3;
                  setCard({ number, expiry: `12 / ${String(next).slice(2)}`, cvc: "123" });
                  setErrors({});
                }}
              >
                <span className="font-semibold">{label}</span> <span className="text-sm text-soft">{hint}</span>
                <span className="block text-sm tabular-nums text-soft">{number}</span>
              </button>
            </li>
          ))}
        </ul>
      </aside>
    </div>
  );
}
