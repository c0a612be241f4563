import { useQuery } from "@tanstack/react-query";
import { api, ask, queries } from "../api/client";
import { Problem } from "../api/problem";
import type { CreatePayment, OrderView, PaymentView, SavedCard } from "../api/schema";
import { once } from "../lib/idempotency";
import { orderHeader } from "../lib/orders";

const keyOf = (orderId: string) => ["payment", orderId];

/** Begins to pay, or takes up the attempt that is open already. */
export const beginPayment = (orderId: string, wanted: Partial<CreatePayment>): Promise<PaymentView> =>
  once(`pay.${orderId}.${JSON.stringify(wanted)}`, (key) =>
    ask(
      api.POST("/orders/{order_id}/payments", {
        params: { path: { order_id: orderId }, header: { ...orderHeader(orderId), "idempotency-key": key } },
        body: { provider: "stripe", save_card: false, payment_method_id: "", ...wanted },
      }),
    ),
  );

/** The attempt to pay by card what is due now. */
export function usePayment(order: OrderView) {
  return useQuery({
    queryKey: [...keyOf(order.id), order.due?.amount],
    staleTime: Infinity,
    queryFn: () => beginPayment(order.id, {}),
  });
}

/** Takes what the buyer has agreed to at PayPal's page; how it stands then. */
export async function capturePayment(orderId: string, paymentId: string): Promise<PaymentView> {
  try {
    return await once(`capture.${paymentId}`, (key) =>
      ask(
        api.POST("/payments/{payment_id}/capture", {
          params: { path: { payment_id: paymentId }, header: { ...orderHeader(orderId), "idempotency-key": key } },
        }),
      ),
    );
  } catch (error) {
    if (error instanceof Problem && error.status === 409) return syncPayment(orderId, paymentId);
    throw error;
  }
}

/** Whether the buyer has done their part: the money has come, is on its way, or is held for the shop. */
export const isMade = (payment: PaymentView): boolean =>
  payment.status === "paid" || payment.status === "processing" || Boolean(payment.capture_before);

/** A gift card pays what is due, or as much as it has. */
export const payByGiftCard = (orderId: string, code: string): Promise<OrderView> =>
  once(`gift.${orderId}.${code}`, (key) =>
    ask(
      api.POST("/orders/{order_id}/gift-cards", {
        params: { path: { order_id: orderId }, header: { ...orderHeader(orderId), "idempotency-key": key } },
        body: { code },
      }),
    ),
  );

/** The gift card gets back what it paid. */
export const takeBackGiftCard = (orderId: string, paymentId: string): Promise<OrderView> =>
  ask(
    api.DELETE("/orders/{order_id}/gift-cards/{payment_id}", {
      params: { path: { order_id: orderId, payment_id: paymentId }, header: orderHeader(orderId) },
    }),
  );

const BRANDS: Record<string, string> = { amex: "American Express", jcb: "JCB", diners: "Diners Club" };

/** "Visa ···· 4242" */
export const cardName = ({ brand, last4 }: SavedCard): string =>
  `${BRANDS[brand] ?? (brand ? brand.charAt(0).toUpperCase() + brand.slice(1) : "Card")} ···· ${last4}`;

/** "12/30" */
export const goodUntil = ({ exp_month: month, exp_year: year }: SavedCard): string =>
  `${String(month).padStart(2, "0")}/${String(year).slice(-2)}`;

/** How a payment stands by the provider's own word, which may be ahead of the events that tell the shop. */
export async function syncPayment(orderId: string, paymentId: string): Promise<PaymentView> {
  const payment = await ask(
    api.GET("/payments/{payment_id}", {
      params: { path: { payment_id: paymentId }, query: { sync: true }, header: orderHeader(orderId) },
    }),
  );
  queries.setQueriesData<PaymentView>({ queryKey: keyOf(orderId) }, (known) =>
    // Only the first answer has what the browser needs to pay.
    known?.id === payment.id
      ? {
          ...known,
          ...payment,
          client_secret: known.client_secret ?? null,
          publishable_key: known.publishable_key ?? null,
          provider_url: known.provider_url ?? null,
        }
      : known,
  );
  return payment;
}

const DECLINES: Record<string, string> = {
  insufficient_funds: "There isn't enough money on this card. Try another one.",
  expired_card: "This card has expired. Try another one.",
  incorrect_cvc: "The security code isn't right. Look at the back of the card.",
  incorrect_number: "The card number isn't right. Check it for a slip.",
  invalid_expiry_month: "The month isn't right.",
  invalid_expiry_year: "The year isn't right, or has passed.",
  processing_error: "The bank stumbled over this payment. Try again in a moment.",
  payment_intent_authentication_failure: "Your bank could not make sure that it's you. Try again, or use another card.",
  authentication_required: "Your bank wants to make sure that it's you. Try again.",
  lost_card: "Your bank declined this card. Try another one.",
  stolen_card: "Your bank declined this card. Try another one.",
  card_declined: "Your bank declined this card. Try another one.",
  generic_decline: "Your bank declined this card. Try another one.",
};

/** A decline as a sentence, by the provider's most telling code. */
export function declineSentence(...codes: (string | null | undefined)[]): string {
  for (const code of codes) if (code && DECLINES[code]) return DECLINES[code];
  return "The payment did not go through. Nothing was charged; try again, or use another card.";
}
