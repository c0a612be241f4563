// The sandbox's half of Stripe.js: confirms a payment with a test card. Only ever used where the API says that its
// provider is the sandbox; real cards meet Stripe's own form and never this page.

/** What the shop gives a browser so that it can bring a card to the provider. */
export interface Keys {
  client_secret: string;
  publishable_key: string;
  provider_url: string | null;
}

/** Whether a card is to be saved, and nothing paid. */
export const isSaving = (keys: Keys): boolean => keys.client_secret.startsWith("seti_");

export interface Card {
  number: string;
  expiry: string;
  cvc: string;
}

export type CardField = keyof Card;

export type Outcome =
  | { kind: "done" }
  | { kind: "redirect"; url: string }
  | { kind: "refused"; code: string | null; declineCode: string | null; field: CardField | null };

interface StripeAnswer {
  status?: string;
  next_action?: { redirect_to_url?: { url: string } } | null;
  error?: { code?: string; decline_code?: string; param?: string };
}

export const TEST_CARDS = [
  { label: "Pays", hint: "goes through at once", number: "4242 4242 4242 4242" },
  { label: "Declined", hint: "the bank says no", number: "4000 0000 0000 0002" },
  { label: "Not enough money", hint: "insufficient funds", number: "4000 0000 0000 9995" },
  { label: "Asks the bank", hint: "3-D Secure", number: "4000 0027 6000 3184" },
] as const;

/** Digits in groups of four, as on the card. */
export function groupNumber(text: string): string {
  const digits = text.replace(/\D/g, "").slice(0, 19);
  return digits.replace(/(\d{4})(?=\d)/g, "$1 ");
}

/** "1", "12", "12 / 3", "12 / 34" as it is typed. */
export function groupExpiry(text: string): string {
  let digits = text.replace(/\D/g, "").slice(0, 4);
  if (/^[2-9]/.test(digits)) digits = `0${digits}`.slice(0, 4);
  return digits.length > 2 ? `${digits.slice(0, 2)} / ${digits.slice(2)}` : digits;
}

function fieldOf(param: string | undefined): CardField | null {
  if (!param) return null;
  if (param.includes("number")) return "number";
  if (param.includes("exp_")) return "expiry";
  return param.includes("cvc") ? "cvc" : null;
}

function typed(card: Card): Record<string, string> {
  const [month = "", year = ""] = card.expiry.split("/").map((part) => part.trim());
  return {
    "payment_method_data[type]": "card",
    "payment_method_data[card][number]": card.number.replace(/\s/g, ""),
    "payment_method_data[card][exp_month]": String(Number(month)),
    "payment_method_data[card][exp_year]": String(Number(year)),
    "payment_method_data[card][cvc]": card.cvc,
  };
}

/** Brings a card, or the id of a saved one, to what the client secret is for: a payment, or the saving of a card. */
export async function confirmInSandbox(keys: Keys, returnUrl: string, card: Card | string): Promise<Outcome> {
  const [intent = ""] = keys.client_secret.split("_secret_");
  const form = new URLSearchParams({
    key: keys.publishable_key,
    client_secret: keys.client_secret,
    return_url: returnUrl,
    ...(typeof card === "string" ? { payment_method: card } : typed(card)),
  });
  const kind = isSaving(keys) ? "setup_intents" : "payment_intents";
  const answer = await fetch(`${keys.provider_url}/v1/${kind}/${intent}/confirm`, { method: "POST", body: form });
  const said = (await answer.json()) as StripeAnswer;
  if (said.error) {
    const { code, decline_code: declineCode, param } = said.error;
    return { kind: "refused", code: code ?? null, declineCode: declineCode ?? null, field: fieldOf(param) };
  }
  const url = said.next_action?.redirect_to_url?.url;
  return said.status === "requires_action" && url ? { kind: "redirect", url } : { kind: "done" };
}
