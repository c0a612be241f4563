import type { Problem as ProblemBody } from "./schema";

/** What went wrong with a call, from the API's problem+json (RFC 9457) or from its absence. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: { field: string; code: string; message: string }[];
  /** Members beyond the standard ones, by code: `cart`, `problems`, `order_id`, `order_status`. */
  readonly extra: Record<string, unknown>;
  readonly correlationId: string;

  constructor(body: Partial<ProblemBody> & Record<string, unknown>, status: number) {
    super(String(body.title ?? body.code ?? status));
    this.name = "Problem";
    this.status = status;
    this.code = typeof body.code === "string" ? body.code : status === 404 ? "not_found" : "unexpected";
    this.detail = typeof body.detail === "string" ? body.detail : "";
    this.errors = Array.isArray(body.errors) ? body.errors : [];
    this.correlationId = typeof body.correlation_id === "string" ? body.correlation_id : "";
    this.extra = body;
  }

  static offline(): Problem {
    return new Problem({ code: "offline" }, 0);
  }

  /** Whether it is unknown if the request took effect, or will: the same request may be sent again. */
  get unsettled(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429 || this.code === "still_running";
  }

  /** What the API says of a field, by its path (`shipping_address.line1`). */
  field(path: string): string | undefined {
    const found = this.errors.find((error) => error.field === path);
    return found && fieldSentence(found);
  }
}

const SENTENCES: Record<string, string> = {
  offline: "We can't reach the shop. Check your connection and try again.",
  unavailable: "The shop is catching its breath. Try again in a moment.",
  busy: "The market is crowded right now. Try again in a moment.",
  starting: "The shop is just opening. Try again in a moment.",
  bad_gateway: "The shop doesn't answer right now. Try again in a moment.",
  gateway_timeout: "That took too long. Try again; nothing is done twice.",
  internal_error: "Something went wrong on our side. Try again; nothing is done twice.",
  provider_unavailable: "The payment service doesn't answer. Nothing was charged; try again in a moment.",
  provider_refused: "The payment service refused this payment. Nothing was charged.",
  too_many_requests: "That was a little fast. Wait a few seconds and try again.",
  unauthorized: "Your sign-in has run out. Sign in again.",
  forbidden: "Your account may not do this.",
  not_found: "We can't find that.",
  validation_failed: "Some details need another look.",
  still_running: "Your first try is still on its way. Give it a moment.",
  changed_meanwhile: "This was changed at the same moment, perhaps in another tab. Try again.",
  precondition_failed: "This was changed in another tab. Look again, then repeat.",
  quote_stale: "The price has changed since you saw it.",
  cart_has_problems: "Something in your cart can't be ordered as it is.",
  cart_already_ordered: "This cart has been ordered already.",
  insufficient_stock: "Someone was quicker: there isn't enough left of something in your cart.",
  too_many_unpaid_orders: "You have two orders waiting for payment. Pay or cancel one of them first.",
  order_state: "The order has moved on and no longer allows this.",
  payment_under_way: "A payment for this order is under way already. Give it a moment.",
  payment_not_approved: "You haven't agreed to this payment yet.",
  already_paid: "This order is paid already.",
  payment_closed: "This payment can't be made any more.",
  cart_empty: "Your cart is empty.",
  delivery_missing: "Tell us first where it should go.",
  active_cart_in_other_currency: "Your cart is in another currency. Order or empty it first.",
  not_in_person: "This can be done by the account’s owner alone, not on their behalf.",
  account_gone: "This account is closed for good.",
  too_many: "There is no room for more here.",
  sign_in_unavailable: "The sign-in service doesn’t answer for the moment. Try again in a little while.",
  limit_per_customer: "That is more of it than one customer may have.",
};

const FIELD_SENTENCES: Record<string, string> = {
  missing: "This is needed.",
  string_too_short: "This is needed.",
  string_too_long: "This is too long.",
  string_pattern_mismatch: "This isn't in the right form.",
  unknown_sku: "This isn't sold any more.",
  not_sold_in_currency: "This isn't sold in your currency.",
  too_many_pieces: "That is more than one order takes (99 of a kind).",
  too_many_lines: "There is no more room here.",
  field_required: "This is needed.",
  region_unknown: "There is no such region there.",
  country_unknown: "No mail goes there.",
  country_not_served: "We don't send there.",
  no_shipping_method: "We have no way of sending this there.",
  unknown_shipping_method: "This way of sending it isn't offered any more. Choose another.",
  gift_card_not_usable:
    "This gift card can't be used here. Look for a slip in the code; it has to be in the order's currency, too.",
  gift_card_buys_gift_card: "A gift card can't be bought with a gift card.",
  gift_card_too_small: "What this card leaves to be paid would be too little for any other way to pay.",
  unknown_payment_method: "This card isn't saved any more.",
  amount_too_small: "That is too little for this way to pay.",
  coupon_unknown: "There is no such code. Is there a typing error in it?",
  coupon_inactive: "This code isn't valid any more.",
  coupon_not_yet_valid: "This code isn't valid yet.",
  coupon_expired: "This code has expired.",
  coupon_exhausted: "This code has been used up.",
  coupon_already_used: "You have used this code already.",
  coupon_not_yours: "This code belongs to someone else.",
  coupon_first_order_only: "This code is for a first order.",
  coupon_nothing_to_reduce: "Nothing in your cart gets cheaper by it.",
  coupon_beaten: "Another offer saves you more, and the two don't go together.",
};

/** What the API says of one field or rule, in words of ours where we have better ones. */
export function fieldSentence(error: { code: string; message: string }): string {
  const known = FIELD_SENTENCES[error.code];
  if (known) return known;
  const text = error.message.charAt(0).toUpperCase() + error.message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A problem as a sentence for people. */
export function sentence(error: unknown): string {
  if (!(error instanceof Problem)) return "Something unexpected happened. Try again.";
  const [first] = error.errors;
  if (error.code === "validation_failed" && error.errors.length === 1 && first) {
    return SENTENCES[first.code] ?? fieldSentence(first);
  }
  return SENTENCES[error.code] ?? (error.status >= 500 ? SENTENCES.internal_error! : error.detail || error.message);
}

export const isProblem = (error: unknown, code: string): error is Problem =>
  error instanceof Problem && error.code === code;
