import { fieldSentence } from "../api/problem";
import type { CartProblem, CartView, Refusal } from "../api/schema";
import { formatMoney } from "./money";

/** What the buyer should know of a line, the code or the delivery, and what to do about it. */
export function problemSentence(problem: CartProblem): string {
  const { available, was, now } = problem;
  switch (problem.code) {
    case "unavailable":
      return "This isn't sold any more.";
    case "insufficient_stock":
      return available ? `Only ${available} left.` : "Sold out.";
    case "price_changed":
      return was && now ? `The price was ${formatMoney(was)} and is ${formatMoney(now)} now.` : problem.message;
    case "delivery_stale":
      if (!was || !now) return problem.message;
      return `The shipping was ${formatMoney(was)} and is ${formatMoney(now)} now.`;
    default:
      return problem.message;
  }
}

export type WayOut = { do: "set"; quantity: number } | { do: "remove" } | { do: "agree" };

/** What one press can do about a line's problem. */
export function wayOut(problem: CartProblem): WayOut | null {
  switch (problem.code) {
    case "unavailable":
      return { do: "remove" };
    case "insufficient_stock":
    case "limit_per_customer":
    case "too_many_gift_cards":
      return problem.available ? { do: "set", quantity: problem.available } : { do: "remove" };
    case "price_changed":
      return { do: "agree" };
    default:
      return null;
  }
}

/** Why a code gives nothing. */
export function refusalSentence({ code, message, missing }: Refusal): string {
  return missing ? `It needs goods for ${formatMoney(missing)} more.` : fieldSentence({ code, message });
}

export const problemsOf = (cart: CartView, lineId: string): CartProblem[] =>
  cart.problems.filter((problem) => problem.line_id === lineId);

/** What is wrong with the delivery, if anything is. */
export const deliveryProblem = (cart: CartView): CartProblem | undefined =>
  cart.problems.find((problem) => problem.code === "delivery_stale");

/** Whether a line stands in the way of the order; what is wrong with the delivery is mended at the checkout. */
export const linesBlock = (cart: CartView): boolean =>
  cart.problems.some((problem) => problem.blocking && problem.line_id);
