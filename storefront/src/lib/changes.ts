import type { CartView, Money } from "../api/schema";
import { formatMoney } from "./money";
import { lineName } from "./names";
import { taxOf } from "./totals";

type Shown = Pick<CartView, "lines" | "totals" | "delivery" | "promotions" | "shipping">;

/** What a buyer who has seen one state of the cart should be told about another one, as sentences. */
export function whatChanged(before: Shown, after: Shown): string[] {
  const found = linesChanged(before.lines, after.lines);
  for (const { id, title, amount } of before.promotions) {
    const now = after.promotions.find((one) => one.id === id);
    if (!now) found.push(`${title} doesn't apply any more.`);
    else if (now.amount.amount !== amount.amount) found.push(`${title} saves ${instead(amount, now.amount)}.`);
  }
  for (const { id, title, amount } of after.promotions) {
    if (!before.promotions.some((one) => one.id === id)) found.push(`${title} saves ${formatMoney(amount)}.`);
  }
  // A rate that wasn't known before is news, but no change.
  if (before.delivery && after.delivery) {
    if (before.totals.shipping.amount !== after.totals.shipping.amount) {
      found.push(`Shipping is ${instead(before.totals.shipping, after.totals.shipping)}.`);
    }
    const [was, is] = [taxOf(before.totals), taxOf(after.totals)];
    // Where something else has changed, the tax follows.
    if (!found.length && was.amount !== is.amount) found.push(`Tax is ${instead(was, is)}.`);
  }
  if (found.length && before.delivery && before.totals.total.amount !== after.totals.total.amount) {
    found.push(`The total is ${instead(before.totals.total, after.totals.total)}.`);
  }
  return found;
}

function linesChanged(before: Shown["lines"], after: Shown["lines"]): string[] {
  const found: string[] = [];
  for (const line of after) {
    const old = before.find((one) => one.line_id === line.line_id);
    const name = lineName(line);
    if (!old) {
      found.push(`${name} was added.`);
      continue;
    }
    if (old.quantity !== line.quantity) found.push(`${name}: ${line.quantity} instead of ${old.quantity}.`);
    const [was, now] = [old.unit_price, line.unit_price];
    if (was && !now) found.push(`${name} isn't sold any more.`);
    else if (was && now && was.amount !== now.amount)
      found.push(`${name}: ${formatMoney(now)} each instead of ${formatMoney(was)}.`);
    else if (line.available < line.quantity && old.available >= line.quantity) {
      found.push(line.available ? `${name}: only ${line.available} left.` : `${name} is sold out.`);
    }
  }
  for (const line of before) {
    if (!after.some((one) => one.line_id === line.line_id)) found.push(`${lineName(line)} was taken out.`);
  }
  return found;
}

/** The cart as its buyer has last seen it: at the prices before those that have changed since. */
export function asSeen(cart: CartView): CartView {
  const lines = cart.lines.map((line) => {
    const was = cart.problems.find((one) => one.code === "price_changed" && one.line_id === line.line_id)?.was;
    return was ? { ...line, unit_price: was } : line;
  });
  return { ...cart, lines };
}

/**
 * What the buyer has seen after a change of their own: what follows from it (shipping, taxes, promotions) is no news,
 * but prices that were others by then are. `lineId` is the line that was changed, if one was.
 */
export function afterOwn(seen: CartView, now: CartView, lineId = ""): CartView {
  const known = seen.lines.filter((line) => line.line_id !== lineId);
  const changed = now.lines.find((line) => line.line_id === lineId);
  const lines = changed ? seen.lines.map((line) => (line.line_id === lineId ? changed : line)) : known;
  return { ...now, lines };
}

const instead = (was: Money, now: Money): string => `${formatMoney(now)} instead of ${formatMoney(was)}`;
