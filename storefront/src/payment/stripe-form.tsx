// Stripe's own form; loaded only where the shop has a real publishable key. Card data never touches this page.
import { Elements, PaymentElement, useElements, useStripe } from "@stripe/react-stripe-js";
import type { Appearance, Stripe } from "@stripe/stripe-js";
import { loadStripe } from "@stripe/stripe-js/pure";
import { type FormEvent, useState } from "react";
import { Spinner } from "../ui/marks";
import { Failure, Notice } from "../ui/parts";
import { declineSentence } from "./payments";
import { isSaving, type Keys } from "./sandbox";
import type { FormProps } from "./sandbox-form";

const loaded = new Map<string, Promise<Stripe | null>>();

function stripeFor(key: string): Promise<Stripe | null> {
  const known = loaded.get(key);
  if (known) return known;
  const loading = loadStripe(key);
  // A script that was blocked once may come through the next time.
  loading.catch(() => loaded.delete(key));
  loaded.set(key, loading);
  return loading;
}

/** Pays with a card that is saved, by its id. */
export async function confirmSaved(keys: Keys, returnUrl: string, card: string): Promise<string | null> {
  const stripe = await stripeFor(keys.publishable_key);
  if (!stripe) throw new Error("no Stripe.js");
  const { error } = await stripe.confirmPayment({
    clientSecret: keys.client_secret,
    confirmParams: { payment_method: card, return_url: returnUrl },
    redirect: "if_required",
  });
  return error ? declineSentence(error.decline_code, error.code) : null;
}

/** The frames of Stripe can't see this page's styles: they are told. */
function appearance(): Appearance {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    theme: "flat",
    variables: {
      colorPrimary: value("--accent"),
      colorBackground: value("--card"),
      colorText: value("--ink"),
      colorTextSecondary: value("--soft"),
      colorDanger: value("--bad"),
      borderRadius: "12px",
      fontSizeBase: "16px",
    },
    rules: { ".Input": { border: `1.5px solid ${value("--edge")}` } },
  };
}

function Inner({ keys, returnUrl, words, children, prepare, decline, onDecline, onConfirmed }: FormProps) {
  const stripe = useStripe();
  const elements = useElements();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);

  async function pay(event: FormEvent) {
    event.preventDefault();
    if (!stripe || !elements) return;
    setBusy(true);
    onDecline(null);
    try {
      if (prepare) {
        await prepare();
        await elements.fetchUpdates();
      }
      const how = { elements, confirmParams: { return_url: returnUrl }, redirect: "if_required" } as const;
      const { error } = isSaving(keys) ? await stripe.confirmSetup(how) : await stripe.confirmPayment(how);
      if (!error) await onConfirmed();
      else if (error.type !== "validation_error") onDecline(declineSentence(error.decline_code, error.code)); // else told at its field
    } catch (error) {
      setFailed(error);
    }
    setBusy(false);
  }

  return (
    <form onSubmit={(event) => void pay(event)} className="max-w-xl space-y-5" aria-label="Payment">
      {decline && (
        <Notice tone="bad" title={isSaving(keys) ? "The card was not saved" : "The payment did not go through"}>
          <p>{decline}</p>
        </Notice>
      )}
      {failed !== null && <Failure error={failed} />}
      <PaymentElement onLoadError={() => setFailed(new Error("payment form"))} />
      {children}
      <button type="submit" className="btn btn-main w-full" disabled={busy || !stripe}>
        {busy ? <Spinner label="Asking the bank" /> : words}
      </button>
    </form>
  );
}

export default function StripeForm(props: FormProps) {
  const { client_secret: clientSecret, publishable_key: key } = props.keys;
  const [look] = useState(appearance);
  return (
    <Elements stripe={stripeFor(key)} options={{ clientSecret, appearance: look }}>
      <Inner {...props} />
    </Elements>
  );
}
