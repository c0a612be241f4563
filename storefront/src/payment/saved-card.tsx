import { type FormEvent, useState } from "react";
import type { SavedCard } from "../api/schema";
import { Spinner } from "../ui/marks";
import { Notice } from "../ui/parts";
import { declineSentence } from "./payments";
import { confirmInSandbox, type Keys } from "./sandbox";

interface SavedCardProps {
  keys: Keys;
  card: SavedCard;
  returnUrl: string;
  words: string;
  /** Tells the provider that this card is to pay. */
  prepare: () => Promise<unknown>;
  decline: string | null;
  onDecline: (sentence: string | null) => void;
  onConfirmed: () => Promise<void>;
}

/** Why it did not go through, null where it did; the bank's page may come before that. */
async function confirm(keys: Keys, returnUrl: string, card: string): Promise<string | null | "away"> {
  if (!keys.provider_url) return (await import("./stripe-form")).confirmSaved(keys, returnUrl, card);
  const outcome = await confirmInSandbox(keys, returnUrl, card);
  if (outcome.kind === "redirect") {
    window.location.assign(outcome.url);
    return "away";
  }
  return outcome.kind === "refused" ? declineSentence(outcome.declineCode, outcome.code) : null;
}

/** One press, and a card that is known pays. */
export function SavedCardForm({ keys, card, returnUrl, words, prepare, decline, ...say }: SavedCardProps) {
  const [busy, setBusy] = useState(false);
  async function pay(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    say.onDecline(null);
    try {
      await prepare();
      const failed = await confirm(keys, returnUrl, card.id);
      if (failed === "away") return; // busy until the bank's page is there
      if (failed) say.onDecline(failed);
      else await say.onConfirmed();
    } catch {
      say.onDecline("We can't reach the payment service. Nothing was charged; check your connection and try again.");
    }
    setBusy(false);
  }
  return (
    <form onSubmit={(event) => void pay(event)} className="max-w-xl space-y-4" aria-label="Saved card">
      {decline && (
        <Notice tone="bad" title="The payment did not go through">
          <p>{decline}</p>
        </Notice>
      )}
      <button type="submit" className="btn btn-main w-full" disabled={busy}>
        {busy ? <Spinner label="Asking the bank" /> : words}
      </button>
    </form>
  );
}
