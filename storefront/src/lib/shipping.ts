import type { CartView, ShippingOption } from "../api/schema";

/** The working days that a way of shipping takes, in words; nothing where nobody promises any. */
export function daysOf({ min_days: first, max_days: last }: ShippingOption): string {
  if (last == null) return "";
  const span = first != null && first !== last ? `${first} to ${last}` : String(last);
  return `${span} working ${last === 1 ? "day" : "days"}`;
}

/** Whether all that is in a cart comes by email. */
export const onlyMailed = (cart: Pick<CartView, "lines">): boolean =>
  cart.lines.length > 0 && cart.lines.every((line) => line.kind === "gift_card");
