import type { CartView } from "../api/schema";
import { formatMoney } from "./money";

type Shown = Pick<CartView, "lines" | "totals" | "delivery">;

const nameOf = (line: CartView["lines"][number]) =>
  line.variant_title ? `${line.title}, ${line.variant_title}` : line.title;

/** What a buyer who has seen one state of the cart should be told about another one, as sentences. */
export function whatChanged(before: Shown, after: Shown): string[] {
  const found: string[] = [];
  for (const line of after.lines) {
    const old = before.lines.find((one) => one.line_id === line.line_id);
    const name = nameOf(line);
    if (!old) found.push(`${name} was added.`);
    else {
      if (old.quantity !== line.quantity) found.push(`${name}: ${line.quantity} instead of ${old.quantity}.`);
      const [was, now] = [old.unit_price, line.unit_price];
      if (was && !now) found.push(`${name} isn't sold any more.`);
      else if (was && now && was.amount !== now.amount) {
        found.push(`${name}: ${formatMoney(now)} each instead of ${formatMoney(was)}.`);
      }
    }
  }
  for (const line of before.lines) {
    if (!after.lines.some((one) => one.line_id === line.line_id)) found.push(`${nameOf(line)} was taken out.`);
  }
  // A rate that wasn't known before is news, but no change.
  if (before.delivery && after.delivery && before.totals.shipping.amount !== after.totals.shipping.amount) {
    found.push(`Shipping is ${formatMoney(after.totals.shipping)} instead of ${formatMoney(before.totals.shipping)}.`);
  }
  if (found.length && before.delivery && before.totals.total.amount !== after.totals.total.amount) {
    found.push(`The total is ${formatMoney(after.totals.total)} instead of ${formatMoney(before.totals.total)}.`);
  }
  return found;
}
